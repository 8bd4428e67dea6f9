import { accountIdsIn, withoutAccountIds } from '../../../src/rules/text/account-ids.ts';

const ID = '111111111111';

describe('account ids in a text', () => {
  it.each([
    [`arn:aws:ecs:eu-west-1:${ID}:service/a/b`, 'an ARN'],
    [`arn:aws:iam::${ID}:role/deploy`, 'an ARN without a region'],
    [`arn:aws-cn:ecs:cn-north-1:${ID}:cluster/a`, 'another partition'],
    [`https://x/?arn=arn%3Aaws%3Aecs%3Aeu-west-1%3A${ID}%3Aservice`, 'an ARN in an address'],
    [`${ID}.dkr.ecr.eu-west-1.amazonaws.com/shop`, 'a registry'],
    [`${ID}.dkr-ecr.eu-west-1.on.aws/shop`, 'a registry with IPv6'],
    [`signed in to account ${ID}`, 'a message'],
    [`{"account": "${ID}"}`, 'the result object'],
    [`Account ID: ${ID}`, 'a label'],
  ])('%s: %s', (text) => {
    expect(accountIdsIn(text)).toEqual([ID]);
  });

  it.each([
    ['image v202611212157', 'a time in a tag'],
    [`sha256:${'1'.repeat(64)}`, 'a digest'],
    [`arn:aws:s3:::shop-${ID}`, 'a bucket has no account in its ARN'],
    ['1795297797123', 'milliseconds'],
  ])('none in %s: %s', (text) => {
    expect(accountIdsIn(text)).toEqual([]);
  });

  it('tells each once, all of a text', () => {
    expect(
      accountIdsIn(`arn:aws:iam::${ID}:role/a arn:aws:iam::222222222222:role/b and ${ID} again`),
    ).toEqual([ID, '222222222222']);
  });
});

describe('a text without them', () => {
  it.each([
    [`arn:aws:iam::${ID}:role/a`, 'arn:aws:iam::***:role/a', 'in an ARN'],
    [`s3://shop-deploys-${ID}/x`, 's3://shop-deploys-***/x', 'in a name'],
    [`a%20${ID}%20b`, 'a%20***%20b', 'after an encoded blank'],
    [`${ID} ${ID}`, '*** ***', 'each time'],
    [`sha256:${'1'.repeat(64)}`, `sha256:${'1'.repeat(64)}`, 'not within a digest'],
    ['arn:aws:iam::333333333333:role/a', 'arn:aws:iam::333333333333:role/a', 'another one stays'],
  ])('%s reads %s: %s', (text, expected) => {
    expect(withoutAccountIds(text, [ID, '222222222222'])).toBe(expected);
  });

  it('is the text itself where none is known', () => {
    expect(withoutAccountIds(`account ${ID}`, [])).toBe(`account ${ID}`);
  });
});
