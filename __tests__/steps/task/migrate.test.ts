import { ledgerTags, readLedger } from '../../../src/rules/record/ledger.ts';
import { migrationKey } from '../../../src/rules/record/migration-proof.ts';
import { beforeDeploy, migrate } from '../../../src/steps/task/migrate.ts';
import type { TaskRequest } from '../../../src/steps/task/migrate.ts';
import { recordSuccess } from '../../../src/steps/record/record.ts';
import { registerRevisions } from '../../../src/steps/revision/register.ts';
import type { Revision } from '../../../src/steps/revision/register.ts';
import { CLUSTER, IMAGE, LEDGER, NEW_IMAGE, servicePlan, shop, shopDefinition } from '../../fixtures/shop.ts';
import { rejectionOf } from '../../fixtures/thrown.ts';

const RUN = { repository: 'acme/shop', environment: 'staging', cluster: CLUSTER, runId: '4711' };
const PLAN = {
  service: 'web',
  command: ['bin/rails', 'db:migrate'] as [string, ...string[]],
  timeoutSeconds: 1800,
  onCancel: 'keep' as const,
};
const KEY = migrationKey(IMAGE.digest, PLAN.command);
const MIGRATED = ledgerTags({ ...LEDGER, migration: KEY });

/** web and worker, each on a revision that carries `tags`; with the image of this deploy, or with an older one. */
async function prepared({
  image = NEW_IMAGE,
  tags = MIGRATED,
}: { image?: string | undefined; tags?: typeof MIGRATED } = {}) {
  const world = await shop();
  for (const name of ['web', 'worker']) {
    world.aws.ecs.register(shopDefinition(name, { app: { image } }), tags);
    world.addService(name, name);
  }
  return world;
}

type World = Awaited<ReturnType<typeof prepared>>;

async function request(
  world: World,
  more: Partial<TaskRequest> = {},
): Promise<TaskRequest & { revisions: Revision[] }> {
  const services = await world.live(servicePlan('web'), servicePlan('worker'));
  const revisions = await registerRevisions(world.context, { services, images: [IMAGE], ledger: LEDGER });
  return { plan: PLAN, services, image: IMAGE, ledger: LEDGER, run: RUN, ...more, revisions };
}

const oneOffTasks = ({ aws }: World) => aws.ecs.tasks().filter(({ group }) => group.startsWith('family:'));

describe('the migration', () => {
  it('runs on the new revision of its service', async () => {
    const world = await prepared({ image: `${IMAGE.uri}:v1` });

    expect(await migrate(world.context, await request(world))).toMatchObject({
      state: 'succeeded',
      key: KEY,
    });

    expect(oneOffTasks(world).map(({ taskDefinitionArn }) => taskDefinitionArn)).toEqual([
      world.aws.ecs.taskDefinitions.find('web:2')?.arn,
    ]);
  });

  it('is left out where every service runs this already and the ledger has it', async () => {
    const world = await prepared();

    expect(await migrate(world.context, await request(world))).toMatchObject({ state: 'skipped', key: KEY });

    expect(oneOffTasks(world)).toEqual([]);
    expect(world.report.tasks).toMatchObject([{ purpose: 'migrate', state: 'skipped', service: 'web' }]);
  });

  it.each<[reason: string, setting: Parameters<typeof prepared>[0]]>([
    ['the ledger has no record', { tags: [] }],
    ['the ledger records another migration', { tags: ledgerTags({ ...LEDGER, migration: 'f'.repeat(32) }) }],
    [
      'the record is of another environment',
      { tags: ledgerTags({ ...LEDGER, environment: 'production', migration: KEY }) },
    ],
  ])('runs where %s', async (_reason, setting) => {
    const world = await prepared(setting);

    expect(await migrate(world.context, await request(world))).toMatchObject({ state: 'succeeded' });
    expect(oneOffTasks(world)).toHaveLength(1);
  });

  it('runs where one service is yet to change, though the revision it gets has the record', async () => {
    const world = await prepared();
    const old = world.aws.ecs.register(shopDefinition('worker', { app: { image: `${IMAGE.uri}:v1` } }));
    world.aws.ecs.updateService('worker', { taskDefinition: old.arn });
    world.aws.ecs.register(shopDefinition('worker', { app: { image: NEW_IMAGE } }), MIGRATED);
    await world.clock.sleep(60_000);

    const deployed = await request(world);

    expect(deployed.revisions.map(({ state }) => state)).toEqual(['unchanged', 'reused']);
    expect(await migrate(world.context, deployed)).toMatchObject({ state: 'succeeded' });
  });

  it('runs where the rollout of what is deployed has not ended', async () => {
    const world = await prepared();
    world.aws.ecs.updateService('worker', { forceNewDeployment: true });

    expect(await migrate(world.context, await request(world))).toMatchObject({ state: 'succeeded' });
  });

  it('that fails leaves the services as they were', async () => {
    const world = await prepared({ image: `${IMAGE.uri}:v1` });
    world.aws.ecs.nextTask('web', { exitCode: 3 });

    const error = await rejectionOf(migrate(world.context, await request(world)));

    expect(error.code).toBe('TASK_FAILED');
    expect(error.message).toBe('migration: container app exited with code 3');
    expect(error.hint).toContain('No service was changed.');
    expect(world.aws.callsOf('UpdateService')).toEqual([]);
  });

  it('needs one of the deployed services', async () => {
    const world = await prepared({ tags: [] });

    const error = await rejectionOf(
      migrate(world.context, await request(world, { plan: { ...PLAN, service: 'jobs' } })),
    );

    expect(error.code).toBe('SERVICE_NOT_FOUND');
  });
});

