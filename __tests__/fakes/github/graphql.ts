import type { Answer, Request } from './server.ts';
import { NO_COMMIT, type GitHubState } from './state.ts';

/** The operations that our program has; what they may look like is checked against GitHub's schema elsewhere. */
export async function answerGraphql(state: GitHubState, request: Request): Promise<Answer> {
  const { query, variables } = request.body as { query: string; variables: Record<string, unknown> };
  if (query.includes('updateRefs')) return updateRefs(state, request, variables['input'] as UpdateRefsInput);
  if (query.includes('associatedPullRequests')) return pullsOfCommits(state, variables);
  if (query.includes('viewerDidAuthor')) return comments(state, request, variables);
  return failed('UNKNOWN', 'no such operation');
}

interface UpdateRefsInput {
  repositoryId: string;
  refUpdates: { name: string; beforeOid?: string; afterOid: string; force?: boolean }[];
}

async function updateRefs(
  state: GitHubState,
  { identity }: Request,
  { repositoryId, refUpdates }: UpdateRefsInput,
): Promise<Answer> {
  if (identity.contents !== 'write') return failed('FORBIDDEN', 'Resource not accessible by integration');
  if (repositoryId !== 'R_fake')
    return failed('NOT_FOUND', `Could not resolve to a node with the global id of '${repositoryId}'.`);
  const hit = refUpdates.find(({ name }) => state.protectedBranches.has(name.replace('refs/heads/', '')));
  if (hit !== undefined)
    return failed(
      'UNPROCESSABLE',
      `Repository rule violations found\n\nCannot update this protected ref: ${hit.name}.`,
    );
  const lines = refUpdates.map(({ name, beforeOid, afterOid }) =>
    afterOid === NO_COMMIT
      ? `delete ${name} ${beforeOid ?? ''}`
      : `update ${name} ${afterOid} ${beforeOid ?? ''}`,
  );
  const script = ['start', ...lines, 'prepare', 'commit', ''].join('\n');
  const { code } = await state.git.run(['-C', state.origin, 'update-ref', '--stdin'], { input: script });
  // GitHub documents no words for a stale lease, and our program does not depend on them.
  if (code !== 0) return failed('UNPROCESSABLE', 'A ref was not where it was expected to be.');
  await state.followBranches();
  return { status: 200, body: { data: { updateRefs: { clientMutationId: null } } } };
}

async function pullsOfCommits(state: GitHubState, variables: Record<string, unknown>): Promise<Answer> {
  const repository = Object.fromEntries(
    await Promise.all(
      Object.entries(variables)
        .filter(([name]) => /^c\d+$/u.test(name))
        .map(async ([name, commit]) => [name, await associated(state, String(commit))] as const),
    ),
  );
  return { status: 200, body: { data: { repository } } };
}

async function associated(state: GitHubState, commit: string) {
  if ((await state.refCommit(commit)) === undefined) return null;
  const nodes = state.pulls
    .filter(({ brought }) => brought.includes(commit))
    .map(({ number, mergedAt, author, labels }) => ({
      number,
      merged: mergedAt !== null,
      author: { login: author },
      labels: { nodes: labels.map((name) => ({ name })) },
    }));
  return { associatedPullRequests: { nodes } };
}

const COMMENTS_PER_PAGE = 100;

async function comments(
  state: GitHubState,
  { identity }: Request,
  { number, after }: { number?: number; after?: string | null },
): Promise<Answer> {
  const pull = state.pulls.find((each) => each.number === number);
  if (pull === undefined)
    return failed('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
  const from = Number(after ?? 0);
  const page = pull.comments.slice(from, from + COMMENTS_PER_PAGE);
  const nodes = page.map(({ id, author, body }) => ({
    fullDatabaseId: String(id),
    body,
    url: `https://github.com/${state.repository}/pull/${number}#issuecomment-${id}`,
    viewerDidAuthor: author === identity.login,
  }));
  const end = from + page.length;
  const pageInfo = {
    hasNextPage: end < pull.comments.length,
    endCursor: page.length === 0 ? null : String(end),
  };
  const pullRequest = { comments: { nodes, pageInfo } };
  return { status: 200, body: { data: { repository: { pullRequest } } } };
}

function failed(type: string, message: string): Answer {
  return { status: 200, body: { data: null, errors: [{ type, message, path: [] }] } };
}
