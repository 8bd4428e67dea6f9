import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Request } from './server.ts';
import type { GitHubState, Pull } from './state.ts';

type Route = (state: GitHubState, request: Request, parts: string[]) => Promise<Answer>;

const ROUTES: readonly (readonly [
  method: string,
  path: RegExp,
  needs: 'contents' | 'pullRequests' | undefined,
  route: Route,
])[] = [
  ['GET', /^$/u, undefined, readRepository],
  ['GET', /^\/git\/ref\/(.+)$/u, undefined, readRef],
  ['GET', /^\/git\/commits\/([^/]+)$/u, undefined, readCommit],
  ['POST', /^\/git\/blobs$/u, 'contents', createBlob],
  ['POST', /^\/git\/trees$/u, 'contents', createTree],
  ['POST', /^\/git\/commits$/u, 'contents', createCommit],
  ['GET', /^\/compare\/(.+)\.\.\.(.+)$/u, undefined, compare],
  ['GET', /^\/pulls$/u, undefined, listPulls],
  ['POST', /^\/pulls$/u, 'pullRequests', createPull],
  ['PATCH', /^\/pulls\/(\d+)$/u, 'pullRequests', updatePull],
  ['GET', /^\/issues\/(\d+)\/comments$/u, undefined, listComments],
  ['POST', /^\/issues\/(\d+)\/comments$/u, 'pullRequests', createComment],
  ['PATCH', /^\/issues\/comments\/(\d+)$/u, 'pullRequests', updateComment],
  ['DELETE', /^\/issues\/comments\/(\d+)$/u, 'pullRequests', deleteComment],
];

const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found' } };

export async function answerRest(state: GitHubState, request: Request): Promise<Answer> {
  const prefix = `/repos/${state.repository}`;
  const path = decodeURIComponent(request.url.pathname);
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return NOT_FOUND;
  for (const [method, pattern, needs, route] of ROUTES) {
    const [whole, ...parts] =
      method === request.method ? (pattern.exec(path.slice(prefix.length)) ?? []) : [];
    if (whole === undefined) continue;
    if (needs !== undefined && request.identity[needs] !== 'write') return forbidden(needs);
    return route(state, request, parts);
  }
  return NOT_FOUND;
}

function forbidden(needs: 'contents' | 'pullRequests'): Answer {
  return {
    status: 403,
    headers: {
      'x-accepted-github-permissions': `${needs === 'contents' ? 'contents' : 'pull_requests'}=write`,
    },
    body: { message: 'Resource not accessible by integration' },
  };
}

function unprocessable(message: string, errors: unknown[] = []): Answer {
  return { status: 422, body: { message, ...(errors.length === 0 ? {} : { errors }) } };
}

async function readRepository(state: GitHubState): Promise<Answer> {
  return { status: 200, body: { id: 1, node_id: 'R_fake', full_name: state.repository } };
}

async function readRef(state: GitHubState, _request: Request, [ref = '']: string[]): Promise<Answer> {
  const sha = await state.refCommit(`refs/${ref}`);
  return sha === undefined
    ? NOT_FOUND
    : { status: 200, body: { ref: `refs/${ref}`, object: { type: 'commit', sha } } };
}

async function commitData(state: GitHubState, sha: string) {
  const [tree = '', parents = ''] = (await state.bare('log', '-1', '--format=%T%n%P', sha)).split('\n');
  return {
    sha,
    tree: { sha: tree },
    message: await state.bare('log', '-1', '--format=%B', sha),
    parents: parents
      .split(' ')
      .filter(Boolean)
      .map((parent) => ({ sha: parent })),
    verification: { verified: true },
  };
}

async function readCommit(state: GitHubState, _request: Request, [sha = '']: string[]): Promise<Answer> {
  const found = /^[0-9a-f]{40}$/u.test(sha) ? await state.refCommit(sha) : undefined;
  return found === undefined ? NOT_FOUND : { status: 200, body: await commitData(state, sha) };
}

