import { cookbook, cookbookWorld, type CookbookWorld } from '../../fakes/github/cookbook-world.ts';

const BRANCH = 'deploy-action/cookbook-bump/master';

let world: CookbookWorld;
afterEach(async () => {
  await world.github.state.fsck();
  await world.stop();
});

const change = (name: string, text: string) => ({ [`cookbooks/${name}/recipes/default.rb`]: text });

describe('the bump pull request', () => {
  it('R1 bump PR opened: one pull request raises what changed and nothing else; a second run writes nothing', async () => {
    world = await cookbookWorld({
      ...cookbook('nginx', '1.2.3'),
      ...cookbook('base', '0.9.1'),
      'cookbooks/nginx/metadata.json': '{\n  "name": "nginx",\n  "version": "1.2.3"\n}',
      'cookbooks/nginx/CHANGELOG.md': '# Changes\n\n## 1.2.3 (2026-01-02)\n\n- First\n',
      'Berksfile.lock':
        'DEPENDENCIES\n  nginx\n    path: cookbooks/nginx\n\nGRAPH\n  base (0.9.1)\n  nginx (1.2.3)\n',
    });
    await world.push(change('nginx', "package 'nginx-full'\n"), 'Use the full package');

    const first = await world.run();
    expect(first.error).toBeUndefined();
    expect(first.outcome).toBe('completed');
    expect(first.report).toMatchObject({
      operation: 'created',
      pullRequest: { number: 1 },
      raises: [{ name: 'nginx', from: '1.2.3', to: '1.2.4', level: 'patch' }],
    });
    expect(first.writes).toBe(4);
    const [pull, ...more] = world.github.state.openPulls();
    expect(more).toEqual([]);
    expect(pull).toMatchObject({ title: 'Bump cookbooks: nginx 1.2.4', base: 'master', head: BRANCH });
    const diff = await world.github.state.bare('diff', '--unified=0', 'master', BRANCH);
    const changed = diff.split('\n').filter((line) => /^[-+]/u.test(line) && !/^(?:---|\+\+\+)/u.test(line));
    expect(changed).toEqual([
      '-  nginx (1.2.3)',
      '+  nginx (1.2.4)',
      expect.stringMatching(/^\+## 1\.2\.4 \(\d{4}-\d\d-\d\d\)$/u),
      '+',
      '+- Use the full package',
      '+',
      '-  "version": "1.2.3"',
      '+  "version": "1.2.4"',
      "-version '1.2.3'",
      "+version '1.2.4'",
    ]);

    const second = await world.run();
    expect(second.report?.operation).toBe('unchanged');
    expect(second.writes).toBe(0);
    expect(second.requests).toBeLessThanOrEqual(10);
  });

  it('R1 PR follows base: further merges update the same pull request, on the new head', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    await world.push(change('nginx', 'one\n'), 'One');
    await world.run();
    await world.push(change('base', 'two\n'), 'feat: two');
    const second = await world.run();
    const head = await world.push(change('nginx', 'three\n'), 'Three');
    const third = await world.run();

    expect([second.report?.operation, third.report?.operation]).toEqual(['updated', 'updated']);
    expect(world.github.state.pulls.map(({ number }) => number)).toEqual([1]);
    expect(await world.github.state.bare('rev-parse', `${BRANCH}^`)).toBe(head);
    expect(await world.github.state.bare('rev-list', '--count', `master..${BRANCH}`)).toBe('1');
    expect(world.github.state.pull(1).title).toBe('Bump cookbooks: base 0.10.0, nginx 1.2.4');
    expect(third.writes).toBeLessThanOrEqual(8);
  });

  it('changes of the application alone leave it as it is', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), 'app.rb': '1\n' });
    await world.push(change('nginx', 'one\n'), 'One');
    await world.run();
    await world.push({ 'app.rb': '2\n' }, 'App');
    expect(await world.run()).toMatchObject({ writes: 0, report: { operation: 'unchanged' } });
  });

  it('nothing pending any more: the pull request is closed and its branch deleted', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    await world.run();
    await world.push(change('nginx', "package 'nginx'\n"), 'Back');
    const end = await world.run();
    expect(end.report?.operation).toBe('closed');
    expect(world.github.state.pull(1).state).toBe('closed');
    expect(await world.github.state.refCommit(`refs/heads/${BRANCH}`)).toBeUndefined();

    // What we closed ourselves is no person's word: the same change opens a new one.
    await world.push(change('nginx', 'one\n'), 'One again');
    expect((await world.run()).report).toMatchObject({ operation: 'created', pullRequest: { number: 2 } });
  });

  it('closed by a person: it stays closed until the content changes', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), 'app.rb': '1\n' });
    await world.push(change('nginx', 'one\n'), 'One');
    await world.run();
    world.github.state.pull(1).state = 'closed';
    await world.push({ 'app.rb': '2\n' }, 'App');
    expect(await world.run()).toMatchObject({
      writes: 0,
      outcome: 'no-change',
      report: { operation: 'snoozed' },
    });
    await world.push(change('nginx', 'two\n'), 'Two');
    expect((await world.run()).report).toMatchObject({ operation: 'created', pullRequest: { number: 2 } });
  });

  it('commits of people on the branch are kept, and it is said once', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    await world.run();
    await world.git('fetch', '--quiet', 'origin');
    await world.git('switch', '--quiet', '--create', BRANCH, `origin/${BRANCH}`);
    const mine = await world.push({ 'cookbooks/nginx/NOTES.md': 'mine\n' }, 'A note of mine');
    await world.git('switch', '--quiet', 'master');
    await world.push(change('nginx', 'two\n'), 'Two');

    await world.run();
    const again = await world.run();
    expect(again.report?.operation).toBe('unchanged');
    expect(await world.github.state.refCommit(`refs/heads/${BRANCH}`)).toBe(mine);
    expect(world.github.state.pull(1).comments).toHaveLength(1);

    world.github.state.pull(1).labels.push('rebase');
    expect((await world.run()).report?.operation).toBe('updated');
    expect(await world.github.state.bare('rev-list', '--count', `master..${BRANCH}`)).toBe('1');
  });

  it('a commit of ours that a person amended is the person’s', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    await world.run();
    await world.git('fetch', '--quiet', 'origin');
    await world.git('switch', '--quiet', '--create', BRANCH, `origin/${BRANCH}`);
    await world.git('rm', '--quiet', 'cookbooks/nginx/recipes/default.rb');
    await world.git('commit', '--quiet', '--amend', '--no-edit');
    await world.git('push', '--quiet', '--force', 'origin', 'HEAD');
    const amended = await world.git('rev-parse', 'HEAD');
    await world.git('switch', '--quiet', 'master');
    await world.push(change('nginx', 'two\n'), 'Two');
    await world.run();
    expect(await world.github.state.refCommit(`refs/heads/${BRANCH}`)).toBe(amended);
  });

  it('a label on the pull request sets the level of all, or of one cookbook', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    await world.push({ ...change('nginx', 'one\n'), ...change('base', 'one\n') }, 'One');
    await world.run();
    world.github.state.pull(1).labels.push('minor', 'nginx: major');
    expect((await world.run()).report?.raises).toMatchObject([
      { name: 'base', to: '0.10.0' },
      { name: 'nginx', to: '2.0.0' },
    ]);
  });

  it('labels of merged pull requests count, those of dependency bots do not', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    const merge = async (name: string, author: string) => {
      await world.git('switch', '--quiet', '--create', `change-${name}`);
      await world.push(change(name, 'one\n'), `Change ${name}`);
      await world.git('switch', '--quiet', 'master');
      const { state } = world.github;
      const { number } = await state.openBy(author, {
        head: `change-${name}`,
        base: 'master',
        title: name,
        labels: ['semver:major'],
      });
      await state.merge(number, 'merge');
      await world.pull();
    };
    await merge('nginx', 'mika');
    await merge('base', 'dependabot[bot]');
    const { report } = await world.run();
    expect(report?.raises).toMatchObject([
      { name: 'base', to: '0.9.2' },
      { name: 'nginx', to: '2.0.0', why: 'label on #1' },
    ]);
  });

  it('R1 forks and text: a pull request event writes nothing', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    const end = await world.run({ event: { kind: 'pull_request', name: 'pull_request' } });
    expect(end).toMatchObject({ writes: 0, requests: 0, outcome: 'no-change' });
  });

  it('R1 forks and text: hostile titles are inert, and a fork’s branch of the same name is not ours', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(
      change('nginx', 'one\n'),
      'feat: <!-- x --> @acme/all fixes #1 `$(id)` [a](http://evil.example) | x',
    );
    const fork = await world.github.state.openBy('mallory', { head: BRANCH, base: 'master', title: 'Mine' });
    fork.headRepository = 'mallory/infra';
    const { report, host } = await world.run();
    expect(report).toMatchObject({ operation: 'created', pullRequest: { number: 2 } });
    const { body } = world.github.state.pull(2);
    expect(body.match(/<!--/gu)).toHaveLength(1);
    expect(body).not.toMatch(/@acme|fixes #1|\]\(http:|[^\\]`\$\(id\)/u);
    expect(body).toContain('\\`');
    expect(host.outsideLines).toEqual([]);
  });

  it('--dry-run shows the diff and the pull request, without a token and without a request', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    const end = await world.run({ dryRun: true, token: null });
    expect(end).toMatchObject({ requests: 0, outcome: 'no-change', error: undefined });
    expect(end.host.outsideLines).toContain("-version '1.2.3'");
    expect(end.host.outsideLines).toContain("+version '1.2.4'");
    expect(end.host.outsideLines[0]).toBe('Bump cookbooks: nginx 1.2.4');
  });

  it('another environment of the same commit, asked for by name, has no part in it', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    const end = await world.run({ plan: { environments: ['staging'] } });
    expect(end).toMatchObject({ requests: 0, outcome: 'no-change', report: { operation: 'none' } });
    expect(end.host.infos).toContain(
      'Cookbooks are judged on master only for staging; this is master for production',
    );
    const own = await world.run({ plan: { environments: ['production'] } });
    expect(own.report).toMatchObject({ operation: 'created' });
  });

  it.each([
    ['GITHUB_TOKEN', 'ghs_bot', 'github-actions[bot]', 1],
    ['the token of a GitHub App', 'ghs_app', 'infra[bot]', 0],
    ['the token of a person', 'github_pat', 'ada', 0],
  ] as const)('works with %s; that checks wait is said where they do', async (_what, token, login, said) => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    world.github.state.tokens.set(token, { login, contents: 'write', pullRequests: 'write' });
    await world.push(change('nginx', 'one\n'), 'One');
    const end = await world.run({ token });
    expect(end.report).toMatchObject({ operation: 'created' });
    expect(world.github.state.pull(1).author).toBe(login);
    const warnings = end.host.annotations.filter(({ message }) => message.includes('its checks wait until'));
    expect(warnings).toHaveLength(said);
  });

  it('a pull request over ten cookbooks takes few writes', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `cookbook-${index}`);
    world = await cookbookWorld(
      Object.assign({}, ...names.map((name) => cookbook(name, '1.0.0'))) as object as Record<string, string>,
    );
    await world.push(
      Object.fromEntries(names.map((name) => [`cookbooks/${name}/recipes/default.rb`, 'one\n'])),
      'All of them',
    );
    const end = await world.run();
    expect(end.report?.raises).toHaveLength(10);
    expect(end.writes).toBeLessThanOrEqual(8);
  });

  it('other branches open nothing', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    expect(await world.run({ event: { branch: 'develop' } })).toMatchObject({
      requests: 0,
      outcome: 'no-change',
    });
  });
});
