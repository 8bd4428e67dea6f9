import { DeployError } from '../../errors.ts';

/** What kind of no it was; what to do depends on it. */
export type RefusalKind =
  | 'bad-token'
  | 'pull-requests-off'
  | 'protected'
  | 'missing-permission'
  | 'not-found'
  | 'conflict'
  | 'already-exists'
  | 'no-commits'
  | 'not-yet'
  | 'invalid'
  | 'rate-limit'
  | 'secondary-limit'
  | 'unavailable';

/** An answer of GitHub that is no success. */
export interface Refusal {
  /** What was asked: "create the pull request". */
  readonly action: string;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** GitHub's own words. */
  readonly message: string;
  /** Types of GraphQL errors: "FORBIDDEN". */
  readonly type?: string;
  /** Seconds that GitHub asks to wait, from `retry-after` or `x-ratelimit-reset`. */
  readonly waitSeconds?: number;
  /** `x-ratelimit-remaining` was 0. */
  readonly limitReached?: boolean;
  /** What the token is allowed and what the call needs, from `x-accepted-github-permissions` or `x-accepted-oauth-scopes`. */
  readonly needs?: string;
  readonly requestId?: string;
}

/** GitHub said no, and we know what to do about it. */
export class GitHubError extends DeployError {
  readonly kind: RefusalKind;
  readonly refusal: Refusal;

  constructor(refusal: Refusal, cause?: unknown) {
    const kind = kindOf(refusal);
    const request = refusal.requestId === undefined ? '' : `, request ${refusal.requestId}`;
    const status = refusal.status === 0 ? 'no answer' : `${refusal.status}`;
    super('GITHUB_REFUSED', `GitHub: ${refusal.action}: ${refusal.message} (${status}${request})`, {
      hint: hintFor(kind, refusal),
      ...(cause === undefined ? {} : { cause }),
    });
    this.name = 'GitHubError';
    this.kind = kind;
    this.refusal = refusal;
  }
}

export function isGitHubError(error: unknown, kind?: RefusalKind): error is GitHubError {
  return error instanceof GitHubError && (kind === undefined || error.kind === kind);
}

/** Messages of branch protection and of rulesets, as GitHub words them in its REST and GraphQL answers. */
const PROTECTED =
  /protected branch|protected ref|repository rule|rule violations|required status check|required pull request review|cannot force-push|at least \d+ approving review|must be verified signatures|is at \S+ but expected/iu;

/**
 * What GitHub says of an object, or of a branch, that it made a moment ago and does not know everywhere yet: a 422 that the
 * same request a little later does not get (dependabot-core and peter-evans/create-pull-request both repeat it).
 */
const NOT_YET =
  /(?:tree|parent|object) sha does not exist|(?:object|reference) does not exist|could not resolve to a node|"field":"(?:head|base)","code":"invalid"/iu;

function kindOf({ status, message, type, limitReached }: Refusal): RefusalKind {
  if (/secondary rate limit|abuse detection/iu.test(message)) return 'secondary-limit';
  if (limitReached === true || type === 'RATE_LIMITED' || /api rate limit exceeded/iu.test(message))
    return 'rate-limit';
  if (status === 429) return 'secondary-limit';
  if (status === 401) return 'bad-token';
  if (/not permitted to create or approve pull requests/iu.test(message)) return 'pull-requests-off';
  if (PROTECTED.test(message)) return 'protected';
  if (status === 403 || type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES') return 'missing-permission';
  if (status === 404 || type === 'NOT_FOUND') return 'not-found';
  if (status === 409) return 'conflict';
  if (/pull request already exists/iu.test(message)) return 'already-exists';
  if (/no commits between/iu.test(message)) return 'no-commits';
  if (NOT_YET.test(message)) return 'not-yet';
  if (status === 0 || status >= 500) return 'unavailable';
  return 'invalid';
}

function hintFor(kind: RefusalKind, { needs, waitSeconds }: Refusal): string {
  const wait = waitSeconds === undefined ? 'later' : `in ${waitSeconds} s`;
  switch (kind) {
    case 'bad-token':
      return 'The token is wrong, expired or revoked. Give `github-token` a token of this repository.';
    case 'pull-requests-off':
      return 'Allow it under Settings → Actions → General → Workflow permissions → "Allow GitHub Actions to create and approve pull requests" (an organisation can forbid it for all its repositories; `permissions:` in the workflow cannot override it), or give `github-token` the token of a GitHub App.';
    case 'protected':
      return 'A branch protection or a ruleset covers the branch of the bump pull request. Leave `deploy-action/cookbook-bump/**` out of it, or let the token bypass it.';
    case 'missing-permission':
      return `The token may not do this${needs === undefined ? '' : ` (needed: ${needs})`}. A workflow needs \`permissions: { contents: write, pull-requests: write }\`; a GitHub App or a fine-grained token the same two; a classic token the scope \`repo\`. Pushes from forks have read-only tokens.`;
    case 'not-found':
      return 'The repository is not there for this token: check that the token belongs to it, and that the base branch exists.';
    case 'conflict':
      return 'The repository is empty, or somebody changed it in the same moment. Run the job again.';
    case 'already-exists':
      return 'There is a pull request from this branch already. Run the job again: it will be found.';
    case 'no-commits':
      return 'The branch has nothing that the base branch does not have. Run the job again.';
    case 'not-yet':
      return 'GitHub did not know yet what it had just made, and did not learn it within seconds. Run the job again.';
    case 'invalid':
      return 'GitHub did not take the request. Open an issue of deploy-action with the log of this run.';
    case 'rate-limit':
      return `The token has used up its calls for this hour. Run the job again ${wait}.`;
    case 'secondary-limit':
      return `GitHub asks to slow down. Run the job again ${wait}.`;
    case 'unavailable':
      return 'GitHub did not answer. Look at githubstatus.com and run the job again.';
  }
}