describe('a task before the deploy', () => {
  it('runs every time, under a purpose of its own', async () => {
    const world = await prepared();

    await beforeDeploy(world.context, await request(world));

    const [task] = oneOffTasks(world);
    expect(task?.startedBy).toMatch(/^deploy-action\/before-deploy\/[0-9a-f]{32}$/);
    expect(world.report.tasks).toMatchObject([{ purpose: 'before-deploy', state: 'succeeded' }]);
  });
});

describe('the record of a success', () => {
  const ledgerOf = (world: World, revision: string) =>
    readLedger(world.aws.ecs.taskDefinitions.find(revision)?.tags ?? [], 'staging');

  it('makes the next run leave out the migration', async () => {
    const world = await prepared({ tags: [] });
    const first = await request(world);
    const { key } = await migrate(world.context, first);
    await recordSuccess(world.context, { ...first, ledger: LEDGER, migration: key });

    expect(await migrate(world.context, await request(world))).toMatchObject({ state: 'skipped' });
  });

  it('has the migration, the time and the release number', async () => {
    const world = await prepared({ image: `${IMAGE.uri}:v1`, tags: ledgerTags({ ...LEDGER, release: 4 }) });
    const deployed = await request(world);

    expect(await recordSuccess(world.context, { ...deployed, ledger: LEDGER, migration: KEY })).toEqual({
      release: 5,
      written: true,
    });

    const expected = { ...LEDGER, migration: KEY, release: 5, verifiedAt: '2026-01-05T09:00:00.000Z' };
    expect(ledgerOf(world, 'web:2')).toEqual({ ...expected, replaces: 'web:1' });
    expect(ledgerOf(world, 'worker:2')).toEqual({ ...expected, replaces: 'worker:1' });
  });

  it('moves the commit, and keeps the number, where nothing changed', async () => {
    const world = await prepared({ tags: ledgerTags({ ...LEDGER, release: 4 }) });
    const commit = '2'.repeat(40);

    await recordSuccess(world.context, { ...(await request(world)), ledger: { ...LEDGER, commit } });

    expect(ledgerOf(world, 'web:1')).toMatchObject({ commit, release: 4 });
  });

  it('begins with release 1', async () => {
    const world = await prepared({ tags: [] });

    expect(await recordSuccess(world.context, { ...(await request(world)), ledger: LEDGER })).toMatchObject({
      release: 1,
    });
  });

  it('is written once for services that share a revision', async () => {
    const world = await prepared({ tags: [] });
    const { services, revisions } = await request(world);
    const shared = revisions.map((revision) => ({ ...revision, arn: revisions[0]!.arn }));

    await recordSuccess(world.context, { services, revisions: shared, ledger: LEDGER });

    expect(world.aws.callsOf('TagResource')).toHaveLength(1);
  });

  it.each([
    ['denied', 'access-denied' as const, 'No ledger'],
    ['failing', 'http-500' as const, 'Not recorded'],
  ])('is never a reason to fail: %s is said once', async (_reason, kind, title) => {
    const world = await prepared({ tags: [] });
    world.aws.fault({ operation: 'TagResource', kind, times: Infinity });

    expect(await recordSuccess(world.context, { ...(await request(world)), ledger: LEDGER })).toEqual({
      release: 1,
      written: false,
    });

    expect(world.report.warnings.map((warning) => warning.title)).toEqual([title]);
  });
});
