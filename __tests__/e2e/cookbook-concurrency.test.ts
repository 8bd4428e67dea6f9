import { cookbook, cookbookWorld, type CookbookWorld } from '../fakes/github/cookbook-world.ts';

const BRANCH = 'deploy-action/cookbook-bump/master';

let world: CookbookWorld;
afterEach(async () => {
  await world.github.state.fsck();
  await world.stop();
});

const change = (name: string, text: string) => ({ [`cookbooks/${name}/recipes/default.rb`]: text });
const isMove = (body: Record<string, unknown>) => JSON.stringify(body).includes('updateRefs');

describe('R1 concurrent runs: two at once lose nothing', () => {
  it('a run that is overtaken gets a stale lease, judges once more, and ends as one after the other would', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    await world.push(change('nginx', 'one\n'), 'One');
    let overtaken = false;
    world.github.before = async ({ body }) => {
      if (overtaken || !isMove(body)) return;
      overtaken = true;
      await world.push(change('base', 'two\n'), 'Two');
      await world.run();
    };
    const end = await world.run();
    expect(end.report?.operation).toBe('unchanged');
    expect(end.host.infos).toContain('The branch moved in the meantime: everything is judged once more');
    expect(world.github.state.openPulls()).toHaveLength(1);
    expect(world.github.state.pull(1).title).toBe('Bump cookbooks: base 0.9.2, nginx 1.2.4');
    expect(await world.show(BRANCH, 'cookbooks/base/metadata.rb')).toContain("version '0.9.2'");
    expect(await world.show(BRANCH, 'cookbooks/nginx/metadata.rb')).toContain("version '1.2.4'");
    expect((await world.run()).writes).toBe(0);
  });

  it('both at the same time end with one pull request that raises everything', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    await world.push(change('nginx', 'one\n'), 'One');
    await world.push(change('base', 'two\n'), 'Two');
    await Promise.all([world.run(), world.run()]);
    const last = await world.run();
    expect(last.report).toMatchObject({ operation: 'unchanged', pullRequest: { number: 1 } });
    expect(world.github.state.openPulls()).toHaveLength(1);
    expect(await world.github.state.bare('rev-list', '--count', `master..${BRANCH}`)).toBe('1');
  });

  it('the base branch moves while the branch is written: judged once more, on the new head', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    await world.push(change('nginx', 'one\n'), 'One');
    let moved: string | undefined;
    world.github.before = async ({ body }) => {
      if (moved === undefined && isMove(body)) moved = await world.push(change('base', 'two\n'), 'Two');
    };
    const { report } = await world.run();
    expect(report?.raises).toMatchObject([{ name: 'base' }, { name: 'nginx' }]);
    expect(await world.github.state.bare('rev-parse', `${BRANCH}^`)).toBe(moved);
  });

  it('a branch that never keeps still is left to the others', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(change('nginx', 'one\n'), 'One');
    let count = 0;
    world.github.before = async ({ body }) => {
      if (isMove(body)) await world.push(change('nginx', `${(count += 1)}\n`), 'Again');
    };
    const { report, error } = await world.run();
    expect(report?.operation).toBe('blocked');
    expect(error?.message).toBe(
      'cookbooks: master or its bump branch moved twice while the pull request was written',
    );
  });

  it('an old run does not take the pull request back', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    const old = await world.push(change('nginx', 'one\n'), 'One');
    await world.push(change('base', 'two\n'), 'Two');
    await world.run();
    expect(await world.run({ commit: old })).toMatchObject({ writes: 0, report: { operation: 'unchanged' } });
  });
});
