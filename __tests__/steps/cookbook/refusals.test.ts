import { cookbook, cookbookWorld, type CookbookWorld } from '../../fakes/github/cookbook-world.ts';
import type { Fault } from '../../fakes/github/server.ts';

const BRANCH = 'deploy-action/cookbook-bump/master';

let world: CookbookWorld;
beforeEach(async () => {
  world = await cookbookWorld(cookbook('nginx', '1.2.3'));
  await world.push({ 'cookbooks/nginx/recipes/default.rb': 'one\n' }, 'One');
});
afterEach(() => world.stop());

const branchHead = () => world.github.state.refCommit(`refs/heads/${BRANCH}`);
const fault = (method: string, path: RegExp, answer: Fault['answer'], more: Partial<Fault> = {}) =>
  world.github.faults.push({ method, path, answer, ...more });

describe('R1 refused by GitHub: clear text, the branch is kept, operation blocked, bump exits 1', () => {
  it('the repository does not let GITHUB_TOKEN open pull requests', async () => {
    world.github.state.actionsMayOpenPullRequests = false;
    const { report, error, outcome } = await world.run();
    expect(report?.operation).toBe('blocked');
    expect(outcome).toBe('failed');
    expect(error?.code).toBe('BUMP_BLOCKED');
    expect(error?.message).toBe(
      'GitHub: open the pull request: GitHub Actions is not permitted to create or approve pull requests. (403, request F00D:1)',
    );
    expect(error?.hint).toContain(`https://github.com/acme/infra/compare/master...${BRANCH}?expand=1`);
    expect(error?.hint).toContain('Allow GitHub Actions to create and approve pull requests');
    expect(await branchHead()).toMatch(/^[0-9a-f]{40}$/u);
  });

  it('once it is allowed, the branch that is there gets its pull request without another commit', async () => {
    world.github.state.actionsMayOpenPullRequests = false;
    await world.run();
    world.github.state.actionsMayOpenPullRequests = true;
    expect(await world.run()).toMatchObject({ report: { operation: 'created' }, writes: 1 });
  });

  it('a ruleset protects the branch', async () => {
    world.github.state.protectedBranches.add(BRANCH);
    const { report, error } = await world.run();
    expect(report?.operation).toBe('blocked');
    expect(error?.message).toBe(
      `GitHub: move the branch: Repository rule violations found Cannot update this protected ref: refs/heads/${BRANCH}. (200, request F00D:1)`,
    );
    expect(error?.hint).toMatch(/^A branch protection or a ruleset covers/u);
  });

  it('the token may not write contents', async () => {
    world.github.state.tokens.set('read', { login: 'app[bot]', contents: 'read', pullRequests: 'write' });
    const { report, error } = await world.run({ token: 'read' });
    expect(report?.operation).toBe('blocked');
    expect(error?.message).toBe(
      'GitHub: create the tree: Resource not accessible by integration (403, request F00D:1)',
    );
    expect(error?.hint).toContain('(needed: contents=write)');
    expect(error?.hint).toContain('permissions: { contents: write, pull-requests: write }');
  });

  it('the token may not open pull requests', async () => {
    world.github.state.tokens.set('half', { login: 'app[bot]', contents: 'write', pullRequests: 'read' });
    const { error } = await world.run({ token: 'half' });
    expect(error?.hint).toContain('(needed: pull_requests=write)');
    expect(await branchHead()).toMatch(/^[0-9a-f]{40}$/u);
  });

  it('an unknown token', async () => {
    const { error, report } = await world.run({ token: 'nobody' });
    expect(report?.operation).toBe('blocked');
    expect(error?.message).toBe('GitHub: read refs/heads/master: Bad credentials (401, request F00D:1)');
    expect(error?.hint).toMatch(/^The token is wrong, expired or revoked\./u);
  });

  it('no token at all', async () => {
    const { error } = await world.run({ token: null });
    expect(error).toMatchObject({ code: 'GITHUB_TOKEN_MISSING' });
  });

  it.each([
    [404, { message: 'Not Found' }, /^The repository is not there for this token/u],
    [409, { message: 'Git Repository is empty.' }, /^The repository is empty/u],
    [
      422,
      { message: 'Validation Failed', errors: [{ field: 'tree', code: 'x' }] },
      /^GitHub did not take the request/u,
    ],
  ])('status %i for the tree', async (status, body, hint) => {
    fault('POST', /\/git\/trees$/u, { status, body });
    const { report, error } = await world.run();
    expect(report?.operation).toBe('blocked');
    expect(error?.hint).toMatch(hint);
  });

  it('the base branch is not there', async () => {
    const { error } = await world.run({ plan: { branch: 'trunk' }, event: { branch: 'trunk' } });
    expect(error).toMatchObject({
      code: 'BUMP_BLOCKED',
      message: 'cookbooks: acme/infra has no branch trunk',
    });
  });

  it('the hour’s calls are used up: said with the time to wait, and not waited for', async () => {
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Date.UTC(2026, 0, 5, 9, 30) / 1000),
    };
    fault('GET', /\/pulls$/u, {
      status: 403,
      body: { message: 'API rate limit exceeded for installation.' },
      headers,
    });
    const { error } = await world.run();
    expect(error?.hint).toBe('The token has used up its calls for this hour. Run the job again in 1800 s.');
  });

  it('a secondary limit is waited for as long as GitHub says', async () => {
    const answer = {
      status: 403,
      body: { message: 'You have exceeded a secondary rate limit.' },
      headers: { 'retry-after': '20' },
    };
    fault('POST', /\/pulls$/u, answer);
    expect(await world.run()).toMatchObject({ report: { operation: 'created' } });
    expect(world.github.state.pulls).toHaveLength(1);
  });

  it('a secondary limit that does not end is told', async () => {
    const answer = { status: 429, body: { message: 'Too many requests' }, headers: { 'retry-after': '20' } };
    fault('POST', /\/pulls$/u, answer, { times: 9 });
    const { error } = await world.run();
    expect(error?.hint).toContain('GitHub asks to slow down. Run the job again in 20 s.');
  });
});
