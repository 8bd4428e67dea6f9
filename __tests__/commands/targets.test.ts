import { DeployError } from '../../src/errors.ts';
import type { InventoryReport } from '../../src/report/look-reports.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import { breaker } from '../fakes/aws/fake-aws.ts';
import type { FakeAws } from '../fakes/aws/fake-aws.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';

const ROLES = {
  tokyo: 'arn:aws:iam::111111111111:role/tokyo',
  osaka: 'arn:aws:iam::111111111111:role/osaka',
};

/** One environment in two places, told apart by their roles. */
function twoPlaces(settings = ''): { shop: Shop; tokyo: FakeAws; osaka: FakeAws } {
  const shop = new Shop();
  const [tokyo, osaka] = [shop.aws, shop.addPlace()];
  shop.placeOf = ({ role }) => (role === ROLES.osaka ? osaka : tokyo);
  shop.configure((yaml) =>
    yaml.replace(
      'staging: { branch: develop, cluster: staging }',
      `staging:
    branch: develop
    cluster: staging
    targets:
      - { name: tokyo, role: '${ROLES.tokyo}' }
      - { name: osaka, role: '${ROLES.osaka}' }
${settings}`,
    ),
  );
  return { shop, tokyo, osaka };
}

const updated = (aws: FakeAws) =>
  aws.calls
    .filter(({ operation }) => operation === 'UpdateService')
    .map(({ input }) => (input as { service: string }).service);
const written = (shop: Shop) => shop.host.lines.join('\n');

describe('R25 R55 several targets', () => {
  it('are deployed one after the other, each with its own migration, as one report', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    expect(await shop.deploy()).toBe(0);
    for (const aws of [tokyo, osaka]) {
      expect(updated(aws)).toEqual(['web', 'worker']);
      expect(aws.calls.filter(({ operation }) => operation === 'RunTask')).toHaveLength(1);
    }
    const lastOfTokyo = Math.max(...tokyo.calls.map(({ at }) => at));
    expect(Math.min(...osaka.calls.map(({ at }) => at))).toBeGreaterThanOrEqual(lastOfTokyo);
    expect(shop.host.outputs['outcome']).toBe('completed');
    expect(Object.keys(JSON.parse(shop.host.outputs['task-definitions'] ?? '{}') as object)).toEqual([
      'tokyo/web',
      'tokyo/worker',
      'osaka/web',
      'osaka/worker',
    ]);
    expect(shop.host.summaries).toHaveLength(1);
    expect(shop.host.summaries[0]).toMatch(/`tokyo`.*completed/);
    expect(shop.host.summaries[0]).toMatch(/`osaka`.*completed/);
  });

  it('are planned each, without a call that changes anything', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    shop.connectRepository = () =>
      Promise.resolve({ history: undefined as never, runCommand: undefined as never });
    await shop.run('plan');
    const { plan } = JSON.parse(shop.host.results.at(-1) ?? '{}') as {
      plan: { services: { name: string }[]; checks: { subject: string }[] };
    };
    expect(plan.services.map(({ name }) => name)).toEqual([
      'tokyo/web',
      'tokyo/worker',
      'osaka/web',
      'osaka/worker',
    ]);
    expect(plan.checks.filter(({ subject }) => !/^(?:tokyo|osaka)\//.test(subject))).toEqual([]);
    expect([...tokyo.mutations(), ...osaka.mutations()]).toEqual([]);
  });

  it('the image is built once where both have it', async () => {
    const { shop } = twoPlaces();
    await shop.deploy();
    expect(shop.builder.builds).toHaveLength(1);
  });

  it('a failure in the first leaves those after it alone, and says so', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    tokyo.ecs.nextRollout('web', breaker());
    expect(await shop.deploy()).toBe(1);
    expect(osaka.calls).toEqual([]);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect(written(shop)).toContain('target tokyo: ');
    expect(written(shop)).toContain('not begun: osaka');
  });

  it('on-target-failure: continue goes on, and the run is red all the same', async () => {
    const { shop, tokyo, osaka } = twoPlaces('    on-target-failure: continue\n');
    tokyo.ecs.nextRollout('web', breaker());
    expect(await shop.deploy()).toBe(1);
    expect(updated(osaka)).toEqual(['web', 'worker']);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
  });

  it('a failure in the second takes nothing back in the first', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    osaka.ecs.nextRollout('web', breaker());
    expect(await shop.deploy()).toBe(1);
    expect(updated(tokyo)).toEqual(['web', 'worker']);
    expect(written(shop)).toContain('target osaka: ');
  });

  it('target-order: parallel goes on in both at once', async () => {
    const { shop, tokyo, osaka } = twoPlaces('    target-order: parallel\n');
    expect(await shop.run('redeploy', { environment: 'staging' })).toBe(0);
    const [firstOfOsaka = 0] = osaka.calls.map(({ at }) => at);
    expect(firstOfOsaka).toBeLessThan(tokyo.calls.at(-1)?.at ?? 0);
    for (const aws of [tokyo, osaka]) expect(updated(aws)).toEqual(['web', 'worker']);
  });

  it('in parallel they build what they share once', async () => {
    const { shop, tokyo, osaka } = twoPlaces('    target-order: parallel\n');
    expect(await shop.deploy()).toBe(0);
    expect(shop.builder.builds).toHaveLength(1);
    for (const aws of [tokyo, osaka]) expect(updated(aws)).toEqual(['web', 'worker']);
    expect(written(shop)).toContain('nothing to build');
  });

  it('a build that fails in one is tried by the other that waited for it', async () => {
    const { shop, tokyo, osaka } = twoPlaces('    target-order: parallel\n');
    let builds = 0;
    shop.builder.onBuild = () => {
      builds += 1;
      if (builds === 1) throw new DeployError('BUILD_FAILED', 'the network was gone');
      return Promise.resolve();
    };
    expect(await shop.deploy()).toBe(1);
    expect(builds).toBe(2);
    expect([updated(tokyo), updated(osaka)].map(({ length }) => length).sort()).toEqual([0, 2]);
  });

  it('the same again changes nothing in either', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    await shop.deploy();
    const before = [updated(tokyo), updated(osaka)];
    expect(await shop.deploy()).toBe(0);
    expect([updated(tokyo), updated(osaka)]).toEqual(before);
    expect(shop.host.outputs['outcome']).toBe('no-change');
  });

  it('status shows both, and changes nothing', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    expect(await shop.run('status', { environment: 'staging' })).toBe(0);
    expect([...updated(tokyo), ...updated(osaka)]).toEqual([]);
    expect(shop.host.summaries.at(-1)).toContain('tokyo/web');
    expect(shop.host.summaries.at(-1)).toContain('osaka/worker');
  });

  it('the input target chooses one', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    expect(await shop.run('redeploy', { environment: 'staging', target: 'osaka' })).toBe(0);
    expect(tokyo.calls).toEqual([]);
    expect(updated(osaka)).toEqual(['web', 'worker']);
  });

  it.each([
    [{ target: 'kyoto' }, 'the environment has no target `kyoto`'],
    [{ cluster: 'other' }, 'the input `cluster` cannot stand for several targets'],
  ])('%j is wrong before anything is asked', async (inputs, said) => {
    const { shop, tokyo, osaka } = twoPlaces();
    expect(await shop.run('deploy', inputs)).toBe(2);
    expect(written(shop)).toContain(said);
    expect([...tokyo.calls, ...osaka.calls]).toEqual([]);
  });

  it('run asks for one of them', async () => {
    const { shop } = twoPlaces();
    expect(await shop.run('run', { environment: 'staging', 'run-command': 'bin/report' })).toBe(2);
    expect(written(shop)).toContain('a task runs in one target, and the environment has several');
  });

  it('what a killed run left is finished in the place where it is', async () => {
    const { shop } = twoPlaces();
    await shop.deploy();
    const names = Object.keys(shop.host.states);
    expect(names).toEqual(
      expect.arrayContaining(['target-of-tokyo:connection', 'target-of-osaka:connection', 'ended']),
    );
    expect(names.filter((name) => name.startsWith('rollout-'))).toEqual([]);
  });
});

