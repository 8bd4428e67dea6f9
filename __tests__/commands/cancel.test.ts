import { neverSteady } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';

const MINUTE = 60_000;
const blueGreen = {
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 5,
  lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
};
const log = (shop: Shop) => shop.host.infos.join('\n');
const arnOf = (shop: Shop, service = 'web') => shop.aws.ecs.service(service).currentServiceDeployment ?? '?';
const stopCommand = (arn: string) =>
  `To end it: aws ecs stop-service-deployment --service-deployment-arn ${arn} --stop-type ROLLBACK`;
const FOLLOW = 'To follow what goes on: deploy-action wait --environment staging --services';

/** Runs a command, and sends the signal so much later. */
async function cancelled(
  shop: Shop,
  after: number,
  signal: 'SIGINT' | 'SIGTERM',
  command: () => Promise<number>,
): Promise<string[]> {
  const before = shop.aws.mutations().length;
  let sent = 0;
  shop.clock.at(shop.clock.elapsed + after, () => {
    sent = shop.clock.now();
    shop.cancel(signal);
  });
  expect(await command()).toBe(signal === 'SIGINT' ? 130 : 143);
  expect(shop.host.outputs['outcome']).toBe('cancelled');
  expect(shop.clock.now() - sent).toBeLessThanOrEqual(7_000);
  expect(shop.host.openGroups).toBe(0);
  return shop.aws
    .mutations()
    .slice(before)
    .map(({ operation }) => operation);
}

/** web waits at a lifecycle hook. */
async function pausedShop(onCancel = 'keep'): Promise<Shop> {
  const shop = new Shop({ serviceDeployments: true, deploymentConfiguration: { web: blueGreen } });
  shop.configure((yaml) => `${yaml}rollout: { on-pause: hand-over, on-cancel: ${onCancel} }\n`);
  expect(await shop.deploy()).toBe(0);
  shop.host.forget();
  return shop;
}

/** Both services have been deployed. */
async function deployedShop({ serviceDeployments = true } = {}): Promise<Shop> {
  const shop = new Shop({ serviceDeployments });
  expect(await shop.deploy()).toBe(0);
  shop.host.forget();
  return shop;
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('in `continue` keeps the deployment, and names the commands that stop and follow it', async () => {
    const shop = await pausedShop();
    const changes = await cancelled(shop, MINUTE, signal, () => shop.run('continue'));
    expect(changes).toEqual(['ContinueServiceDeployment']);
    expect(log(shop)).toContain('web: the rollout goes on in ECS');
    expect(log(shop)).toContain(stopCommand(arnOf(shop)));
    expect(log(shop)).toContain(`${FOLLOW} web`);
  });

  it('in `continue` with `on-cancel: rollback` stops what it had continued', async () => {
    const shop = await pausedShop('rollback');
    const changes = await cancelled(shop, MINUTE, signal, () => shop.run('continue'));
    expect(changes).toEqual(['ContinueServiceDeployment', 'StopServiceDeployment']);
    expect(log(shop)).toContain('web: sent back to web:1, not waited for');
  });

  it('in `continue --rollback` leaves it on its way back, whatever on-cancel says', async () => {
    const shop = await pausedShop('rollback');
    const changes = await cancelled(shop, 100, signal, () => shop.run('continue', { rollback: 'true' }));
    expect(changes).toEqual(['ContinueServiceDeployment']);
    expect(log(shop)).toContain('web: ECS goes on rolling it back');
    expect(log(shop)).toContain(`${FOLLOW} web`);
  });

  it.each(['keep', 'rollback'])(
    'in `wait` changes nothing with on-cancel %s, and names both commands',
    async (onCancel) => {
      const shop = await pausedShop(onCancel);
      shop.configure((yaml) => `${yaml}rollout: { on-pause: wait, on-cancel: ${onCancel} }\n`);
      const changes = await cancelled(shop, MINUTE, signal, () => shop.run('wait'));
      expect(changes).toEqual([]);
      expect(log(shop)).toContain('web: the rollout goes on in ECS');
      expect(log(shop)).toContain(stopCommand(arnOf(shop)));
      expect(log(shop)).toContain(`${FOLLOW} web`);
      expect(log(shop)).not.toContain('worker: the rollout');
    },
  );

  it.each(['keep', 'rollback'])(
    'in `rollback` to a release keeps the way back with on-cancel %s, and names both commands',
    async (onCancel) => {
      const shop = await deployedShop();
      shop.configure((yaml) => `${yaml}rollout: { on-cancel: ${onCancel} }\n`);
      shop.aws.ecs.nextRollout('web', neverSteady());
      const changes = await cancelled(shop, MINUTE, signal, () => shop.run('rollback', { services: 'web' }));
      expect(changes).toEqual(['UpdateService']);
      expect(log(shop)).toContain(
        'To end it: aws ecs update-service --cluster staging --service web --task-definition web:2',
      );
      expect(log(shop)).toContain(`${FOLLOW} web`);
    },
  );

  it('in `rollback` of what is in flight leaves it on its way back', async () => {
    const shop = await pausedShop();
    const changes = await cancelled(shop, 100, signal, () => shop.run('rollback', { services: 'web' }));
    expect(changes).toEqual(['StopServiceDeployment']);
    expect(log(shop)).toContain('web: ECS goes on rolling it back');
    expect(log(shop)).toContain(`${FOLLOW} web`);
  });

  it('in `redeploy` keeps the new tasks coming, and names the commands that stop and follow them', async () => {
    const shop = await deployedShop();
    shop.aws.ecs.nextRollout('web', neverSteady());
    const changes = await cancelled(shop, MINUTE, signal, () => shop.run('redeploy', { services: 'web' }));
    expect(changes).toEqual(['UpdateService']);
    expect(log(shop)).toContain(stopCommand(arnOf(shop)));
    expect(log(shop)).toContain(`${FOLLOW} web`);
  });

  it('in `redeploy` with `on-cancel: rollback` stops it where it can be stopped', async () => {
    const shop = await deployedShop();
    shop.configure((yaml) => `${yaml}rollout: { on-cancel: rollback }\n`);
    shop.aws.ecs.nextRollout('web', neverSteady());
    const changes = await cancelled(shop, MINUTE, signal, () => shop.run('redeploy', { services: 'web' }));
    expect(changes).toEqual(['UpdateService', 'StopServiceDeployment']);
  });

  it('in `redeploy` of a service without service deployments says what goes on', async () => {
    const shop = await deployedShop({ serviceDeployments: false });
    shop.configure((yaml) => `${yaml}rollout: { on-cancel: rollback }\n`);
    shop.aws.ecs.nextRollout('web', neverSteady());
    const changes = await cancelled(shop, MINUTE, signal, () => shop.run('redeploy', { services: 'web' }));
    expect(changes).toEqual(['UpdateService']);
    expect(log(shop)).toContain('web: the rollout goes on in ECS');
    expect(log(shop)).toContain(`${FOLLOW} web`);
  });
});
