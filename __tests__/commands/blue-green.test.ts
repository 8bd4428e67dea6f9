import { breaker, completes, shiftsTraffic } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';

const MINUTE = 60_000;
const AFTER_TEST_TRAFFIC = 'POST_TEST_TRAFFIC_SHIFT';

interface Configuration {
  strategy: 'BLUE_GREEN' | 'LINEAR' | 'CANARY';
  bakeTimeInMinutes?: number;
  [other: string]: unknown;
}

const pauseAt = (stages: string[], timeoutInMinutes = 30, action = 'ROLLBACK') => ({
  lifecycleHooks: [
    { targetType: 'PAUSE', lifecycleStages: stages, timeoutConfiguration: { timeoutInMinutes, action } },
  ],
});
const blueGreen: Configuration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const withPause: Configuration = { ...blueGreen, ...pauseAt([AFTER_TEST_TRAFFIC]) };

/** web shifts its traffic, worker is rolled. */
const shopWith = (web: Configuration, worker?: Configuration) =>
  new Shop({
    serviceDeployments: true,
    deploymentConfiguration: { web, ...(worker === undefined ? {} : { worker }) },
  });
const rollout = (shop: Shop, lines: string) =>
  shop.configure((yaml) => `${yaml}rollout: { timeout: 10m, ${lines} }\n`);
const runs = (shop: Shop, ...services: string[]) =>
  services.map((name) => shop.aws.ecs.service(name).taskDefinition.split('/').at(-1));
const operations = (shop: Shop, from = 0) =>
  shop.aws
    .mutations()
    .slice(from)
    .map(({ operation }) => operation);
const log = (shop: Shop) => shop.host.infos.join('\n');

/** What a deploy leaves that was handed over; the next runs know nothing of it but its outputs. */
async function handedOver(web = withPause, worker?: Configuration) {
  const shop = shopWith(web, worker);
  rollout(shop, 'on-pause: hand-over');
  const code = await shop.deploy();
  const { outputs } = shop.host;
  shop.host.forget();
  return { shop, code, outputs: { ...outputs } };
}

