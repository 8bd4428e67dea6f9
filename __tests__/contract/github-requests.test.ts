import { cookbook, cookbookWorld } from '../fakes/github/cookbook-world.ts';
import { githubSchemas } from '../fakes/github/schemas.ts';
import { createGitHub } from '../../src/adapters/github/github-api.ts';
import { keepComment } from '../../src/steps/preflight/keep-comment.ts';
import { FakeClock } from '../fakes/clock.ts';
import type { FakeGitHub, RecordedRequest } from '../fakes/github/server.ts';

const BRANCH = 'deploy-action/cookbook-bump/master';

/** Everything that the cookbook part ever asks of GitHub, once. */
async function everyRequest(): Promise<RecordedRequest[]> {
  const world = await cookbookWorld({
    ...cookbook('nginx', '1.2.3'),
    'cookbooks/nginx/metadata.rb': Buffer.from(
      "maintainer 'Andr\xe9'\nname 'nginx'\nversion '1.2.3'\n",
      'latin1',
    ),
  });
  const change = (text: string) => world.push({ 'cookbooks/nginx/recipes/default.rb': text }, 'Change');
  const deploy = ['node', '-e', '0'] as const;
  try {
    await change('one\n');
    await world.run({ plan: { deploy } });
    await change('two\n');
    await world.run({ plan: { deploy } });
    await world.git('fetch', '--quiet', 'origin');
    await world.git('switch', '--quiet', '--create', BRANCH, `origin/${BRANCH}`);
    await world.push({ 'cookbooks/nginx/NOTES.txt': 'mine\n' }, 'Mine');
    await world.git('switch', '--quiet', 'master');
    await world.run();
    world.github.state.pull(1).labels.push('rebase');
    await world.run();
    await world.github.state.merge(1, 'squash', { keepBranch: true });
    await world.pull();
    const merged = await world.run({ plan: { deploy } });
    expect(merged.report).toMatchObject({ operation: 'none', infraDeploy: 'succeeded' });
    expect(await world.github.state.refCommit(`refs/heads/${BRANCH}`)).toBeUndefined();
    await change('three\n');
    await world.run();
    await change('two\n');
    expect((await world.run()).report?.operation).toBe('closed');
    const bytes = await world.github.state.git.run([
      '-C',
      world.github.state.origin,
      'cat-file',
      '-p',
      'master:cookbooks/nginx/metadata.rb',
    ]);
    expect(bytes.output).toContain("version '1.2.4'");
    await planComments(world.github);
    return [...world.github.requests];
  } finally {
    await world.stop();
  }
}

/** What `plan` asks for its comment: created, written anew, one that is too many removed. */
async function planComments({ state, url }: FakeGitHub): Promise<void> {
  const clock = new FakeClock();
  const github = createGitHub({
    token: 'ghs_bot',
    repository: state.repository,
    apiUrl: url,
    serverUrl: 'https://github.com',
    clock,
  });
  const wanted = { number: 1, marker: '<!-- plan -->', body: '<!-- plan -->\none' };
  expect(await keepComment(github, wanted)).toMatchObject({ operation: 'created' });
  state.addComment(1, 'github-actions[bot]', wanted.body);
  const body = `${wanted.marker}\ntwo`;
  expect(await keepComment(github, { ...wanted, body })).toMatchObject({ operation: 'updated' });
}

describe('what we ask of GitHub', () => {
  it('is what GitHub’s OpenAPI and GraphQL schemas describe, request by request', async () => {
    const requests = await everyRequest();
    const problemsOf = githubSchemas();
    const wrong = requests.flatMap((request) =>
      problemsOf(request).map((problem) => `${request.method} ${request.path}: ${problem}`),
    );
    expect(wrong).toEqual([]);
    const kinds = new Set(
      requests.map(
        ({ method, path }) =>
          `${method} ${path.split('?')[0]?.replace(/[0-9a-f]{40}|\d+$|heads\/.*|deploy-action\/.*/gu, '*') ?? ''}`,
      ),
    );
    // Git data, references, comparison, pull requests, comments and GraphQL all took part.
    expect(kinds.size).toBeGreaterThanOrEqual(13);
  });

  it('the schemas are strict enough to notice what is wrong', () => {
    const problemsOf = githubSchemas();
    const request = (method: string, path: string, body: unknown): RecordedRequest => ({
      method,
      path,
      body,
      status: 200,
    });
    const repository = '/repos/acme/infra';
    expect(problemsOf(request('POST', `${repository}/pulls`, { title: 'x', head: 'a' }))).toEqual([
      expect.stringContaining("required property 'base'"),
    ]);
    expect(
      problemsOf(request('POST', `${repository}/pulls`, { head: 'a', base: 'b', titel: 'x' })),
    ).not.toEqual([]);
    expect(problemsOf(request('GET', `${repository}/pulls?stat=open`, {}))).toEqual([
      'no such query parameter: stat',
    ]);
    expect(problemsOf(request('PUT', `${repository}/pulls`, {}))).toHaveLength(1);
    const query = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';
    const input = { repositoryId: 'R', refUpdates: [{ name: 'refs/heads/x', after: '0'.repeat(40) }] };
    expect(problemsOf(request('POST', '/graphql', { query, variables: { input } }))).not.toEqual([]);
  });
});
