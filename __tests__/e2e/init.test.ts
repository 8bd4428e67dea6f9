import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUp } from '../../scripts/setup.mjs';
import { runInTerminal, type TerminalRun } from '../bundle/terminal.ts';
import { pushWithAct } from './support/act-push.ts';
import type { ActResult } from './support/act.ts';
import { sampleApp } from './support/sample-app.ts';
import { runningDigests, settledFactsOf, type Facts } from './support/shop-facts.ts';
import { openShop, type Shop } from './support/shop.ts';

const limit = 180_000;
const { act } = await setUp(['act']);
const whereThereIsAct = act === undefined ? describe.skip : describe;

whereThereIsAct('a new user: init on what runs, commit, push', () => {
  let shop: Shop;
  let written: TerminalRun;
  let result: ActResult;
  let staging: Facts;

  beforeAll(async () => {
    shop = await openShop();
    const { git, jobEnvironment, stage } = shop;
    await git.commit(sampleApp(), 'Take orders');
    written = await runInTerminal(
      git.folder,

      // A placeholder runs so far, so nothing says where the images will be.
      [
        'init',
        '--cluster',
        'staging',
        '--services',
        'web,worker',
        '--repository',
        'shop',
        '--migrate',
        'node bin/migrate.js',
      ],
      // A person's own keys; the job has none.
      {
        ...jobEnvironment,
        AWS_ACCESS_KEY_ID: 'AKIAFAKE',
        AWS_SECRET_ACCESS_KEY: 'not-a-secret',
        AWS_REGION: stage.region,
      },
    );
    await git.commit({}, 'Deploy with deploy-action');
    result = await pushWithAct(shop, act!);
    staging = await settledFactsOf(shop, 'staging');
  }, limit);

  afterAll(() => shop.close(), limit);

  it('writes deploy.yml, the workflow and the role, and says what is left to do', () => {
    const { exitCode, stdout, stderr } = written;
    expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0 });
    for (const path of [
      '.github/deploy.yml',
      '.github/workflows/deploy.yml',
      'deploy-role/staging/policy.json',
    ])
      expect(stdout).toContain(`Wrote ${path}`);
    expect(stdout).toContain('To do: ');
    expect(readFileSync(join(shop.git.folder, '.github/deploy.yml'), 'utf8')).toContain('cluster: staging');
  });

  it('and the push deploys: built, migrated, both services on the new image', () => {
    expect({ log: result.log, exitCode: result.exitCode }).toMatchObject({ exitCode: 0 });
    expect(result.outputs).toMatchObject({ outcome: 'completed', environment: 'staging' });
    const digest = result.outputs['image-digest'];
    expect(runningDigests(staging)).toEqual({ web: [digest], worker: [digest] });
    expect(staging.migrations).toEqual(['0001_create_orders.sql']);
  });
});
