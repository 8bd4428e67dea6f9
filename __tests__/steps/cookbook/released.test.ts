import { createHistory } from '../../../src/adapters/git/history.ts';
import type { GitHub, RefMove } from '../../../src/ports/github.ts';
import type { CookbookContext } from '../../../src/steps/cookbook/context.ts';
import { findReleased } from '../../../src/steps/cookbook/find-released.ts';
import { startRecord } from '../../../src/steps/cookbook/infra-deploy.ts';
import { cookbook, cookbookWorld, PLAN, type CookbookWorld } from '../../fakes/github/cookbook-world.ts';

let world: CookbookWorld;
afterEach(() => world.stop());

const RECORD = 'refs/deploy-action/production/infra';
const SHOW = [
  'node',
  '-e',
  'for (const name of ["COOKBOOKS","COOKBOOK_VERSIONS","DEPLOY_ENVIRONMENT","DEPLOY_COMMIT"]) console.log(`${name}=${process.env[name]}`)',
] as const;
const FAIL = ['node', '-e', 'console.log("::error::from outside"); process.exit(3)'] as const;
const metadata = (version: string) => ({
  'cookbooks/nginx/metadata.rb': `name 'nginx'\nversion '${version}'\n`,
});
/** GitHub tells of a push that makes a branch with zeros, which the host hands on as no commit. */
const NEW_BRANCH = { before: undefined } as object;
const record = () => world.github.state.refCommit(RECORD);

describe('R2, R5 infra deploy: once per release, with the versions in its environment', () => {
  it('runs once with what was released, and the record moves after it', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3', "'base'"), ...cookbook('base', '0.9.1') });
    const head = await world.push(
      { ...metadata('1.3.0'), 'cookbooks/base/metadata.rb': "name 'base'\nversion '1.0.0'\n" },
      'Raise both',
    );
    const end = await world.run({ plan: { deploy: SHOW } });
    expect(end.outcome).toBe('completed');
    expect(end.report?.infraDeploy).toBe('succeeded');
    expect(end.host.outsideLines).toEqual([
      'COOKBOOKS=base nginx',
      'COOKBOOK_VERSIONS={"base":"1.0.0","nginx":"1.3.0"}',
      'DEPLOY_ENVIRONMENT=production',
      `DEPLOY_COMMIT=${head}`,
    ]);
    expect(await record()).toBe(head);
  });

  it('does not run when nothing was released', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push({ 'app.rb': '1\n' }, 'App');
    const end = await world.run({ plan: { deploy: FAIL } });
    expect(end).toMatchObject({ outcome: 'no-change', report: { infraDeploy: 'skipped', released: {} } });
  });

  it('its failure is red, its output is inert, the record stays, and the next run makes up for it', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    const before = await world.git('rev-parse', 'HEAD');
    await world.push(metadata('1.3.0'), 'Raise it');
    const failed = await world.run({ plan: { deploy: FAIL } });
    expect(failed).toMatchObject({ outcome: 'failed', error: { code: 'INFRA_DEPLOY_FAILED' } });
    expect(failed.error?.message).toContain('exited with code 3');
    expect(failed.host.outsideLines).toEqual(['::error::from outside']);
    expect(failed.report).toMatchObject({ released: { nginx: '1.3.0' }, infraDeploy: 'failed' });
    expect(await record()).toBe(before);

    const head = await world.push({ 'app.rb': '1\n' }, 'App');
    const next = await world.run({ plan: { deploy: SHOW } });
    expect(next.report).toMatchObject({ released: { nginx: '1.3.0' }, infraDeploy: 'succeeded' });
    expect(await record()).toBe(head);
    expect((await world.run({ plan: { deploy: FAIL } })).report?.released).toEqual({});
  });

  it('a run that was cancelled before it began is made up for', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push({ 'app.rb': '1\n' }, 'App');
    await world.run({ plan: { deploy: SHOW } });
    await world.push(metadata('1.3.0'), 'Raise it: this run never happens');
    await world.push({ 'app.rb': '2\n' }, 'App');
    expect((await world.run({ plan: { deploy: SHOW } })).report?.released).toEqual({ nginx: '1.3.0' });
  });

  it('a command that does not exist is red', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(metadata('1.3.0'), 'Raise it');
    const { error } = await world.run({ plan: { deploy: ['./no-such-program'] } });
    expect(error?.message).toContain('could not be run');
  });

  it('a blocked pull request does not keep the infrastructure from being deployed', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    world.github.state.actionsMayOpenPullRequests = false;
    await world.push({ ...metadata('1.3.0'), 'cookbooks/base/recipes/default.rb': 'x\n' }, 'Both');
    const end = await world.run({ plan: { deploy: SHOW } });
    expect(end).toMatchObject({
      outcome: 'failed',
      error: { code: 'BUMP_BLOCKED' },
      report: { operation: 'blocked', infraDeploy: 'succeeded' },
    });
  });
});