describe('R18: traffic that shifts in steps', () => {
  it.each<[strategy: string, configuration: Configuration, shown: string[]]>([
    [
      'BLUE_GREEN',
      blueGreen,
      [
        'BLUE_GREEN, SCALE_UP, 0 % of the traffic',
        'BLUE_GREEN, TEST_TRAFFIC_SHIFT, 0 % of the traffic',
        'BLUE_GREEN, PRODUCTION_TRAFFIC_SHIFT, 100 % of the traffic',
        'BLUE_GREEN, BAKE_TIME of 5 min, 100 % of the traffic',
        'BLUE_GREEN, CLEAN_UP, 100 % of the traffic',
      ],
    ],
    [
      'CANARY',
      {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 20 },
        bakeTimeInMinutes: 1,
      },
      [
        'CANARY, PRODUCTION_TRAFFIC_SHIFT, 5 % of the traffic',
        'CANARY, PRODUCTION_TRAFFIC_SHIFT, 100 % of the traffic',
        'CANARY, BAKE_TIME of 1 min, 100 % of the traffic',
      ],
    ],
    [
      'LINEAR',
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 6 } },
      [25, 50, 75, 100].map((percent) => `LINEAR, PRODUCTION_TRAFFIC_SHIFT, ${percent} % of the traffic`),
    ],
  ])(
    '%s completes, with its stages and percentages as they move',
    async (_strategy, configuration, shown) => {
      const shop = shopWith(configuration);
      rollout(shop, 'on-failure: rollback');
      expect(await shop.deploy()).toBe(0);
      expect(shop.host.outputs).toMatchObject({ outcome: 'completed', hooks: '{}' });
      expect(runs(shop, 'web', 'worker')).toEqual(['web:2', 'worker:2']);
      const lines = shop.host.infos.filter((line) => line.startsWith('web: '));
      const at = shown.map((words) => lines.findIndex((line) => line.includes(words)));
      expect(at).not.toContain(-1);
      expect(at).toEqual(at.toSorted((one, other) => one - other));
    },
  );

  it('does not eat the time-out with its bake time', async () => {
    const shop = shopWith({ ...blueGreen, bakeTimeInMinutes: 15 });
    rollout(shop, 'on-failure: rollback');
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.elapsed).toBeGreaterThan(15 * MINUTE);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it('that stands still in a stage which is no wait of its design is out of time, and is rolled back', async () => {
    const shop = shopWith(blueGreen);
    rollout(shop, 'on-failure: rollback');
    shop.aws.ecs.nextRollout('web', shiftsTraffic({ stageSeconds: 1_000 }));
    expect(await shop.deploy()).toBe(1);
    expect(log(shop)).toContain('web: not completed within 600 s; back on web:1');
    expect(operations(shop)).toContain('StopServiceDeployment');
    expect(runs(shop, 'web', 'worker')).toEqual(['web:1', 'worker:1']);
  });

  it('takes no longer at a step than the service is configured to', async () => {
    const shop = shopWith({ strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 1 } });
    rollout(shop, 'on-failure: leave');
    shop.aws.ecs.nextRollout('web', (script) => {
      script.reach('PRODUCTION_TRAFFIC_SHIFT', { production: 5, test: 100 });
    });
    expect(await shop.deploy()).toBe(124);
    expect(log(shop)).toContain('not completed within 600 s, not counting 60 s at hooks and of bake time');
  });

  it('is waited for while it bakes, even where deployments[] calls it complete', async () => {
    const shop = shopWith({ ...blueGreen, bakeTimeInMinutes: 10 });
    await shop.deploy();
    shop.aws.ecs.nextRollout('web', shiftsTraffic({ settlesInBake: true }));
    shop.aws.ecs.updateService('web', { forceNewDeployment: true });
    const started = shop.clock.now();
    await shop.clock.advance(2 * MINUTE);
    expect(shop.aws.ecs.service('web').deployments.map(({ rolloutState }) => rolloutState)).toEqual([
      'COMPLETED',
      'COMPLETED',
    ]);
    expect(await shop.run('wait', { services: 'web' })).toBe(0);
    expect(shop.clock.now() - started).toBeGreaterThan(10 * MINUTE);
  });

  it.each([
    ['rollback', 'stopped, which gives the traffic back at once'],
    ['keep', 'named with the command that ends it'],
  ])('on-cancel %s: the shift is %s', async (onCancel) => {
    const shop = shopWith(blueGreen);
    rollout(shop, `on-cancel: ${onCancel}`);
    shop.clock.at(3 * MINUTE, () => shop.cancel());
    expect(await shop.deploy()).toBe(130);
    const arn = shop.aws.ecs.service('web').currentServiceDeployment;
    const stopped = shop.aws.callsOf('StopServiceDeployment').map(({ input }) => input);
    if (onCancel === 'rollback') {
      expect(stopped).toEqual([{ serviceDeploymentArn: arn, stopType: 'ROLLBACK' }]);
      expect(shop.aws.callsOf('UpdateService').map(({ input }) => input['service'])).toEqual([
        'web',
        'worker',
        'worker',
      ]);
    } else {
      expect(stopped).toEqual([]);
      expect(log(shop)).toContain(
        `To end it: aws ecs stop-service-deployment --service-deployment-arn ${String(arn)} --stop-type ROLLBACK`,
      );
    }
  });

  it('that fails after the traffic has shifted is red, and the other service goes back too', async () => {
    const shop = shopWith(blueGreen);
    shop.aws.ecs.nextRollout('web', shiftsTraffic({ alarmAt: 'BAKE_TIME' }));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect(log(shop)).toContain('rolled back because of CloudWatch alarm shop-5xx');
    expect(runs(shop, 'web', 'worker')).toEqual(['web:1', 'worker:1']);
  });

  it('goes back through its own hooks where another service fails after it completed, and says so', async () => {
    const shop = shopWith({ ...blueGreen, bakeTimeInMinutes: 0, ...pauseAt(['POST_SCALE_UP']) });
    shop.aws.ecs.nextRollout('web', completes());
    shop.aws.ecs.nextRollout('worker', breaker({ afterSeconds: 120 }));
    expect(await shop.deploy()).toBe(1);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:1', 'worker:1']);
    expect(shop.aws.callsOf('ContinueServiceDeployment').map(({ input }) => input['action'])).toEqual([
      'CONTINUE',
    ]);
    expect(log(shop)).toContain('Continuing web at a lifecycle hook: it is on its way back');
  });
});

describe('R19: a way back that may not be continued', () => {
  it('names the hook and the commands, and is red', async () => {
    const { shop } = await handedOver();
    await shop.run('continue');
    shop.host.forget();
    shop.aws.fault({ operation: 'ContinueServiceDeployment', nth: 1, kind: 'access-denied' });
    expect(await shop.run('rollback', { services: 'web' })).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('failed');
    expect(log(shop)).toContain('paused at a lifecycle hook: ecs:ContinueServiceDeployment');
    expect(log(shop)).toContain('aws ecs continue-service-deployment');
  });
});