async function createBlob(state: GitHubState, { body }: Request): Promise<Answer> {
  const { content, encoding } = body as { content: string; encoding: string };
  const sha = await state.git.withInput(Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'), [
    '-C',
    state.origin,
    'hash-object',
    '-w',
    '--stdin',
  ]);
  return { status: 201, body: { sha } };
}

async function createTree(state: GitHubState, { body }: Request): Promise<Answer> {
  const { base_tree, tree } = body as {
    base_tree?: string;
    tree: { path: string; mode: string; type: string; content?: string; sha?: string }[];
  };
  const index = join(tmpdir(), `fake-github-index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    if (base_tree !== undefined) {
      if ((await state.git.maybe('-C', state.origin, 'cat-file', '-e', `${base_tree}^{tree}`)) === undefined)
        return NOT_FOUND;
      await state.git.withInput('', ['-C', state.origin, 'read-tree', base_tree], env);
    }
    for (const { path, mode, content, sha } of tree) {
      if (
        path.startsWith('/') ||
        path.split('/').some((part) => part === '' || part === '.' || part === '..')
      )
        return unprocessable('tree.path contains a malformed path component');
      const blob =
        sha ??
        (await state.git.withInput(content ?? '', ['-C', state.origin, 'hash-object', '-w', '--stdin']));
      const line = `${mode} ${blob}\t${path}\n`;
      await state.git.withInput(line, ['-C', state.origin, 'update-index', '--add', '--index-info'], env);
    }
    const sha = await state.git.withInput('', ['-C', state.origin, 'write-tree'], env);
    return { status: 201, body: { sha, url: '', tree: [] } };
  } finally {
    rmSync(index, { force: true });
  }
}

async function createCommit(state: GitHubState, { body, identity }: Request): Promise<Answer> {
  const { message, tree, parents } = body as { message: string; tree: string; parents: string[] };
  if ((await state.git.maybe('-C', state.origin, 'cat-file', '-e', `${tree}^{tree}`)) === undefined)
    return unprocessable('Tree SHA does not exist');
  for (const parent of parents)
    if ((await state.refCommit(parent)) === undefined)
      return unprocessable('Parent SHA does not exist or is not a commit object');
  const sha = await state.git.withInput(
    message,
    ['-C', state.origin, 'commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])],
    { GIT_AUTHOR_NAME: identity.login, GIT_COMMITTER_NAME: 'GitHub' },
  );
  return { status: 201, body: await commitData(state, sha) };
}

async function compare(
  state: GitHubState,
  _request: Request,
  [base = '', head = '']: string[],
): Promise<Answer> {
  if ((await state.refCommit(base)) === undefined || (await state.refCommit(head)) === undefined)
    return NOT_FOUND;
  const commits = await Promise.all(
    (await state.commitsBetween(base, head)).slice(0, 250).map(async (sha) => {
      const { tree, message, parents } = await commitData(state, sha);
      return { sha, commit: { tree, message }, parents };
    }),
  );
  return { status: 200, body: { commits, total_commits: commits.length } };
}

export function pullData(state: GitHubState, pull: Pull) {
  return {
    number: pull.number,
    html_url: `https://github.com/${state.repository}/pull/${pull.number}`,
    state: pull.state,
    merged_at: pull.mergedAt,
    title: pull.title,
    body: pull.body,
    user: { login: pull.author },
    labels: pull.labels.map((name) => ({ name })),
    head: { ref: pull.head, sha: pull.headSha, repo: { full_name: pull.headRepository } },
    base: { ref: pull.base },
  };
}

