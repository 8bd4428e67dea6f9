import { cookbook, cookbookWorld, type CookbookWorld } from '../../fakes/github/cookbook-world.ts';

const BRANCH = 'deploy-action/cookbook-bump/master';
const LOCK = JSON.stringify({
  cookbook_locks: { nginx: { version: '1.2.3', source: '../cookbooks/nginx' } },
});

let world: CookbookWorld;
afterEach(() => world.stop());

/** A lock command that writes the version that it finds beside it, and what `more` says. */
const writeLock = (more = '') =>
  [
    'node',
    '-e',
    `const fs = require('node:fs');
     const version = /'([\\d.]+)'/.exec(fs.readFileSync('../cookbooks/nginx/metadata.rb', 'utf8').split('version')[1])[1];
     fs.writeFileSync('Policyfile.lock.json', JSON.stringify({ cookbook_locks: { nginx: { version, source: '../cookbooks/nginx' } } }));
     console.log('locked', version); ${more}`,
  ] as const;

const start = async (files: Record<string, string>) => {
  world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...files });
  await world.push({ 'cookbooks/nginx/recipes/default.rb': 'one\n' }, 'One');
};

describe('Policyfile locks', () => {
  it('are written by the user’s command, in a copy that has the new versions, in the same commit', async () => {
    await start({ 'policies/Policyfile.lock.json': LOCK });
    const end = await world.run({ plan: { lockCommand: writeLock() } });
    expect(end.report?.operation).toBe('created');
    expect(end.host.outsideLines).toEqual(['locked 1.2.4']);
    expect(await world.show(BRANCH, 'policies/Policyfile.lock.json')).toBe(LOCK.replace('1.2.3', '1.2.4'));
    expect(await world.github.state.bare('rev-list', '--count', `master..${BRANCH}`)).toBe('1');
    const again = await world.run({ plan: { lockCommand: writeLock() } });
    expect(again).toMatchObject({ writes: 0, report: { operation: 'unchanged' } });
  });

  it('without the command the cookbook is refused, with the file and what to write', async () => {
    await start({ 'policies/Policyfile.lock.json': LOCK });
    const { error, report } = await world.run();
    expect(report).toMatchObject({ operation: 'none', raises: [] });
    expect(error).toMatchObject({ code: 'COOKBOOK_UNREADABLE' });
    expect(error?.message).toContain('policies/Policyfile.lock.json');
  });

  it.each([
    ["fs.writeFileSync('../app.rb', 'x');", 'changed more than Policyfile locks', ['app.rb']],
    ['process.exit(7);', 'exited with code 7', []],
  ])('a command that does more, or fails, blocks: %s', async (more, message, details) => {
    await start({ 'policies/Policyfile.lock.json': LOCK });
    const { error, report } = await world.run({ plan: { lockCommand: writeLock(more) } });
    expect(report?.operation).toBe('blocked');
    expect(error?.code).toBe('COOKBOOK_LOCK_FAILED');
    expect(error?.message).toContain(message);
    expect(error?.details).toEqual(details);
    expect(await world.github.state.refCommit(`refs/heads/${BRANCH}`)).toBeUndefined();
  });
});

describe('a cookbook whose number belongs to somebody else', () => {
  it.each([
    [{ '.release-please-manifest.json': '{"cookbooks/nginx":"1.2.3"}' }, 'release-please'],
    [{ 'cookbooks/nginx/.expeditor/config.yml': 'actions: [built_in:bump_version]\n' }, 'Expeditor'],
  ])('%j: refused, and the others are raised', async (files, bot) => {
    world = await cookbookWorld({
      ...cookbook('nginx', '1.2.3'),
      ...cookbook('base', '0.9.1'),
      ...(files as Record<string, string>),
    });
    await world.push(
      { 'cookbooks/nginx/recipes/default.rb': 'one\n', 'cookbooks/base/recipes/default.rb': 'one\n' },
      'One',
    );
    const { report, outcome } = await world.run();
    expect(report).toMatchObject({ operation: 'created', raises: [{ name: 'base' }] });
    expect(report?.problems[0]?.message).toContain(bot);
    expect(outcome).toBe('refused');
    expect(world.github.state.pull(1).body).toContain('### Needs a person');
  });

  it('a release-please manifest of the application alone disturbs nobody', async () => {
    await start({ '.release-please-manifest.json': '{"app":"1.2.3"}' });
    expect((await world.run()).outcome).toBe('completed');
  });
});

describe('a cookbook that cannot be read', () => {
  it('is reported with file and line, and the others are raised', async () => {
    world = await cookbookWorld({
      ...cookbook('nginx', '1.2.3'),
      'cookbooks/odd/metadata.rb': "name 'odd'\nversion '1.2.3'\nversion '1.2.4'\n",
    });
    await world.push({ 'cookbooks/nginx/recipes/default.rb': 'one\n' }, 'One');
    const { report, error, host } = await world.run();
    expect(report).toMatchObject({ operation: 'created', raises: [{ name: 'nginx' }] });
    expect(error).toMatchObject({ code: 'COOKBOOK_UNREADABLE', outcome: 'refused' });
    expect(host.annotations).toContainEqual({
      level: 'error',
      title: 'Cookbook',
      file: 'cookbooks/odd/metadata.rb',
      line: 3,
      message:
        'cookbooks/odd/metadata.rb:3 states the version twice, on lines 2 and 3. Ruby keeps the last one; leave the one that is meant.',
    });
  });

  it('once it can be read again, content that changed before the gap still counts', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push({ 'cookbooks/nginx/recipes/default.rb': 'one\n' }, 'Content');
    await world.push({ 'cookbooks/nginx/metadata.rb': "version '1.2.3'\nversion '1.2.3'\n" }, 'Bad merge');
    await world.push({ 'cookbooks/nginx/metadata.rb': "name 'nginx'\nversion '1.2.3'\n" }, 'Mended');
    expect((await world.run()).report?.raises).toMatchObject([{ name: 'nginx', to: '1.2.4' }]);
  });

  it('bytes that are no UTF-8 arrive on the branch as they were', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    const text = Buffer.from("maintainer 'Andr\xe9'\r\nname 'nginx'\r\nversion '1.2.3'", 'latin1');
    await world.push({ 'cookbooks/nginx/metadata.rb': text }, 'Latin');
    await world.run();
    const { git, origin } = world.github.state;
    const blob = await git('-C', origin, 'rev-parse', `${BRANCH}:cookbooks/nginx/metadata.rb`);
    const expected = Buffer.from("maintainer 'Andr\xe9'\r\nname 'nginx'\r\nversion '1.2.4'", 'latin1');
    expect(blob).toBe(await git.withInput(expected, ['-C', origin, 'hash-object', '--stdin']));
  });
});
