import { jest } from '@jest/globals';
import { cookbook, cookbookWorld, type CookbookWorld } from '../fakes/github/cookbook-world.ts';

// Five rounds start git some hundred times, beside others.
jest.setTimeout(240_000);

let world: CookbookWorld;
afterEach(async () => {
  await world.github.state.fsck();
  await world.stop();
});

const RECORD = 'refs/deploy-action/production/infra';
/** Writes down what the infrastructure deploy was given. */
const DEPLOY = ['node', '-e', 'console.log(process.env.COOKBOOKS, process.env.COOKBOOK_VERSIONS)'] as const;

describe('R1 merge deploys: five rounds of change, bump, merge', () => {
  it.each(['merge', 'squash', 'rebase'] as const)(
    '%s: each releases its version once and opens nothing new',
    async (style) => {
      world = await cookbookWorld({
        ...cookbook('nginx', '1.2.3'),
        ...cookbook('base', '0.9.1', "'nginx', '~> 1.2'"),
      });
      for (let round = 1; round <= 5; round += 1) {
        await world.git('switch', '--quiet', '--create', `change-${round}`);
        await world.push({ 'cookbooks/nginx/recipes/default.rb': `${round}\n` }, `Change ${round}`);
        await world.git('switch', '--quiet', 'master');
        const { state } = world.github;
        const mine = await state.openBy('mika', {
          head: `change-${round}`,
          base: 'master',
          title: `Change ${round}`,
        });
        await state.merge(mine.number, style);
        await world.pull();

        const opened = await world.run({ plan: { deploy: DEPLOY } });
        expect([round, opened.report?.operation, opened.report?.released]).toEqual([round, 'created', {}]);
        const number = opened.report?.pullRequest?.number ?? 0;
        await state.merge(number, style);
        const head = await world.pull();

        const merged = await world.run({ plan: { deploy: DEPLOY } });
        const versions = { nginx: `1.2.${3 + round}` };
        expect([round, merged.report?.operation, merged.report?.released]).toEqual([round, 'none', versions]);
        expect(merged.host.outsideLines).toEqual([`nginx ${JSON.stringify(versions)}`]);
        expect(await state.refCommit(RECORD)).toBe(head);
        expect(state.openPulls()).toEqual([]);

        const again = await world.run({ plan: { deploy: DEPLOY } });
        expect([round, again.writes, again.report?.released, again.outcome]).toEqual([
          round,
          0,
          {},
          'no-change',
        ]);
      }
    },
  );

  it.each(['merge', 'squash', 'rebase'] as const)(
    '%s: a pull request that raises the version itself is respected, and released when merged',
    async (style) => {
      world = await cookbookWorld(cookbook('nginx', '1.2.3'));
      await world.git('switch', '--quiet', '--create', 'mine');
      await world.push({ 'cookbooks/nginx/metadata.rb': "name 'nginx'\nversion '1.3.0'\n" }, 'Raise it');
      await world.push({ 'cookbooks/nginx/recipes/default.rb': 'after\n' }, 'Content after the version');
      await world.git('switch', '--quiet', 'master');
      const { number } = await world.github.state.openBy('mika', {
        head: 'mine',
        base: 'master',
        title: 'Mine',
      });
      await world.github.state.merge(number, style);
      await world.pull();
      const end = await world.run();
      expect(end.report).toMatchObject({ operation: 'none', released: { nginx: '1.3.0' } });
    },
  );
});
