import { completes, shiftsTraffic } from '../fakes/aws/fake-aws.ts';
import type { FaultKind } from '../fakes/aws/faults.ts';
import { Shop } from '../fakes/shop.ts';

const BAKE_MINUTES = 3;
const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: BAKE_MINUTES };
/** The bake begins after the stages before it, about half a minute after the update. */
const BAKING_AT_MS = 60_000;

/** web shifts its traffic, and `deployments[]` calls it COMPLETED from the beginning of its bake time. */
function bakingShop(): Shop {
  const shop = new Shop({ serviceDeployments: true, deploymentConfiguration: { web: blueGreen } });
  shop.configure((yaml) => `${yaml}rollout: { timeout: 10m, on-failure: rollback }\n`);
  shop.aws.ecs.nextRollout('web', shiftsTraffic({ settlesInBake: true }));
  return shop;
}
const changes = (shop: Shop) => shop.aws.callsOf('UpdateService').length;
const primaryOf = (shop: Shop) =>
  shop.aws.ecs.service('web').deployments.find(({ status }) => status === 'PRIMARY');
const log = (shop: Shop) => shop.host.infos.join('\n');

describe('law 1 and R17: a shift of traffic is green by its service deployment alone', () => {
  it.each<FaultKind>([
    'throttle',
    'http-500',
    'connection-reset-before',
    'connection-reset-after',
    'truncated-body',
    'empty-answer',
  ])('DescribeServiceDeployments lost by %s while it bakes: the bake time is waited for', async (kind) => {
    const shop = bakingShop();
    let bakedAt = Infinity;
    shop.clock.at(BAKING_AT_MS, () => {
      expect(primaryOf(shop)?.rolloutState).toBe('COMPLETED');
      bakedAt = shop.clock.elapsed + (BAKE_MINUTES - 1) * 60_000;
      // For more than a minute of looks: the SDK itself asks nine times.
      shop.aws.fault({ operation: 'DescribeServiceDeployments', kind, times: 9 * 45 });
    });
    expect(await shop.deploy()).toBe(0);
    expect(shop.host.outputs['outcome']).toBe('completed');
    expect(shop.clock.elapsed).toBeGreaterThan(bakedAt);
  });

  it.each(['DescribeServiceDeployments', 'ListServiceDeployments', 'DescribeServiceRevisions'])(
    '%s denied: the run is red with the action to allow, and nothing is sent back',
    async (operation) => {
      const shop = bakingShop();
      shop.aws.ecs.nameCurrent('web', 'none');
      // The first look is the guard's, before anything changes.
      const nth = operation === 'ListServiceDeployments' ? 2 : 1;
      shop.aws.fault({ operation, kind: 'access-denied', nth, times: Infinity });
      expect(await shop.deploy()).toBe(1);
      expect(shop.host.outputs['outcome']).toBe('failed');
      expect(log(shop)).toContain(`Allow ecs:${operation}`);
      expect(changes(shop)).toBe(2);
    },
  );

  it('ListServiceDeployments lost for minutes is asked again until it answers', async () => {
    const shop = bakingShop();
    shop.aws.ecs.nameCurrent('web', 'none');
    shop.aws.fault({ operation: 'ListServiceDeployments', kind: 'throttle', nth: 2, times: 9 * 60 });
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.elapsed).toBeGreaterThan(BAKE_MINUTES * 60_000);
  });

  it('an endpoint that lists none can show no success', async () => {
    const shop = bakingShop();
    shop.aws.ecs.nameCurrent('web', 'none');
    shop.aws.lacks.add('ListServiceDeployments');
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('rollback-failed');
    expect(log(shop)).toContain('ECS lists no service deployment of ours');
  });

  it('an answer that never comes ends the run in its time, red, and nothing is sent back', async () => {
    const shop = bakingShop();
    shop.clock.at(BAKING_AT_MS, () =>
      shop.aws.fault({ operation: 'DescribeServiceDeployments', kind: 'http-500', times: Infinity }),
    );
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('failed');
    expect(log(shop)).toContain('ecs:DescribeServiceDeployments');
    expect(changes(shop)).toBe(2);
    expect(shop.aws.callsOf('StopServiceDeployment')).toEqual([]);
  });

  it('`wait` on a shop at rest needs no service deployment in flight', async () => {
    const shop = bakingShop();
    await shop.deploy();
    shop.host.forget();
    expect(await shop.run('wait')).toBe(0);
    expect(shop.host.outputs['outcome']).toBe('no-change');
  });
});

describe('a rolling service', () => {
  it('whose service deployment does not answer for long is judged by deployments[]', async () => {
    const shop = new Shop({ serviceDeployments: true });
    shop.aws.ecs.nextRollout('web', completes({ afterSeconds: 10 }));
    shop.aws.fault({ operation: 'DescribeServiceDeployments', kind: 'throttle', times: Infinity });
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.elapsed).toBeLessThan(120_000);
  });

  it('R17: an update whose answer names the service deployment from before is not judged by that', async () => {
    const shop = new Shop({ serviceDeployments: true });
    expect(await shop.deploy()).toBe(0);
    shop.commit('2'.repeat(40));
    shop.files.entries.set('server.js', 'serve(2)');
    shop.aws.ecs.nameCurrent('web', 'the one before');
    shop.aws.ecs.nextRollout('web', completes({ afterSeconds: 60 }));
    const started = shop.clock.now();
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.now() - started).toBeGreaterThan(60_000);
  });
});
