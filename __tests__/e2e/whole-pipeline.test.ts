import { parse } from 'yaml';
import { setUp } from '../../scripts/setup.mjs';
import { pushWithAct } from './support/act-push.ts';
import type { ActResult } from './support/act.ts';
import { recipe, infrastructureFiles } from './support/infrastructure.ts';
import { example, sampleApp } from './support/sample-app.ts';
import { makeSchedules, schedulesNow } from './support/schedules.ts';
import { runningDigests, settledFactsOf, type Facts } from './support/shop-facts.ts';
import { openShop, type Shop } from './support/shop.ts';

const limit = 240_000;
const { act } = await setUp(['act']);
const whereThereIsAct = act === undefined ? describe.skip : describe;

const { 'workflow.yml': workflow = '', 'deploy.yml': configuration = '' } = example('whole-pipeline');
const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length;

describe('web, worker, schedules, migration and cookbooks', () => {
  it('are a workflow of at most 40 lines, the file included, and two steps', () => {
    const { jobs } = parse(workflow) as { jobs: { deploy: { steps: { uses: string }[] } } };
    expect(linesOf(workflow) + linesOf(configuration)).toBeLessThanOrEqual(40);
    expect(jobs.deploy.steps.map(({ uses }) => uses)).toEqual([
      'actions/checkout@v6',
      'org/deploy-action@v1',
    ]);
  });
});

whereThereIsAct('that workflow, run by nektos/act', () => {
  let shop: Shop;
  let toStaging: ActResult;
  let toProduction: ActResult;
  let staging: Facts;
  let before: { rule: string; schedule: string };
  let after: { rule: string; schedule: string };

  beforeAll(async () => {
    shop = await openShop();
    await makeSchedules(shop.stage);
    before = await schedulesNow(shop.stage);
    await shop.git.commit(
      {
        ...sampleApp(),
        ...infrastructureFiles(),
        '.github/deploy.yml': configuration,
        '.github/workflows/deploy.yml': workflow,
        'infra/deploy.sh': '#!/bin/sh\necho "Converging $COOKBOOKS"\n',
      },
      'Deploy on push',
    );
    // So that both branches have the cookbooks before one of them changes.
    await shop.git.push();
    await shop.git.checkout('master');
    await shop.git.merge('develop');
    await shop.git.push();
    await shop.git.checkout('develop');
    await shop.git.commit({ [recipe('nginx')]: "package 'nginx-full'\n" }, 'Serve with all of nginx');
    toStaging = await pushWithAct(shop, act!, { withHistory: true });
    staging = await settledFactsOf(shop, 'staging');
    after = await schedulesNow(shop.stage);
    await shop.git.checkout('master');
    await shop.git.merge('develop');
    toProduction = await pushWithAct(shop, act!, { withHistory: true });
  }, limit);

  afterAll(() => shop.close(), limit);

  it('a push to develop migrates staging, and web and worker run the new image', () => {
    const { outputs, exitCode, log } = toStaging;
    expect({ log, exitCode }).toMatchObject({ exitCode: 0 });
    expect(outputs).toMatchObject({
      outcome: 'completed',
      environment: 'staging',
      'migration-exit-code': '0',
    });
    const digest = outputs['image-digest'];
    expect(runningDigests(staging)).toEqual({ web: [digest], worker: [digest] });
    expect(staging.migrations).toEqual(['0001_create_orders.sql']);
  });

  it('the rule and the schedule start the new revisions, with all else as it was', () => {
    expect(after.rule).toBe(before.rule.replace('staging-worker:1', 'staging-worker:2'));
    expect(after.schedule).toBe(before.schedule.replace('staging-web:1', 'staging-web:2'));
  });

  it('a merge to master deploys the same digest, and opens the pull request of the cookbooks', () => {
    const { outputs, exitCode, log } = toProduction;
    expect({ log, exitCode }).toMatchObject({ exitCode: 0 });
    expect(outputs).toMatchObject({
      outcome: 'completed',
      environment: 'production',
      'image-reused': 'true',
      'image-digest': toStaging.outputs['image-digest'],
      'bump-operation': 'created',
    });
    expect(shop.github.state.openPulls().map(({ title, base }) => ({ title, base }))).toEqual([
      { title: 'Bump cookbooks: nginx 1.2.4', base: 'master' },
    ]);
  });
});
