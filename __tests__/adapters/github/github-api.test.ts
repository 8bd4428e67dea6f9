import { createGitHub } from '../../../src/adapters/github/github-api.ts';
import type { GitHub } from '../../../src/ports/github.ts';
import { isGitHubError, type GitHubError } from '../../../src/rules/cookbook/github-error.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { startGitHub, type Answer, type FakeGitHub } from '../../fakes/github/server.ts';

let server: FakeGitHub;
let clock: FakeClock;
let github: GitHub;
/** The commit that master is at, and its tree. */
let head: string;
let tree: string;

beforeEach(async () => {
  server = await startGitHub();
  clock = new FakeClock();
  github = createGitHub({
    token: 'ghs_bot',
    repository: 'acme/infra',
    apiUrl: server.url,
    serverUrl: 'https://github.com',
    clock,
  });
  const { state } = server;
  tree = await state.git.withInput('', ['-C', state.origin, 'mktree']);
  head = await state.git.withInput('First', ['-C', state.origin, 'commit-tree', tree]);
  await state.bare('update-ref', 'refs/heads/master', head);
});
afterEach(() => server.stop());

const answerOnce = (method: string, path: RegExp, answer: Answer | 'reset', times = 1) =>
  server.faults.push({ method, path, answer, times });
const pushBranch = async () => {
  const made = await github.createTree(tree, [
    { path: 'a', mode: '100644', content: new TextEncoder().encode('a\n') },
  ]);
  const { id } = await github.createCommit({ message: 'A', tree: made, parents: [head] });
  await github.moveRefs([{ ref: 'refs/heads/bump', before: undefined, after: id }]);
  return id;
};
const open = () => github.createPullRequest({ head: 'bump', base: 'master', title: 'Bump', body: '' });
const countOf = (method: string, path: RegExp) =>
  server.requests.filter((request) => request.method === method && path.test(request.path)).length;

async function refusal(call: () => Promise<unknown>): Promise<GitHubError> {
  try {
    await call();
  } catch (error) {
    if (isGitHubError(error)) return error;
    throw error;
  }
  throw new Error('GitHub refused nothing');
}

describe('what GitHub made a moment ago and does not know yet', () => {
  const unprocessable = (message: string, errors?: unknown[]): Answer => ({
    status: 422,
    body: { message, ...(errors === undefined ? {} : { errors }) },
  });

  it.each([
    ['the tree of a commit', /\/git\/commits$/u, unprocessable('Tree SHA does not exist')],
    [
      'the parent of a commit',
      /\/git\/commits$/u,
      unprocessable('Parent SHA does not exist or is not a commit object'),
    ],
    [
      'the branch of a pull request',
      /\/pulls$/u,
      unprocessable('Validation Failed', [{ resource: 'PullRequest', field: 'head', code: 'invalid' }]),
    ],
    [
      'a node of a pull request',
      /\/pulls$/u,
      unprocessable('Validation Failed', [
        { message: "Could not resolve to a node with the global id of 'PR_1'." },
      ]),
    ],
    [
      'the commit of a ref',
      /^\/graphql$/u,
      {
        status: 200,
        body: { data: null, errors: [{ type: 'UNPROCESSABLE', message: 'Object does not exist' }] },
      },
    ],
  ] as const)('%s: asked again shortly, and nothing is doubled', async (_what, path, answer) => {
    answerOnce('POST', path, answer, 2);
    await pushBranch();
    expect(await open()).toMatchObject({ number: 1, state: 'open' });
    expect(server.state.pulls).toHaveLength(1);
    expect(clock.elapsed).toBeGreaterThan(0);
    expect(clock.elapsed).toBeLessThan(15_000);
  });

  it('given up after a few tries, with what to do', async () => {
    answerOnce('POST', /\/git\/commits$/u, unprocessable('Tree SHA does not exist'), 99);
    const error = await refusal(pushBranch);
    expect(error.kind).toBe('not-yet');
    expect(error.message).toBe('GitHub: create the commit: Tree SHA does not exist (422, request F00D:1)');
    expect(error.hint).toMatch(/Run the job again\.$/u);
    expect(countOf('POST', /\/git\/commits$/u)).toBe(4);
  });

  it('any other 422 is not asked again', async () => {
    answerOnce('POST', /\/git\/trees$/u, unprocessable('tree.path contains a malformed path component'));
    expect((await refusal(pushBranch)).kind).toBe('invalid');
    expect(countOf('POST', /\/git\/trees$/u)).toBe(1);
  });
});

