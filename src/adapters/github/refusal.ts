import { GitHubError, type Refusal } from '../../rules/cookbook/github-error.ts';

type Headers = Readonly<Record<string, string | number | undefined>>;

/** Whatever octokit threw, as what GitHub said. `now` is seconds since the epoch. */
export function refusalOf(action: string, thrown: unknown, now: number): GitHubError {
  const error = thrown as {
    status?: number;
    message?: string;
    errors?: readonly { type?: string; message?: string }[];
    headers?: Headers;
    response?: { headers?: Headers; data?: unknown };
  };
  const headers = error.response?.headers ?? error.headers ?? {};
  const isGraphql = Array.isArray(error.errors) && error.status === undefined;
  const answered = isGraphql || error.response !== undefined;
  const requestId = headers['x-github-request-id'];
  const needs = headers['x-accepted-github-permissions'] ?? headers['x-accepted-oauth-scopes'];
  const waitSeconds = waitOf(headers, now);
  const type = error.errors?.find((each) => each.type !== undefined)?.type;
  const refusal: Refusal = {
    action,
    status: isGraphql ? 200 : answered ? (error.status ?? 0) : 0,
    message: messageOf(error),
    ...(type === undefined || !isGraphql ? {} : { type }),
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
    ...(headers['x-ratelimit-remaining'] === '0' && isRefused(error.status) ? { limitReached: true } : {}),
    ...(needs === undefined || needs === '' ? {} : { needs: String(needs) }),
    ...(requestId === undefined ? {} : { requestId: String(requestId) }),
  };
  return new GitHubError(refusal, thrown);
}

/** The last call that a limit allows succeeds with "remaining 0" and is no refusal. */
function isRefused(status: number | undefined): boolean {
  return status === 403 || status === 429;
}

function waitOf(headers: Headers, now: number): number | undefined {
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after)) return after;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] !== '0' || !Number.isFinite(reset)) return undefined;
  return Math.max(1, Math.ceil(reset - now));
}

/** One line, with the details that GitHub lists for a 422. */
function messageOf({
  message,
  errors,
  response,
}: {
  message?: string;
  errors?: readonly { message?: string }[];
  response?: { data?: unknown };
}): string {
  const data = response?.data as { message?: unknown; errors?: unknown } | undefined;
  const listed = Array.isArray(data?.errors) ? (data.errors as unknown[]) : (errors ?? []);
  const details = listed.map((each) =>
    typeof each === 'object' && each !== null && 'message' in each
      ? String(each.message)
      : typeof each === 'string'
        ? each
        : JSON.stringify(each),
  );
  const head = typeof data?.message === 'string' ? data.message : errors === undefined ? message : undefined;
  const text = [head, ...details].filter((part) => part !== undefined && part !== '').join(': ');
  return text.replace(/\s+/gu, ' ').trim().slice(0, 500) || 'no reason given';
}
