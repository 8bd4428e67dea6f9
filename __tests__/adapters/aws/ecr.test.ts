import { FakeAws, REGISTRY_PASSWORD } from '../../fakes/aws/fake-aws.ts';
import { FakeClock } from '../../fakes/clock.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function stage() {
  const aws = new FakeAws({ clock: new FakeClock() });
  aws.ecr.addRepository('shop', { immutableTags: true });
  aws.ecr.putImage('shop', {
    digest: DIGEST,
    tags: ['src-1', 'sha-1'],
    pushedAt: new Date('2026-01-02T03:04:05Z'),
  });
  return aws;
}

describe('an image', () => {
  it.each([
    [{ tag: 'src-1' }, 'its tag'],
    [{ digest: DIGEST }, 'its digest'],
  ])('is found by %j (%s)', async (image, _reason) => {
    const { ecr } = await stage().connect();
    expect(await ecr.describeImage({ name: 'shop' }, image)).toEqual({
      digest: DIGEST,
      tags: ['src-1', 'sha-1'],
      pushedAt: new Date('2026-01-02T03:04:05Z'),
    });
  });

  it('without tags has none', async () => {
    const aws = stage();
    aws.ecr.putImage('shop', { digest: `sha256:${'b'.repeat(64)}` });
    const { ecr } = await aws.connect();
    expect(await ecr.describeImage({ name: 'shop' }, { digest: `sha256:${'b'.repeat(64)}` })).toMatchObject({
      tags: [],
    });
  });

  it.each([
    [false, "ECR's ImageNotFoundException"],
    [true, "the emulator's empty list"],
  ])('that is not there is undefined: empty list %s (%s)', async (emptyList) => {
    const aws = stage();
    aws.ecr.answersMissingWithEmptyList = emptyList;
    const { ecr } = await aws.connect();
    expect(await ecr.describeImage({ name: 'shop' }, { tag: 'src-2' })).toBeUndefined();
  });

  it('of a repository that is not there is an error, since a push would fail', async () => {
    const { ecr } = await stage().connect();
    await expect(ecr.describeImage({ name: 'gone' }, { tag: 'src-1' })).rejects.toMatchObject({
      action: 'ecr:DescribeImages',
      awsCode: 'RepositoryNotFoundException',
    });
  });

  it('in the registry of another account is asked for there', async () => {
    const aws = stage();
    aws.ecr.addRepository('shared', { registryId: '222222222222' });
    const { ecr } = await aws.connect();
    expect(
      await ecr.describeImage({ name: 'shared', registryId: '222222222222' }, { tag: 'x' }),
    ).toBeUndefined();
    expect(aws.calls[0]?.input).toEqual({
      registryId: '222222222222',
      repositoryName: 'shared',
      imageIds: [{ imageTag: 'x' }],
    });
  });
});

describe('the login for docker', () => {
  it('decodes the token and names the registry host', async () => {
    const { ecr } = await stage().connect();
    expect(await ecr.login()).toEqual({
      registry: '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com',
      username: 'AWS',
      password: REGISTRY_PASSWORD,
    });
  });

  it('hides the password, and the token that holds it', async () => {
    const aws = stage();
    await (await aws.connect()).ecr.login();
    expect(aws.masked).toEqual([
      REGISTRY_PASSWORD,
      Buffer.from(`AWS:${REGISTRY_PASSWORD}`).toString('base64'),
    ]);
  });

  it('is good for the registry of another account', async () => {
    const { ecr } = await stage().connect();
    expect((await ecr.login('222222222222')).registry).toBe(
      '222222222222.dkr.ecr.ap-northeast-1.amazonaws.com',
    );
  });

  it('goes to the registry of the stage where DEPLOY_REGISTRY names one', async () => {
    const { ecr } = await stage().connect({ environment: { DEPLOY_REGISTRY: 'localhost:4566' } });
    expect((await ecr.login()).registry).toBe('localhost:4566');
  });
});

describe('a repository', () => {
  it('tells its URI and whether its tags are immutable', async () => {
    const aws = stage();
    aws.ecr.addRepository('mutable');
    const { ecr } = await aws.connect();
    const registry = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';
    expect(await ecr.describeRepository({ name: 'shop' })).toEqual({
      uri: `${registry}/shop`,
      immutableTags: true,
    });
    expect(await ecr.describeRepository({ name: 'mutable' })).toEqual({
      uri: `${registry}/mutable`,
      immutableTags: false,
    });
  });

  it('that may not be read is unknown: a deploy does not need it', async () => {
    const aws = stage();
    aws.fault({ operation: 'DescribeRepositories', kind: 'access-denied' });
    expect(await (await aws.connect()).ecr.describeRepository({ name: 'shop' })).toBeUndefined();
  });

  it('that is not there is an error', async () => {
    const { ecr } = await stage().connect();
    await expect(ecr.describeRepository({ name: 'gone' })).rejects.toMatchObject({
      awsCode: 'RepositoryNotFoundException',
    });
  });
});