describe('limits', () => {
  const secondary = (headers: Record<string, string> = {}): Answer => ({
    status: 403,
    body: { message: 'You have exceeded a secondary rate limit and have been temporarily blocked.' },
    headers,
  });

  it.each([
    ['as long as GitHub says', { 'retry-after': '20' }, 20_000],
    ['a minute where it says nothing, as its documentation asks', {}, 60_000],
  ])('a secondary limit is waited for: %s', async (_what, headers, wait) => {
    await pushBranch();
    const before = clock.elapsed;
    answerOnce('POST', /\/pulls$/u, secondary(headers));
    expect(await open()).toMatchObject({ number: 1 });
    expect(clock.elapsed - before).toBe(wait);
    expect(countOf('POST', /\/pulls$/u)).toBe(2);
  });

  it('a 429 without a word is one too', async () => {
    answerOnce('GET', /\/git\/ref\//u, {
      status: 429,
      body: { message: 'Slow down' },
      headers: { 'retry-after': '5' },
    });
    expect(await github.refCommit('refs/heads/master')).toBe(head);
    expect(clock.elapsed).toBe(5000);
  });

  it('a wait of more than a minute is left to a later run', async () => {
    answerOnce('POST', /\/git\/trees$/u, secondary({ 'retry-after': '900' }));
    const error = await refusal(pushBranch);
    expect(error.kind).toBe('secondary-limit');
    expect(error.hint).toBe('GitHub asks to slow down. Run the job again in 900 s.');
    expect(clock.elapsed).toBe(0);
  });

  it('the hour’s calls are used up: not waited for, and said when there are new ones', async () => {
    answerOnce('GET', /\/pulls$/u, {
      status: 403,
      body: { message: 'API rate limit exceeded for installation ID 1.' },
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String((clock.now() + 1_200_000) / 1000),
      },
    });
    const error = await refusal(() => github.pullRequests('bump', 'master'));
    expect(error.kind).toBe('rate-limit');
    expect(error.hint).toBe('The token has used up its calls for this hour. Run the job again in 1200 s.');
  });

  it('GraphQL words its limit in a 200', async () => {
    answerOnce('POST', /^\/graphql$/u, {
      status: 200,
      body: { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
    });
    expect((await refusal(() => github.pullsOfCommits([head]))).kind).toBe('rate-limit');
  });

  it('a cancelled run waits no longer', async () => {
    const cancel = new AbortController();
    const cancelled = createGitHub({
      token: 'ghs_bot',
      repository: 'acme/infra',
      apiUrl: server.url,
      serverUrl: 'https://github.com',
      clock,
      signal: cancel.signal,
    });
    answerOnce('GET', /\/git\/ref\//u, secondary({ 'retry-after': '50' }), 99);
    server.before = () => cancel.abort(new Error('cancelled'));
    await expect(cancelled.refCommit('refs/heads/master')).rejects.toThrow('cancelled');
    expect(server.requests).toHaveLength(1);
  });
});

