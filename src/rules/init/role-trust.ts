/** Who may assume the role: jobs of one repository, in one GitHub environment. */
export interface GitHubTrust {
  partition: string;
  account: string;
  /** "owner/name" */
  repository: string;
  /** Of the owner and of the repository, where they are known. */
  ids?: { owner: string; repository: string };
  environment: string;
}

/**
 * GitHub writes `sub` in two forms: with ids for repositories created, renamed or transferred after 2026-07-15, without
 * for the others (GitHub documentation, OIDC reference). Both stand here: the one that is not yours never matches.
 */
export function githubTrustPolicy({ partition, account, repository, ids, environment }: GitHubTrust): object {
  const [owner = '', name = ''] = repository.split('/');
  const { owner: ownerId = 'OWNER_ID', repository: repositoryId = 'REPOSITORY_ID' } = ids ?? {};
  const provider = 'token.actions.githubusercontent.com';
  return trustOf(
    { partition, account, provider },
    {
      StringEquals: {
        [`${provider}:aud`]: 'sts.amazonaws.com',
        [`${provider}:sub`]: [
          `repo:${owner}/${name}:environment:${environment}`,
          `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:${environment}`,
        ],
      },
    },
  );
}

/** CircleCI's tokens say organisation, project and user (CircleCI documentation, OpenID Connect tokens). */
export function circleciTrustPolicy({ partition, account }: { partition: string; account: string }): object {
  const provider = 'oidc.circleci.com/org/ORGANIZATION_ID';
  return trustOf(
    { partition, account, provider },
    {
      StringEquals: { [`${provider}:aud`]: ['ORGANIZATION_ID', 'sts.amazonaws.com'] },
      StringLike: { [`${provider}:sub`]: 'org/ORGANIZATION_ID/project/PROJECT_ID/user/*' },
    },
  );
}

/** `provider`: the OIDC provider, as IAM names it: an address without its scheme. */
function trustOf(
  { partition, account, provider }: { partition: string; account: string; provider: string },
  condition: object,
): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: condition,
      },
    ],
  };
}