describe('R19: a person decides at a lifecycle hook', () => {
  it('on-pause wait: tells once until when, and the commands that act on it, and goes on when somebody does', async () => {
    const shop = shopWith({ ...withPause, bakeTimeInMinutes: 0 });
    rollout(shop, 'on-pause: wait');
    shop.clock.at(25 * MINUTE, () => {
      void shop.aws.connect().then(async ({ ecs }) => {
        const arn = shop.aws.ecs.service('web').currentServiceDeployment ?? '';
        const [deployment] = await ecs.describeServiceDeployments([arn]);
        await ecs.continueServiceDeployment(
          arn,
          deployment?.lifecycleHookDetails?.[0]?.hookId ?? '',
          'CONTINUE',
        );
      });
    });
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.elapsed).toBeGreaterThan(25 * MINUTE);
    const told = shop.host.infos.filter((line) => line.includes('web is paused at a lifecycle hook'));
    expect(told).toEqual([
      expect.stringMatching(/until 2026-01-05T09:3\d:\d\d\.000Z, then ECS rolls it back$/) as string,
    ]);
    expect(log(shop)).toMatch(
      / {2}deploy-action continue --environment staging --services web --hook-id \S+\n/,
    );
    expect(log(shop)).toMatch(
      /deploy-action continue --environment staging --services web --hook-id \S+ --rollback/,
    );
    expect(log(shop)).toMatch(
      /aws ecs continue-service-deployment --service-deployment-arn \S+ --hook-id \S+ --action ROLLBACK/,
    );
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it('a pause that expires is rolled back by ECS, and the run says so', async () => {
    const shop = shopWith(withPause);
    rollout(shop, 'on-pause: wait');
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect(log(shop)).toContain('a lifecycle hook timed out');
    expect(runs(shop, 'web', 'worker')).toEqual(['web:1', 'worker:1']);
  });

  it('a pause that expires with CONTINUE goes on by itself', async () => {
    const shop = shopWith({ ...blueGreen, ...pauseAt([AFTER_TEST_TRAFFIC], 45, 'CONTINUE') });
    rollout(shop, 'on-pause: wait');
    expect(await shop.deploy()).toBe(0);
    expect(log(shop)).toContain('then ECS continues it');
  });

  it('a paused deployment that another one replaces is superseded, and nothing is sent back', async () => {
    const shop = shopWith(withPause);
    rollout(shop, 'on-pause: wait');
    const { arn } = shop.aws.ecs.register({
      family: 'other',
      containerDefinitions: [{ name: 'web', image: 'x' }],
    });
    shop.clock.at(5 * MINUTE, () => shop.aws.ecs.updateService('web', { taskDefinition: arn }));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('superseded');
    expect(runs(shop, 'worker')).toEqual(['worker:2']);
  });

  it('on-pause hand-over: ends green as paused, records no release, and leaves what completed', async () => {
    const { shop, code, outputs } = await handedOver();
    expect(code).toBe(0);
    const hookId = outputs['hook-id'] ?? '';
    expect(outputs).toMatchObject({ outcome: 'paused', hooks: JSON.stringify({ web: hookId }) });
    expect(hookId).toMatch(/^ecs-pause-/);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:2', 'worker:2']);
    expect(operations(shop)).not.toContain('StopServiceDeployment');
    const tags = shop.aws.ecs.taskDefinitions.find('web:2')?.tags.map(({ key }) => key);
    expect(tags).toContain('deploy-action:migration');
    expect(tags).not.toContain('deploy-action:verified-at');
  });

  it('on-pause hand-over does not hide that another service failed: all go back', async () => {
    const shop = shopWith(withPause);
    rollout(shop, 'on-pause: hand-over');
    shop.aws.ecs.nextRollout('worker', breaker({ afterSeconds: 120 }));
    expect(await shop.deploy()).toBe(1);
    expect(operations(shop)).toContain('StopServiceDeployment');
    expect(runs(shop, 'web', 'worker')).toEqual(['web:1', 'worker:1']);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
  });
});

describe('R19: the command continue', () => {
  it.each([
    ['finds what is paused by itself', (): Record<string, string> => ({})],
    ['takes the hook that the deploy gave', (hookId: string) => ({ 'hook-id': hookId })],
  ])('%s, continues, waits for the end and records the release', async (_how, inputsFor) => {
    const { shop, outputs } = await handedOver();
    shop.host.currentEvent = { ...shop.host.currentEvent, runId: 'approval' };
    const before = shop.aws.mutations().length;
    expect(await shop.run('continue', inputsFor(outputs['hook-id'] ?? ''))).toBe(0);
    expect(shop.host.outputs['outcome']).toBe('completed');
    expect(operations(shop, before)).toEqual(['ContinueServiceDeployment', 'TagResource', 'TagResource']);
    shop.host.forget();
    await shop.run('history');
    expect(shop.host.infos.filter((line) => line.includes('release 1'))).toEqual([
      expect.stringMatching(/^→ release 1 .* 111111111111 .* web:2 worker:2$/) as string,
    ]);
    // The next deploy of the same finds nothing to do: neither release nor migration is lost.
    const done = shop.aws.mutations().length;
    expect(await shop.deploy()).toBe(0);
    expect(operations(shop, done)).toEqual(['TagResource', 'TagResource']);
  });

  it('with rollback ends it: what served before serves, no release is recorded, the rest is named', async () => {
    const { shop } = await handedOver();
    const before = shop.aws.mutations().length;
    expect(await shop.run('continue', { rollback: 'true' })).toBe(0);
    expect(shop.aws.callsOf('ContinueServiceDeployment').at(-1)?.input['action']).toBe('ROLLBACK');
    expect(operations(shop, before)).toEqual(['ContinueServiceDeployment']);
    expect(runs(shop, 'web', 'worker')).toEqual(['web:1', 'worker:2']);
    expect(shop.host.outputs['outcome']).toBe('completed');
    expect(shop.host.annotations.map(({ message }) => message).join('\n')).toContain(
      'deploy-action rollback --environment staging --services worker',
    );
  });

  it('that is rolled back after the traffic shifted is red', async () => {
    const { shop } = await handedOver({ ...withPause, bakeTimeInMinutes: 30 });
    shop.clock.at(shop.clock.elapsed + 5 * MINUTE, () => {
      void shop.aws.connect().then(async ({ ecs }) => {
        await ecs.stopServiceDeployment(
          shop.aws.ecs.service('web').currentServiceDeployment ?? '',
          'ROLLBACK',
        );
      });
    });
    expect(await shop.run('continue')).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect(runs(shop, 'web')).toEqual(['web:1']);
  });

  it('hands over again at the next hook', async () => {
    const { shop, outputs } = await handedOver({
      ...blueGreen,
      ...pauseAt([AFTER_TEST_TRAFFIC, 'POST_PRODUCTION_TRAFFIC_SHIFT']),
    });
    expect(await shop.run('continue')).toBe(0);
    expect(shop.host.outputs['outcome']).toBe('paused');
    expect(shop.host.outputs['hook-id']).not.toBe(outputs['hook-id']);
    expect(await shop.run('continue')).toBe(0);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it('gives both parts of a release one number when they are continued apart', async () => {
    const { shop, outputs } = await handedOver(withPause, withPause);
    const hooks = JSON.parse(outputs['hooks'] ?? '{}') as Record<string, string>;
    expect(Object.keys(hooks)).toEqual(['web', 'worker']);
    expect(await shop.run('continue', { 'hook-id': hooks['worker'] ?? '' })).toBe(0);
    expect(await shop.run('continue', { 'hook-id': hooks['web'] ?? '' })).toBe(0);
    shop.host.forget();
    await shop.run('history');
    expect(shop.host.infos.filter((line) => /release \d/.test(line))).toEqual([
      expect.stringMatching(/^→ release 1 .* web:2 worker:2$/) as string,
    ]);
  });

  it('whose answer is lost acts once', async () => {
    const { shop } = await handedOver();
    shop.aws.fault({ operation: 'ContinueServiceDeployment', nth: 1, kind: 'connection-reset-after' });
    expect(await shop.run('continue')).toBe(0);
    expect(shop.aws.callsOf('ContinueServiceDeployment')).toHaveLength(1);
  });

  it('of two services, one of which may not be continued, follows the other and is red', async () => {
    const { shop } = await handedOver(withPause, withPause);
    shop.aws.fault({ operation: 'ContinueServiceDeployment', nth: 1, kind: 'access-denied' });
    expect(await shop.run('continue')).toBe(1);
    expect(log(shop)).toContain('web: failed: not updated: ecs:ContinueServiceDeployment');
    expect(log(shop)).toContain('worker: completed');
  });

  it.each([
    ['nothing is paused', {}, 'no deployment of web, worker is paused at a lifecycle hook'],
    ['another hook is named', { 'hook-id': 'ecs-pause-gone' }, 'paused at the lifecycle hook ecs-pause-gone'],
  ])('is refused when %s', async (_why, inputs, message) => {
    const shop = shopWith(withPause);
    expect(await shop.run('continue', inputs)).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('refused');
    expect(shop.host.annotations.at(-1)?.title).toContain('NOTHING_PAUSED');
    expect(log(shop)).toContain(message);
    expect(shop.aws.mutations()).toEqual([]);
  });

  it('`rollback` of a paused deployment ends it', async () => {
    const { shop } = await handedOver();
    expect(await shop.run('rollback', { services: 'web' })).toBe(0);
    expect(runs(shop, 'web')).toEqual(['web:1']);
  });

  it('`rollback` after it completed passes the hooks of the way back', async () => {
    const { shop } = await handedOver();
    await shop.run('continue');
    expect(await shop.run('rollback', { services: 'web' })).toBe(0);
    expect(runs(shop, 'web')).toEqual(['web:1']);
    expect(log(shop)).toContain('Continuing web at a lifecycle hook: it is on its way back');
  });
});