describe('R60 an inventory of several targets', () => {
  const rule = (Id: string, revision: string) => ({
    Id,
    Arn: clusterArn('staging'),
    EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
  });
  const inventoryOf = (shop: Shop) =>
    (JSON.parse(shop.host.results.at(-1) ?? '{}') as { inventory: InventoryReport }).inventory;

  it('tells of each by its name, in lines, tables and JSON, and of an image once', async () => {
    const { shop, tokyo, osaka } = twoPlaces();
    tokyo.events.addRule('nightly', { targets: [rule('one', 'web:1')] });
    osaka.ecs.register(osaka.ecs.taskDefinitions.find('web:1')!.definition);
    osaka.ecs.updateService('web', { taskDefinition: 'web:2' });
    osaka.events.addRule('nightly', { targets: [rule('one', 'web:1')] });

    expect(await shop.run('inventory')).toBe(0);

    const { services, schedules, images } = inventoryOf(shop);
    expect(services.map(({ name, revision }) => [name, revision])).toEqual([
      ['tokyo/web', 'web:1'],
      ['tokyo/worker', 'worker:1'],
      ['osaka/web', 'web:2'],
      ['osaka/worker', 'worker:1'],
    ]);
    expect(schedules.map(({ name, behind }) => [name, behind])).toEqual([
      ['tokyo/nightly', undefined],
      ['osaka/nightly', 'web:2'],
    ]);
    const image = `${REGISTRY}/shop@${OLD_DIGEST}`;
    expect(images.filter((one) => one.image === image)).toEqual([
      {
        image,
        revisions: ['tokyo/web:1', 'tokyo/worker:1', 'osaka/web:1', 'osaka/web:2', 'osaka/worker:1'],
      },
    ]);
    const [summary = ''] = shop.host.summaries;
    expect(summary).toContain('| `osaka/web` | `web:2` | 2 / 2 |');
    expect(summary).toContain('rule `osaka/nightly`, target `one` | `web:1` | ⚠️ behind `web:2`');
    expect(summary.match(/^### Services$/gm)).toHaveLength(1);
    expect(written(shop)).toMatch(/\[osaka\] service web +web:2/);
    expect([...tokyo.mutations(), ...osaka.mutations()]).toEqual([]);
  });

  it.each(['inventory', 'status'])(
    '%s shows what there is where one of them cannot be read',
    async (command) => {
      const { shop, tokyo } = twoPlaces();
      tokyo.fault({ operation: '*', kind: 'access-denied', times: Infinity });
      expect(await shop.run(command)).toBe(1);
      expect(written(shop)).toContain('Target osaka: no-change');
      expect(written(shop)).toMatch(/\[osaka\] .*web:1/);
    },
  );
});
