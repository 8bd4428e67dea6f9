import { setUp } from '../../scripts/setup.mjs';
import type { ActResult } from './support/act.ts';
import { pushWithAct } from './support/act-push.ts';
import { example, sampleApp, type FileTexts } from './support/sample-app.ts';
import { runningDigests, settledFactsOf, type Facts } from './support/shop-facts.ts';
import { deployFiles, openShop, type Shop } from './support/shop.ts';

const limit = 180_000;
// Undefined where there is no Go to build it with; the run then names these tests as left out.
const { act } = await setUp(['act']);
const whereThereIsAct = act === undefined ? describe.skip : describe;

whereThereIsAct('a workflow as in examples/, run by nektos/act', () => {
  let shop: Shop;
  const simple: Deployed = {} as Deployed;
  const withFile: Deployed = {} as Deployed;

  beforeAll(async () => {
    shop = await openShop();
    const { 'deploy-workflow.yml': workflow } = example('simple');
    Object.assign(simple, await deploy(shop, { ...sampleApp(), '.github/workflows/deploy.yml': workflow! }));
    Object.assign(withFile, await deploy(shop, deployFiles()));
  }, limit);

  afterAll(() => shop.close(), limit);

  it('checks out, deploys and comes to its post step', () => {
    expect({ log: simple.result.log, exitCode: simple.result.exitCode }).toMatchObject({ exitCode: 0 });
    expect(simple.result.steps.filter(({ step }) => step.includes('/'))).toEqual([
      { stage: 'Main', step: 'actions/checkout@v6', result: 'success' },
      { stage: 'Main', step: 'org/deploy-action@v1', result: 'success' },
      { stage: 'Post', step: 'org/deploy-action@v1', result: 'success' },
    ]);
  });

  it('without a file: builds, migrates, and the service it names runs the digest of its output', () => {
    const { outputs } = simple.result;
    expect(outputs).toMatchObject({ outcome: 'completed', environment: 'staging', 'image-reused': 'false' });
    expect(simple.staging.migrations).toEqual(['0001_create_orders.sql']);
    expect(runningDigests(simple.staging)['web']).toEqual([outputs['image-digest']]);
    expect(simple.staging.services['worker']?.revision).toBe('staging-worker:1');
  });

  it('with deploy.yml: both services run the image that the same content had before', () => {
    const { outputs, exitCode, log } = withFile.result;
    expect({ log, exitCode }).toMatchObject({ exitCode: 0 });
    expect(outputs).toMatchObject({ outcome: 'completed', environment: 'staging', 'image-reused': 'true' });
    const digest = simple.result.outputs['image-digest'];
    expect(runningDigests(withFile.staging)).toEqual({ web: [digest], worker: [digest] });
    expect(withFile.staging.services['web']?.deploymentId).toBe(simple.staging.services['web']?.deploymentId);
  });

  it('leaves a job summary', () => {
    expect(withFile.result.summary).toMatch(/^#+ .*staging: completed/mu);
  });

  interface Deployed {
    result: ActResult;
    staging: Facts;
  }

  async function deploy({ git }: Shop, files: FileTexts): Promise<Deployed> {
    await git.commit(files, 'Deploy on push');
    return { result: await pushWithAct(shop, act!), staging: await settledFactsOf(shop, 'staging') };
  }
});
