import {
  otherSubject,
  parseRoleArn,
  readClaims,
  trustCondition,
  trustPolicyAdvice,
  type TokenClaims,
} from '../../../src/rules/aws/trust-policy.ts';

const token = (claims: object) =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

const ROLE = parseRoleArn('arn:aws:iam::111111111111:role/ci/deploy')!;

describe('the ARN of a role', () => {
  it.each<[text: string, expected: string | undefined, reason: string]>([
    ['arn:aws:iam::111111111111:role/deploy', 'deploy', 'plain'],
    ['arn:aws:iam::111111111111:role/ci/deploy', 'ci/deploy', 'with a path'],
    ['arn:aws-cn:iam::111111111111:role/deploy', 'deploy', 'China'],
    ['arn:aws-us-gov:iam::111111111111:role/deploy', 'deploy', 'GovCloud'],
    ['deploy', undefined, 'a bare name'],
    ['arn:aws:iam::1111:role/deploy', undefined, 'an account too short'],
    ['arn:aws:iam::111111111111:user/deploy', undefined, 'a user'],
    ['arn:aws:iam::111111111111:role/a b', undefined, 'a space'],
    ['arn:aws:iam::111111111111:role/deploy\n', undefined, 'a line feed at the end'],
    ['', undefined, 'nothing'],
  ])('%j → %s (%s)', (text, expected) => {
    expect(parseRoleArn(text)?.name).toBe(expected);
  });
});

describe('the claims of a token', () => {
  it('are read without judging the token', () => {
    expect(
      readClaims(
        token({
          iss: 'https://token.actions.githubusercontent.com',
          sub: 'repo:acme/shop:ref:refs/heads/dévelop',
          aud: 'sts.amazonaws.com',
          repository: 'acme/shop',
          repository_id: '2',
          repository_owner_id: '1',
          exp: 1,
        }),
      ),
    ).toEqual({
      iss: 'https://token.actions.githubusercontent.com',
      sub: 'repo:acme/shop:ref:refs/heads/dévelop',
      aud: 'sts.amazonaws.com',
      repository: 'acme/shop',
      repositoryId: '2',
      repositoryOwnerId: '1',
      expiresAt: 1000,
    });
  });

  it('may name several audiences', () => {
    expect(readClaims(token({ aud: ['a', 'b'] }))).toEqual({ aud: 'a, b' });
  });

  it.each([['not a token'], [''], ['a.%%%.b'], [`a.${Buffer.from('[1]').toString('base64url')}.b`]])(
    'are empty for %j',
    (text) => {
      expect(readClaims(text)).toEqual({});
    },
  );
});

describe("the subject in GitHub's other spelling", () => {
  it.each<[claims: TokenClaims, expected: string | undefined, reason: string]>([
    [
      { sub: 'repo:acme@1/shop@2:ref:refs/heads/main' },
      'repo:acme/shop:ref:refs/heads/main',
      'ids are dropped',
    ],
    [
      { sub: 'repo:acme/shop:environment:staging', repositoryOwnerId: '1', repositoryId: '2' },
      'repo:acme@1/shop@2:environment:staging',
      'ids come from the other claims',
    ],
    [{ sub: 'repo:acme/shop:ref:x' }, undefined, 'ids unknown'],
    [{ sub: 'org/1/project/2/user/3' }, undefined, 'not of GitHub'],
    [{}, undefined, 'no subject'],
  ])('%j → %s (%s)', (claims, expected) => {
    expect(otherSubject(claims)).toBe(expected);
  });
});

describe('the advice after a refusal', () => {
  it('gives the condition for exactly this token and provider', () => {
    expect(
      trustCondition({ iss: 'https://oidc.circleci.com/org/9/', sub: 'org/9/project/8', aud: '9' }),
    ).toEqual({
      StringEquals: { 'oidc.circleci.com/org/9:aud': '9', 'oidc.circleci.com/org/9:sub': 'org/9/project/8' },
    });
  });

  it('shows the token, the provider of the role’s own account and both spellings', () => {
    const advice = trustPolicyAdvice(
      {
        iss: 'https://token.actions.githubusercontent.com',
        sub: 'repo:acme/shop:environment:staging',
        aud: 'sts.amazonaws.com',
        repositoryOwnerId: '1',
        repositoryId: '2',
      },
      ROLE,
    ).join('\n');
    expect(advice).toContain('token sub: repo:acme/shop:environment:staging');
    expect(advice).toContain('token aud: sts.amazonaws.com');
    expect(advice).toContain('"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"');
    expect(advice).toContain(
      '"token.actions.githubusercontent.com:sub": "repo:acme/shop:environment:staging"',
    );
    expect(advice).toContain('"repo:acme@1/shop@2:environment:staging"');
    expect(advice).toContain('no longer the branch');
  });

  it('says what a token without claims lacks', () => {
    expect(trustPolicyAdvice({}, ROLE).slice(0, 3)).toEqual([
      'token iss: (none)',
      'token sub: (none)',
      'token aud: (none)',
    ]);
  });
});

it('of a CircleCI token takes all but the person who pushed', () => {
  const claims = {
    iss: 'https://oidc.circleci.com/org/0-1',
    aud: '0-1',
    sub: 'org/0-1/project/0-2/user/0-3/vcs-origin/github.com/acme/shop/vcs-ref/refs/heads/develop',
  };
  expect(trustCondition(claims)).toEqual({
    StringEquals: { 'oidc.circleci.com/org/0-1:aud': '0-1' },
    StringLike: {
      'oidc.circleci.com/org/0-1:sub':
        'org/0-1/project/0-2/user/*/vcs-origin/github.com/acme/shop/vcs-ref/refs/heads/develop',
    },
  });
});