async function listPulls(state: GitHubState, { url }: Request): Promise<Answer> {
  await state.followBranches();
  const wanted = url.searchParams.get('state') ?? 'open';
  const head = url.searchParams.get('head');
  const base = url.searchParams.get('base');
  const found = state.pulls.filter(
    (pull) =>
      (wanted === 'all' || pull.state === wanted) &&
      (base === null || pull.base === base) &&
      // Forks slip through GitHub's filter, and through this one.
      (head === null || head.endsWith(`:${pull.head}`)),
  );
  return { status: 200, body: found.reverse().map((pull) => pullData(state, pull)) };
}

async function createPull(state: GitHubState, { body, identity }: Request): Promise<Answer> {
  const {
    head,
    base,
    title,
    body: text,
  } = body as { head: string; base: string; title: string; body?: string };
  const isActions = identity.login === 'github-actions[bot]';
  if (isActions && !state.actionsMayOpenPullRequests)
    return {
      status: 403,
      body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
    };
  await state.followBranches();
  const invalid = (field: string) => [{ resource: 'PullRequest', field, code: 'invalid' }];
  if ((await state.refCommit(`refs/heads/${head}`)) === undefined)
    return unprocessable('Validation Failed', invalid('head'));
  if ((await state.refCommit(`refs/heads/${base}`)) === undefined)
    return unprocessable('Validation Failed', invalid('base'));
  const custom = (message: string) => [{ resource: 'PullRequest', code: 'custom', message }];
  if (
    state
      .openPulls()
      .some((pull) => pull.head === head && pull.base === base && pull.headRepository === state.repository)
  )
    return unprocessable('Validation Failed', custom(`A pull request already exists for acme:${head}.`));
  if ((await state.commitsBetween(base, head)).length === 0)
    return unprocessable('Validation Failed', custom(`No commits between ${base} and ${head}`));
  if ((text ?? '').length > 65_536)
    return unprocessable('Validation Failed', custom('body is too long (maximum is 65536 characters)'));
  const pull = await state.openBy(identity.login, { head, base, title });
  pull.body = text ?? '';
  return { status: 201, body: pullData(state, pull) };
}

async function updatePull(state: GitHubState, { body }: Request, [number = '']: string[]): Promise<Answer> {
  const pull = state.pulls.find((each) => each.number === Number(number));
  if (pull === undefined) return NOT_FOUND;
  const { title, body: text, state: wanted } = body as Partial<Pull>;
  Object.assign(pull, {
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { body: text }),
    ...(wanted === undefined ? {} : { state: wanted }),
  });
  return { status: 200, body: pullData(state, pull) };
}

async function listComments(state: GitHubState, _request: Request, [number = '']: string[]): Promise<Answer> {
  return { status: 200, body: state.pull(Number(number)).comments.map(({ id, body }) => ({ id, body })) };
}

async function createComment(
  state: GitHubState,
  { body, identity }: Request,
  [number = '']: string[],
): Promise<Answer> {
  const text = String(body['body']);
  if (text.length > 65_536) return unprocessable('Validation Failed', [tooLong]);
  const { id } = state.addComment(Number(number), identity.login, text);
  return { status: 201, body: { id, body: text } };
}

const tooLong = {
  resource: 'IssueComment',
  code: 'unprocessable',
  field: 'data',
  message: 'Body is too long',
};

async function updateComment(state: GitHubState, { body }: Request, [id = '']: string[]): Promise<Answer> {
  const comment = state.pulls.flatMap(({ comments }) => comments).find((one) => one.id === Number(id));
  if (comment === undefined) return NOT_FOUND;
  const text = String(body['body']);
  if (text.length > 65_536) return unprocessable('Validation Failed', [tooLong]);
  comment.body = text;
  return { status: 200, body: { id: comment.id, body: text } };
}

async function deleteComment(state: GitHubState, _request: Request, [id = '']: string[]): Promise<Answer> {
  const pull = state.pulls.find(({ comments }) => comments.some((one) => one.id === Number(id)));
  if (pull === undefined) return NOT_FOUND;
  pull.comments = pull.comments.filter((one) => one.id !== Number(id));
  return { status: 204 };
}