describe('R1 refused by GitHub: each refusal has its kind, GitHub’s own words and what to do', () => {
  const refusals: readonly (readonly [string, Answer, string, string, RegExp])[] = [
    [
      'an unknown token',
      { status: 401, body: { message: 'Bad credentials' } },
      'bad-token',
      'Bad credentials (401, request F00D:1)',
      /wrong, expired or revoked/u,
    ],
    [
      'a token without the permission',
      {
        status: 403,
        body: { message: 'Resource not accessible by integration' },
        headers: { 'x-accepted-github-permissions': 'pull_requests=write' },
      },
      'missing-permission',
      'Resource not accessible by integration (403, request F00D:1)',
      /\(needed: pull_requests=write\).*`permissions: \{ contents: write, pull-requests: write \}`/u,
    ],
    [
      'a classic token without its scope',
      {
        status: 403,
        body: { message: 'Resource not accessible by personal access token' },
        headers: { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'read:org' },
      },
      'missing-permission',
      'Resource not accessible by personal access token (403, request F00D:1)',
      /\(needed: repo\).*a classic token the scope `repo`/u,
    ],
    [
      'the switch of the repository',
      {
        status: 403,
        body: { message: 'GitHub Actions is not permitted to create or approve pull requests.' },
      },
      'pull-requests-off',
      'GitHub Actions is not permitted to create or approve pull requests. (403, request F00D:1)',
      /Settings → Actions → General → Workflow permissions.*token of a GitHub App/u,
    ],
    [
      'the switch of the organisation',
      {
        status: 409,
        body: { message: 'GitHub Actions is not permitted to create or approve pull requests' },
      },
      'pull-requests-off',
      'GitHub Actions is not permitted to create or approve pull requests (409, request F00D:1)',
      /an organisation can forbid it for all its repositories/u,
    ],
    [
      'a protected branch',
      { status: 422, body: { message: 'Cannot update this protected ref.' } },
      'protected',
      'Cannot update this protected ref. (422, request F00D:1)',
      /^A branch protection or a ruleset covers/u,
    ],
    [
      'a repository that the token cannot see',
      { status: 404, body: { message: 'Not Found' } },
      'not-found',
      'Not Found (404, request F00D:1)',
      /^The repository is not there for this token/u,
    ],
    [
      'an empty repository',
      { status: 409, body: { message: 'Git Repository is empty.' } },
      'conflict',
      'Git Repository is empty. (409, request F00D:1)',
      /^The repository is empty/u,
    ],
    [
      'a pull request that is there already',
      {
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [{ code: 'custom', message: 'A pull request already exists for acme:bump.' }],
        },
      },
      'already-exists',
      'Validation Failed: A pull request already exists for acme:bump. (422, request F00D:1)',
      /it will be found/u,
    ],
    [
      'a branch with nothing on it',
      {
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [{ code: 'custom', message: 'No commits between master and bump' }],
        },
      },
      'no-commits',
      'Validation Failed: No commits between master and bump (422, request F00D:1)',
      /nothing that the base branch does not have/u,
    ],
    [
      'a broken answer',
      { status: 502, body: { message: 'Bad gateway' } },
      'unavailable',
      'Bad gateway (502, request F00D:1)',
      /githubstatus\.com/u,
    ],
  ];

  it.each(refusals)('%s', async (_what, answer, kind, message, hint) => {
    await pushBranch();
    answerOnce('POST', /\/pulls$/u, answer, 99);
    const error = await refusal(open);
    expect(error.kind).toBe(kind);
    expect(error.code).toBe('GITHUB_REFUSED');
    expect(error.message).toBe(`GitHub: open the pull request: ${message}`);
    expect(error.hint).toMatch(hint);
    expect(countOf('POST', /\/pulls$/u)).toBe(1);
  });

  it('GraphQL’s missing scope', async () => {
    answerOnce('POST', /^\/graphql$/u, {
      status: 200,
      body: {
        data: null,
        errors: [
          {
            type: 'INSUFFICIENT_SCOPES',
            message: 'Your token has not been granted the required scopes: repo.',
          },
        ],
      },
    });
    const error = await refusal(() => github.pullsOfCommits([head]));
    expect(error.kind).toBe('missing-permission');
  });

  it('a line that looks like a command of the runner stays within one line of text', async () => {
    answerOnce('POST', /\/git\/trees$/u, { status: 418, body: { message: 'no\n::error::from outside' } });
    expect((await refusal(pushBranch)).message).toBe(
      'GitHub: create the tree: no ::error::from outside (418, request F00D:1)',
    );
  });
});

describe('the lease on a branch', () => {
  it('a branch that somebody else moved is stale, and is left there', async () => {
    const id = await pushBranch();
    expect(await github.moveRefs([{ ref: 'refs/heads/bump', before: undefined, after: head }])).toBe('stale');
    expect(await github.refCommit('refs/heads/bump')).toBe(id);
  });

  it('a lost answer is read back', async () => {
    server.faults.push({ method: 'POST', path: /^\/graphql$/u, answer: 'reset', after: true });
    const id = await pushBranch();
    expect(await github.refCommit('refs/heads/bump')).toBe(id);
  });
});