describe('released: what rose since the last infrastructure deploy', () => {
  it('without a deploy command it is what rose in the push', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(metadata('1.3.0'), 'Raise it');
    expect((await world.run()).report?.released).toEqual({ nginx: '1.3.0' });
    await world.push({ 'app.rb': '1\n' }, 'App');
    expect((await world.run()).report?.released).toEqual({});
    expect(await record()).toBeUndefined();
  });

  it('a new cookbook is released, one that fell is not', async () => {
    world = await cookbookWorld({ ...cookbook('nginx', '1.2.3'), ...cookbook('base', '0.9.1') });
    await world.push(
      { ...cookbook('cache', '0.1.0'), 'cookbooks/base/metadata.rb': "name 'base'\nversion '0.9.0'\n" },
      'New, and back',
    );
    expect((await world.run()).report?.released).toEqual({ cache: '0.1.0' });
  });

  it('a forced push is compared with what was there', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    const gone = await world.push({ ...metadata('1.2.4'), 'app.rb': '1\n' }, 'Will be gone');
    await world.git('reset', '--quiet', '--hard', 'HEAD~1');
    await world.git('push', '--quiet', '--force', 'origin', 'HEAD');
    await world.push(metadata('1.2.5'), 'Raise it');
    expect((await world.run({ event: { before: gone } })).report?.released).toEqual({ nginx: '1.2.5' });
  });

  it('a new branch, a push without a before, is compared with where it left the others', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.git('push', '--quiet', 'origin', 'HEAD:refs/heads/develop');
    await world.push(metadata('1.3.0'), 'Raise it');
    const end = await world.run({ event: NEW_BRANCH });
    expect(end.report?.released).toEqual({ nginx: '1.3.0' });
  });

  it('a run that no push started releases nothing on its own account', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.git('push', '--quiet', 'origin', 'HEAD:refs/heads/develop');
    await world.push(metadata('1.3.0'), 'Raise it');
    const event = { kind: 'manual', name: 'workflow_dispatch', before: undefined } as object;
    expect((await world.run({ event })).report?.released).toEqual({});
  });

  it('the first branch of a repository has nothing to be compared with', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    expect((await world.run({ event: NEW_BRANCH })).report?.released).toEqual({});
  });

  it('where no push is told of, the record begins with the first run, and the next one sees what rose', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    const event = { kind: 'other', name: 'circleci', before: undefined } as object;
    const first = await world.run({ event, plan: { deploy: SHOW } });
    expect(first.report).toMatchObject({ released: {}, infraDeploy: 'skipped' });
    expect(await record()).toBe(await world.git('rev-parse', 'HEAD'));

    const head = await world.push(metadata('1.3.0'), 'Raise it');
    const next = await world.run({ event, plan: { deploy: SHOW } });
    expect(next.report).toMatchObject({ released: { nginx: '1.3.0' }, infraDeploy: 'succeeded' });
    expect(await record()).toBe(head);
  });

  it('a record whose commit is gone begins anew', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    const commit = await world.git('rev-parse', 'HEAD');
    const gone = 'f'.repeat(40);
    const moves: RefMove[] = [];
    const github: Pick<GitHub, 'refCommit' | 'moveRefs'> = {
      refCommit: () => Promise.resolve(gone),
      moveRefs: (asked) => {
        moves.push(...asked);
        return Promise.resolve('moved');
      },
    };
    const context = {
      history: createHistory({ folder: world.folder, environment: { PATH: process.env['PATH'] } }),
      log: { info: () => undefined, warn: () => undefined },
      github,
    } as unknown as CookbookContext;
    const released = await findReleased(context, {
      plan: { ...PLAN, deploy: SHOW },
      environment: 'production',
      commit,
    });
    await startRecord(context, { environment: 'production', released });
    expect(moves).toEqual([{ ref: RECORD, before: gone, after: commit }]);
  });
});

