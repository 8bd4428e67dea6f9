import { breaker, completes, neverSteady } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';

const runs = (shop: Shop, ...services: string[]) =>
  services.map((name) => shop.aws.ecs.service(name).taskDefinition.split('/').at(-1));

/** Two releases: web:2 and worker:2, then web:3 and worker:3. */
async function twoReleases(options: { serviceDeployments: boolean }): Promise<Shop> {
  const shop = new Shop(options);
  await shop.deploy();
  shop.files.entries.set('server.js', 'serve(2)');
  shop.commit('2222222222222222222222222222222222222222');
  await shop.deploy();
  shop.host.forget();
  return shop;
}

describe.each([
  ['without service deployments', { serviceDeployments: false }],
  ['with service deployments', { serviceDeployments: true }],
])('R20: a rollback %s', (_how, options) => {
  it('puts the release before back on every service, and waits for it', async () => {
    const shop = await twoReleases(options);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:3', 'worker:3']);
    expect(await shop.run('rollback')).toBe(0);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:2', 'worker:2']);
    expect(shop.host.outputs['outcome']).toBe('completed');
    expect(shop.aws.ecs.service('web').deployments[0]).toMatchObject({
      rolloutState: 'COMPLETED',
      runningCount: 2,
    });
  });

  it('never goes to a revision that only failed', async () => {
    const shop = await twoReleases(options);
    shop.files.entries.set('server.js', 'crash()');
    shop.commit('3333333333333333333333333333333333333333');
    shop.aws.ecs.nextRollout('web', breaker());
    expect(await shop.deploy()).toBe(1);
    shop.files.entries.set('server.js', 'serve(4)');
    shop.commit('4444444444444444444444444444444444444444');
    expect(await shop.deploy()).toBe(0);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:5', 'worker:5']);
    expect(await shop.run('rollback')).toBe(0);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:3', 'worker:3']);
  });

  it('goes to a named revision', async () => {
    const shop = await twoReleases(options);
    expect(await shop.run('rollback', { services: 'web', revision: '1' })).toBe(0);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:1', 'worker:3']);
  });

  it('ends a deployment in flight', async () => {
    const shop = await twoReleases(options);
    shop.aws.ecs.nextRollout('web', neverSteady());
    const { arn } = shop.aws.ecs.register({
      family: 'web',
      containerDefinitions: [{ name: 'web', image: 'x' }],
    });
    shop.aws.ecs.updateService('web', { taskDefinition: arn });
    await shop.clock.advance(20_000);
    expect(await shop.run('rollback', { services: 'web' })).toBe(0);
    expect(runs(shop, 'web')).toEqual(['web:3']);
    expect(shop.aws.callsOf('StopServiceDeployment')).toHaveLength(options.serviceDeployments ? 1 : 0);
  });

  it('that fails itself is red and says so', async () => {
    const shop = await twoReleases(options);
    shop.aws.ecs.nextRollout('web', breaker({ rollback: true }));
    expect(await shop.run('rollback', { services: 'web' })).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect(runs(shop, 'web')).toEqual(['web:3']);
  });
});

describe('R20: a rollback is refused, before anything is touched,', () => {
  it.each<[why: string, prepare: (shop: Shop) => void, inputs: Record<string, string>, code: string]>([
    [
      'to a deregistered revision',
      (shop) => shop.aws.ecs.taskDefinitions.deregister('web:2'),
      { revision: 'web:2', services: 'web' },
      'REVISION_INACTIVE',
    ],
    [
      'to a revision that there is not',
      () => undefined,
      { revision: '99', services: 'web' },
      'REVISION_NOT_FOUND',
    ],
    [
      'to an image that ECR no longer has',
      (shop) => shop.aws.ecr.removeImage('shop', shop.digestOf('web:2')),
      { services: 'web' },
      'IMAGE_NOT_FOUND',
    ],
  ])('%s', async (_why, prepare, inputs, code) => {
    const shop = await twoReleases({ serviceDeployments: false });
    prepare(shop);
    const before = shop.aws.mutations().length;
    expect(await shop.run('rollback', inputs)).toBe(1);
    expect(shop.host.annotations.at(-1)?.title).toContain(code);
    expect(shop.aws.mutations()).toHaveLength(before);
  });

  it('when no release before it is known', async () => {
    const shop = new Shop();
    expect(await shop.run('rollback')).toBe(1);
    expect(shop.host.annotations.at(-1)?.title).toContain('NOTHING_TO_ROLL_BACK');
    expect(shop.aws.mutations()).toEqual([]);
  });
});

