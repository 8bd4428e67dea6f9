import {
  completeRegistry,
  ecrRegistry,
  formatImageReference,
  isSameRepository,
  parseImageReference,
  repositoryUri,
} from '../../../src/rules/image/image-ref.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;
const ECR = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';

describe('an image reference', () => {
  it.each([
    ['shop', { repository: 'shop' }, 'a bare name'],
    ['shop:1.2', { repository: 'shop', tag: '1.2' }, 'a tag'],
    ['team/shop', { repository: 'team/shop' }, 'the first part is no host: it has neither dot nor port'],
    ['localhost/shop', { registry: 'localhost', repository: 'shop' }, 'localhost is a host'],
    [
      'localhost:5000/shop',
      { registry: 'localhost:5000', repository: 'shop' },
      'the colon of a port is not that of a tag',
    ],
    [
      `localhost:5000/a/b:tag@${DIGEST}`,
      { registry: 'localhost:5000', repository: 'a/b', tag: 'tag', digest: DIGEST },
      'all parts at once',
    ],
    [
      `${ECR}/shop@${DIGEST}`,
      { registry: ECR, repository: 'shop', digest: DIGEST },
      'what a task definition names',
    ],
    ['[::1]:5000/shop', { registry: '[::1]:5000', repository: 'shop' }, 'an IPv6 host'],
    ['quay.io/a/b/c/d', { registry: 'quay.io', repository: 'a/b/c/d' }, 'a long path'],
    ['a__b/c-d.e', { repository: 'a__b/c-d.e' }, 'separators inside of parts'],
    [`shop:${'t'.repeat(128)}`, { repository: 'shop', tag: 't'.repeat(128) }, 'the longest tag'],
  ])('%s is taken apart and put together again (%#: %j)', (text, expected, _reason) => {
    expect(parseImageReference(text)).toEqual(expected);
    expect(formatImageReference(parseImageReference(text)!)).toBe(text);
  });

  it.each([
    ['', 'nothing'],
    ['Shop', 'upper case in the path'],
    ['team/Shop:1', 'upper case in the path after a slash'],
    ['shop:', 'an empty tag'],
    [`shop:${'t'.repeat(129)}`, 'a tag that is too long'],
    ['shop:-x', 'a tag that looks like an option'],
    ['-shop', 'a name that looks like an option'],
    ['shop@sha256:123', 'a digest that is too short'],
    [`shop@sha512:${'a'.repeat(128)}`, 'a digest that ECR does not have'],
    [`shop@${DIGEST.toUpperCase()}`, 'a digest in upper case'],
    ['a//b', 'an empty part'],
    ['/shop', 'an empty host'],
    ['shop/', 'an empty name'],
    ['a..b', 'two dots'],
    ['a___b', 'three underscores'],
    ['https://quay.io/shop', 'a URL'],
    ['quay.io:x/shop', 'a port that is no number'],
    ['shop tag', 'a space'],
    ['shop\n', 'a line break'],
    ['a'.repeat(256), 'a name that is too long'],
  ])('%j is refused: %s', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});

describe('the repository of a reference', () => {
  const parse = (text: string) => parseImageReference(text)!;

  it.each([
    ['nginx', 'docker.io/library/nginx', true, 'library images have a long name'],
    ['nginx:1', 'index.docker.io/library/nginx:2', true, 'Docker Hub has two hosts'],
    ['team/shop', 'docker.io/team/shop', true, 'Docker Hub is the default'],
    [`${ECR}/shop:1`, `${ECR}/shop@${DIGEST}`, true, 'tag and digest do not matter'],
    ['LOCALHOST.example/shop', 'localhost.example/shop', true, 'hosts have no case'],
    [`${ECR}/shop`, `${ECR}/shop-worker`, false, 'a longer name'],
    [`${ECR}/shop`, '222222222222.dkr.ecr.ap-northeast-1.amazonaws.com/shop', false, 'another account'],
    ['localhost:5000/shop', 'localhost:5001/shop', false, 'another port'],
    ['shop', `${ECR}/shop`, false, 'Docker Hub is not ECR'],
  ])('%s and %s: same is %s (%s)', (one, other, isSame) => {
    expect(isSameRepository(parse(one), parse(other))).toBe(isSame);
  });

  it("is completed with the account's registry only where it names no host", () => {
    expect(repositoryUri(completeRegistry(parse('team/shop:1'), ECR))).toBe(`${ECR}/team/shop`);
    expect(repositoryUri(completeRegistry(parse('localhost:5000/shop'), ECR))).toBe('localhost:5000/shop');
  });
});

describe('a registry host', () => {
  it.each([
    [ECR, { account: '111111111111', region: 'ap-northeast-1' }],
    [
      '111111111111.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
      { account: '111111111111', region: 'us-gov-west-1' },
    ],
    ['111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn', { account: '111111111111', region: 'cn-north-1' }],
    ['111111111111.dkr-ecr.eu-west-1.on.aws', { account: '111111111111', region: 'eu-west-1' }],
    ['public.ecr.aws', undefined],
    ['localhost:4566', undefined],
    [`${ECR}.example.com`, undefined],
    ['11111111111.dkr.ecr.eu-west-1.amazonaws.com', undefined],
  ])('%s of ECR: %j', (host, expected) => {
    expect(ecrRegistry(host)).toEqual(expected);
  });
});