describe('R1 never backwards', () => {
  it('a shallow clone is deepened: the number that history used is not used again', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(metadata('1.2.4'), 'Raise');
    await world.push(metadata('1.2.3'), 'Revert the version');
    await world.push({ 'cookbooks/nginx/recipes/default.rb': 'x\n' }, 'Content');
    expect((await world.run({ depth: 1 })).report?.raises).toMatchObject([{ from: '1.2.3', to: '1.2.5' }]);
  });

  it('a version that went back must rise above what was used, though the content is the old one', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push({ ...metadata('1.2.4'), 'cookbooks/nginx/recipes/default.rb': 'x\n' }, 'Raise');
    await world.git('revert', '--no-edit', 'HEAD');
    await world.push({}, 'Reverted');
    expect((await world.run()).report?.raises).toMatchObject([
      { from: '1.2.3', to: '1.2.5', why: 'the version went back to 1.2.3, and 1.2.4 is used already' },
    ]);
  });

  it('a number given a second time to other content is not released, and must rise', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(metadata('1.2.4'), 'Raise');
    await world.push(metadata('1.2.3'), 'Back');
    await world.push({ ...metadata('1.2.4'), 'cookbooks/nginx/recipes/default.rb': 'x\n' }, 'Again');
    const { report } = await world.run();
    expect(report?.released).toEqual({});
    expect(report?.raises).toMatchObject([{ to: '1.2.5' }]);
  });

  it('a tag ahead is where it goes on from', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.git('tag', 'nginx-v1.4.0');
    await world.git('tag', 'v9.0.0');
    await world.git('push', '--quiet', 'origin', '--tags');
    await world.push({ 'cookbooks/nginx/recipes/default.rb': 'x\n' }, 'Content');
    expect((await world.run({ depth: 1 })).report?.raises).toMatchObject([{ to: '1.4.1' }]);
  });

  it('a person who raised the version is not bumped twice', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3'));
    await world.push(
      { ...metadata('2.0.0'), 'cookbooks/nginx/recipes/default.rb': 'x\n' },
      'Raise it myself',
    );
    expect((await world.run()).report).toMatchObject({ operation: 'none', released: { nginx: '2.0.0' } });
  });

  it('tests, prose and kitchen files alone raise nothing; a constraint in metadata.rb does', async () => {
    world = await cookbookWorld(cookbook('nginx', '1.2.3', "'apt', '~> 1.0'"));
    await world.push(
      {
        'cookbooks/nginx/README.md': 'x\n',
        'cookbooks/nginx/test/x.rb': 'x\n',
        'cookbooks/nginx/spec/x.rb': 'x\n',
        'cookbooks/nginx/kitchen.yml': 'x\n',
      },
      'Prose',
    );
    expect((await world.run()).report?.operation).toBe('none');
    await world.push(
      { 'cookbooks/nginx/metadata.rb': "name 'nginx'\nversion '1.2.3'\ndepends 'apt', '~> 2.0'\n" },
      'Constraint',
    );
    expect((await world.run()).report?.raises).toMatchObject([{ to: '1.2.4' }]);
  });
});
