import type { Json, JsonObject } from '../text/json.ts';

/** An IAM role as an ARN, the only form that says which account and partition is meant (IAM user guide, identifiers). */
const ROLE_ARN =
  /^arn:(?<partition>aws(?:-[a-z]+)*):iam::(?<account>\d{12}):role\/(?<name>[\w+=,.@/-]{1,576})$/u;

export interface RoleArn {
  arn: string;
  partition: string;
  account: string;
  /** Path included: "ci/deploy". */
  name: string;
}

/** The parts of a role's ARN; undefined when it is none. */
export function parseRoleArn(text: string): RoleArn | undefined {
  const { partition, account, name } = ROLE_ARN.exec(text)?.groups ?? {};
  if (partition === undefined || account === undefined || name === undefined) return undefined;
  return { arn: text, partition, account, name };
}

/** The claims of an OIDC token that a trust policy can look at. */
export interface TokenClaims {
  iss?: string;
  sub?: string;
  aud?: string;
  /** Milliseconds since the epoch. */
  expiresAt?: number;
  repository?: string;
  repositoryId?: string;
  repositoryOwnerId?: string;
}

/** The claims of a token, decoded and not verified: only STS can judge it, we want to show what it was asked to judge. */
export function readClaims(token: string): TokenClaims {
  const payload = parseObject(decodeBase64Url(token.split('.')[1] ?? ''));
  const claim = (name: string) => {
    const value = payload[name];
    return typeof value === 'string' ? value : undefined;
  };
  const audience = payload['aud'];
  const expiry = payload['exp'];
  return withoutAbsent({
    iss: claim('iss'),
    sub: claim('sub'),
    aud: Array.isArray(audience) ? audience.join(', ') : claim('aud'),
    expiresAt: typeof expiry === 'number' ? expiry * 1000 : undefined,
    repository: claim('repository'),
    repositoryId: claim('repository_id'),
    repositoryOwnerId: claim('repository_owner_id'),
  });
}

/**
 * The condition that a trust policy needs for exactly this token. CircleCI's subject names the person who pushed, too,
 * which no policy wants to name.
 */
export function trustCondition(claims: TokenClaims): JsonObject {
  const provider = providerOf(claims);
  const anyUser = claims.sub?.replace(/^(org\/[^/]+\/project\/[^/]+\/user\/)[^/]+/u, '$1*');
  if (anyUser !== undefined && anyUser !== claims.sub) {
    return {
      StringEquals: { [`${provider}:aud`]: claims.aud ?? '' },
      StringLike: { [`${provider}:sub`]: anyUser },
    };
  }
  return {
    StringEquals: {
      [`${provider}:aud`]: claims.aud ?? 'sts.amazonaws.com',
      [`${provider}:sub`]: claims.sub ?? '',
    },
  };
}

/**
 * The subject of the same run in GitHub's other spelling. Repositories created, renamed or transferred after
 * 2026-07-15 have ids in it (`repo:OWNER@1/NAME@2:…`), older ones have not (GitHub documentation, OIDC reference).
 */
export function otherSubject(claims: TokenClaims): string | undefined {
  const { owner, ownerId, name, nameId, rest } =
    /^repo:(?<owner>[^/:@]+)(?:@(?<ownerId>\d+))?\/(?<name>[^/:@]+)(?:@(?<nameId>\d+))?(?<rest>:.*)$/u.exec(
      claims.sub ?? '',
    )?.groups ?? {};
  if (owner === undefined || name === undefined || rest === undefined) return undefined;
  if (ownerId !== undefined || nameId !== undefined) return `repo:${owner}/${name}${rest}`;
  if (claims.repositoryOwnerId === undefined || claims.repositoryId === undefined) return undefined;
  return `repo:${owner}@${claims.repositoryOwnerId}/${name}@${claims.repositoryId}${rest}`;
}

/** What to hold against the role's trust policy after STS said no: the token's words, then the lines to look for. */
export function trustPolicyAdvice(claims: TokenClaims, role: RoleArn): string[] {
  const provider = providerOf(claims);
  const other = otherSubject(claims);
  return [
    `token iss: ${claims.iss ?? '(none)'}`,
    `token sub: ${claims.sub ?? '(none)'}`,
    `token aud: ${claims.aud ?? '(none)'}`,
    '',
    `The trust policy of ${role.name} in account ${role.account} has to allow sts:AssumeRoleWithWebIdentity to`,
    `"Federated": "arn:${role.partition}:iam::${role.account}:oidc-provider/${provider}"`,
    'under a condition that this token meets, for example:',
    ...JSON.stringify({ Condition: trustCondition(claims) }, null, 2).split('\n'),
    ...(other === undefined
      ? []
      : [
          '',
          `A policy written for the other spelling of the subject does not match: "${other}".`,
          'GitHub puts ids into it for repositories created, renamed or transferred after 2026-07-15.',
        ]),
    ...(claims.sub?.includes(':environment:') === true
      ? ['', 'The job names a GitHub environment, so the subject names it too and no longer the branch.']
      : []),
  ];
}

/** The name under which IAM knows the provider: the issuer without its scheme. */
function providerOf(claims: TokenClaims): string {
  return (claims.iss ?? 'https://token.actions.githubusercontent.com')
    .replace(/^https?:\/\//u, '')
    .replace(/\/$/u, '');
}

function decodeBase64Url(text: string): string {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

function parseObject(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

function withoutAbsent(claims: { [K in keyof TokenClaims]: TokenClaims[K] | undefined }): TokenClaims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