describe('R32: redeploy', () => {
  it('starts new tasks of the same revision and waits for them', async () => {
    const shop = await twoReleases({ serviceDeployments: true });
    const before = shop.aws.mutations().length;
    expect(await shop.run('redeploy', { services: 'web' })).toBe(0);
    expect(
      shop.aws
        .mutations()
        .slice(before)
        .map(({ operation, input }) => [operation, input]),
    ).toEqual([
      [
        'UpdateService',
        {
          cluster: 'staging',
          service: 'web',
          taskDefinition: expect.stringMatching(/web:3$/) as string,
          forceNewDeployment: true,
        },
      ],
    ]);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it('whose answer is lost starts new tasks once', async () => {
    const shop = await twoReleases({ serviceDeployments: false });
    const before = shop.aws.mutations().length;
    shop.aws.fault({ operation: 'UpdateService', nth: 1, kind: 'connection-reset-after' });
    expect(await shop.run('redeploy', { services: 'web' })).toBe(0);
    expect(shop.aws.mutations().slice(before)).toHaveLength(1);
  });
});

describe('wait', () => {
  it.each([
    ['completes', completes({ afterSeconds: 60 }), 0, 'completed'],
    ['is rolled back', breaker({ afterSeconds: 60 }), 1, 'rolled-back'],
  ])('follows a deployment in flight that %s, and changes nothing', async (_how, script, code, outcome) => {
    const shop = await twoReleases({ serviceDeployments: false });
    const before = shop.aws.mutations().length;
    shop.aws.ecs.nextRollout('web', script);
    const { arn } = shop.aws.ecs.register({
      family: 'web',
      containerDefinitions: [{ name: 'web', image: 'x' }],
    });
    shop.aws.ecs.updateService('web', { taskDefinition: arn });
    expect(await shop.run('wait', { services: 'web' })).toBe(code);
    expect(shop.host.outputs['outcome']).toBe(outcome);
    expect(shop.aws.mutations()).toHaveLength(before);
  });

  it('ends at once when nothing is in flight', async () => {
    const shop = await twoReleases({ serviceDeployments: true });
    const started = shop.clock.now();
    expect(await shop.run('wait')).toBe(0);
    expect(shop.host.outputs['outcome']).toBe('no-change');
    expect(shop.clock.now() - started).toBeLessThan(2_000);
  });
});

describe('status and history', () => {
  it('tell what runs, from which commit, by whom', async () => {
    const shop = await twoReleases({ serviceDeployments: false });
    expect(await shop.run('status')).toBe(0);
    const log = shop.host.infos.join('\n');
    expect(log).toContain('web: web:3, 2 of 2 tasks running, release 2, commit 222222222222, by mika');
  });

  it('list the releases newest first, and mark the one that runs', async () => {
    const shop = await twoReleases({ serviceDeployments: false });
    await shop.run('rollback');
    shop.host.forget();
    expect(await shop.run('history')).toBe(0);
    expect(shop.host.infos.filter((line) => line.includes('release '))).toEqual([
      expect.stringMatching(/^→ release 3 .* 111111111111 .* web:2 worker:2$/) as string,
      expect.stringMatching(/^ {2}release 2 .* 222222222222 .* web:3 worker:3$/) as string,
    ]);
  });

  it.each(['status', 'history', 'wait'])('%s makes no mutating call', async (command) => {
    const shop = await twoReleases({ serviceDeployments: true });
    const before = shop.aws.mutations().length;
    await shop.run(command);
    expect(shop.aws.mutations()).toHaveLength(before);
  });
});
