import { shiftsTraffic } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';

const MINUTE = 60_000;
const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const pausing = {
  ...blueGreen,
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
    },
  ],
};
const log = (shop: Shop) => shop.host.infos.join('\n');

/** A shop whose web waits at a lifecycle hook; the run that brought it there is over. */
async function pausedShop(): Promise<{ shop: Shop; hookId: string }> {
  const shop = new Shop({ serviceDeployments: true, deploymentConfiguration: { web: pausing } });
  shop.configure((yaml) => `${yaml}rollout: { timeout: 10m, on-pause: hand-over }\n`);
  expect(await shop.deploy()).toBe(0);
  const hookId = shop.host.outputs['hook-id'] ?? '';
  expect(hookId).not.toBe('');
  shop.host.forget();
  return { shop, hookId };
}

/** web bakes, and `deployments[]` calls it complete. */
async function bakingShop(): Promise<Shop> {
  const shop = new Shop({ serviceDeployments: true, deploymentConfiguration: { web: blueGreen } });
  expect(await shop.deploy()).toBe(0);
  shop.host.forget();
  shop.aws.ecs.nextRollout('web', shiftsTraffic({ settlesInBake: true }));
  const { definition } = shop.aws.ecs.taskDefinitions.find('web:2')!;
  shop.aws.ecs.updateService('web', { taskDefinition: shop.aws.ecs.register(definition).arn });
  await shop.clock.advance(2 * MINUTE);
  expect(shop.aws.ecs.service('web').deployments[0]).toMatchObject({
    status: 'PRIMARY',
    rolloutState: 'COMPLETED',
  });
  return shop;
}

/** Until when, which hook, and both commands with what they need. */
function expectTold(shop: Shop, hookId: string): void {
  const told = log(shop);
  expect(told).toMatch(
    /web is paused at a lifecycle hook until 2026-01-05T09:3\d:\d\d\.000Z, then ECS rolls it back/,
  );
  expect(told).toContain(`  hook ${hookId}`);
  const ours = `deploy-action continue --environment staging --services web --hook-id ${hookId}`;
  expect(told).toContain(`To continue, one of:\n  ${ours}\n`);
  expect(told).toContain(`To roll back, one of:\n  ${ours} --rollback\n`);
}

describe('R19: a deployment that is paused', () => {
  it('is shown by `status`, with hook, expiry and the two commands, and nothing is changed', async () => {
    const { shop, hookId } = await pausedShop();
    const before = shop.aws.mutations().length;
    expect(await shop.run('status')).toBe(0);
    expectTold(shop, hookId);
    expect(log(shop)).toMatch(
      /in flight: web: .*POST_TEST_TRAFFIC_SHIFT, 0 % of the traffic\), paused until/,
    );
    expect(shop.host.summaries.join('\n')).toContain('paused until');
    expect(log(shop)).not.toContain('worker is paused');
    expect(shop.aws.mutations()).toHaveLength(before);
  });

  it('is shown by `status` as far as the rights go, and what is missing is said', async () => {
    const { shop } = await pausedShop();
    shop.aws.fault({ operation: 'DescribeServiceDeployments', kind: 'access-denied', times: Infinity });
    expect(await shop.run('status')).toBe(0);
    expect(log(shop)).toContain('web: web:2');
    expect(shop.host.annotations.map(({ message }) => message).join('\n')).toContain(
      'Allow ecs:DescribeServiceDeployments',
    );
  });

  it('is shown by `wait`, which goes on until somebody decides or the hook expires', async () => {
    const { shop, hookId } = await pausedShop();
    shop.configure((yaml) => `${yaml}rollout: { timeout: 10m, on-pause: wait }\n`);
    expect(await shop.run('wait', { services: 'web' })).toBe(1);
    expectTold(shop, hookId);
    expect(log(shop)).toMatch(/web: 2 of 2 tasks running, .*paused until/);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
  });

  it('is handed over by `wait` where the plan says so', async () => {
    const { shop, hookId } = await pausedShop();
    expect(await shop.run('wait', { services: 'web' })).toBe(0);
    expectTold(shop, hookId);
    expect(shop.host.outputs).toMatchObject({ outcome: 'paused', 'hook-id': hookId });
  });

  it('is shown while a deploy waits, once', async () => {
    const shop = new Shop({ serviceDeployments: true, deploymentConfiguration: { web: pausing } });
    await shop.deploy();
    const hooks = shop.host.infos.filter((line) => line.startsWith('  hook '));
    expect(hooks).toHaveLength(1);
    expectTold(shop, hooks[0]!.slice('  hook '.length));
  });
});

describe('R15: a deployment of somebody else that bakes', () => {
  it('is shown by `status` as in flight', async () => {
    const shop = await bakingShop();
    expect(await shop.run('status')).toBe(0);
    expect(log(shop)).toMatch(/in flight: web: .*BAKE_TIME of 5 min, 100 % of the traffic/);
  });

  it('is waited for before a deploy changes anything, although deployments[] calls it complete', async () => {
    const shop = await bakingShop();
    shop.commit('2222222222222222222222222222222222222222');
    shop.files.entries.set('server.js', 'serve(2)');
    const at = shop.clock.elapsed;
    const updates = shop.aws.callsOf('UpdateService').length;
    expect(await shop.deploy()).toBe(0);
    expect(log(shop)).toContain('Waiting for the deployment in flight on web (web:3)');
    const first = shop.aws.callsOf('UpdateService')[updates]!;
    expect(first.at - shop.clock.startedAt - at).toBeGreaterThan(3 * MINUTE);
  });

  it('is waited for although answers are lost meanwhile', async () => {
    const shop = await bakingShop();
    shop.commit('2222222222222222222222222222222222222222');
    shop.clock.at(shop.clock.elapsed + MINUTE, () => {
      for (const operation of ['DescribeServices', 'DescribeServiceDeployments'])
        shop.aws.fault({ operation, kind: 'throttle', times: 9 * 10 });
    });
    expect(await shop.deploy()).toBe(0);
  });

  it('is ended by `rollback`, back to what it leads away from', async () => {
    const shop = await bakingShop();
    expect(await shop.run('rollback', { services: 'web' })).toBe(0);
    expect(log(shop)).toContain('web → web:2');
    expect(shop.aws.callsOf('StopServiceDeployment').map(({ input }) => input['stopType'])).toEqual([
      'ROLLBACK',
    ]);
    expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/\/web:2$/);
  });
});
