import { finish } from '../../src/commands/finish.ts';
import { main } from '../../src/main.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { RolloutState, TaskState } from '../../src/rules/record/saved-state.ts';
import { neverSteady, shiftsTraffic } from '../fakes/aws/fake-aws.ts';
import type { FaultKind } from '../fakes/aws/faults.ts';
import { Shop } from '../fakes/shop.ts';

const running = (shop: Shop, service: string) =>
  shop.aws.ecs.service(service).taskDefinition.split('/').at(-1);
const mutations = (shop: Shop) => shop.aws.mutations().map(({ operation }) => operation);
const said = (shop: Shop) => shop.host.lines.join('\n');

/** A deploy that SIGKILL ends at a moment: AWS stays as it was then, and so does what was saved. */
async function killedAt(milliseconds: number, shop = new Shop()): Promise<Shop> {
  const { clock, host, aws } = shop;
  const forever = new Promise<void>(() => undefined);
  let isDead = false;
  const killed = new Promise<undefined>((resolve) => {
    clock.at(milliseconds, () => {
      isDead = true;
      resolve(undefined);
    });
  });
  const dying: Clock = {
    now: () => clock.now(),
    random: () => clock.random(),
    sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (isDead ? forever : undefined)),
  };
  expect(await Promise.race([main({ ...shop.world(), clock: dying }), killed])).toBeUndefined();
  host.forget();
  aws.calls.length = 0;
  return shop;
}

const slowMigration = (shop = new Shop()) => {
  shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 600 });
  return shop;
};
const slowRollout = (onCancel: 'keep' | 'rollback') => {
  const shop = new Shop();
  shop.configure((yaml) => `${yaml}rollout: { on-cancel: ${onCancel} }\n`);
  shop.aws.ecs.nextRollout('web', neverSteady());
  return shop;
};

describe('after a run that came to its end', () => {
  it.each([
    ['completed', new Shop(), 0],
    ['failed in its migration', failingMigration(), 1],
    ['was rolled back', slowRollout('rollback'), 1],
  ])('that %s, the post step calls nothing and says nothing', async (_how, shop, exitCode) => {
    expect(await shop.deploy()).toBe(exitCode);
    shop.host.forget();
    shop.aws.calls.length = 0;
    await finish(shop.world());
    expect(shop.aws.calls).toEqual([]);
    expect(shop.host.lines).toEqual([]);
  });
});

function failingMigration(): Shop {
  const shop = new Shop();
  shop.aws.ecs.nextTask({}, { exitCode: 3 });
  return shop;
}

describe('after a run that was killed in its migration', () => {
  it('the post step says that it still runs, and how to end it, and leaves it alone', async () => {
    const shop = await killedAt(60_000, slowMigration());
    await finish(shop.world());
    expect(shop.host.annotations).toMatchObject([{ level: 'warning', title: 'A task still runs' }]);
    const [task] = shop.aws.ecs.tasks({ group: 'family:web' });
    expect(said(shop)).toContain(
      `(migrate) still runs. End it with: aws ecs stop-task --cluster staging --task ${task?.taskArn ?? '?'} --region ap-northeast-1`,
    );
    expect(mutations(shop)).toEqual([]);
  });

  it('the post step stops it with `on-cancel: stop`, and once', async () => {
    const shop = slowMigration();
    shop.configure((yaml) => yaml.replace('timeout: 10m', 'timeout: 10m, on-cancel: stop'));
    await killedAt(60_000, shop);
    await finish(shop.world());
    await finish(shop.world());
    expect(mutations(shop)).toEqual(['StopTask']);
    expect(said(shop)).toContain('was told to stop');
    expect(shop.host.annotations).toEqual([]);
  });

  it('the post step finds the task whose ARN never came', async () => {
    const shop = await killedAt(60_000, slowMigration());
    const [name = '', text = ''] =
      Object.entries(shop.host.states).find(([key]) => key.startsWith('task-')) ?? [];
    const { arn, ...asked } = JSON.parse(text) as TaskState;
    shop.host.states[name] = JSON.stringify({ ...asked, onCancel: 'stop' });
    await finish(shop.world());
    expect(shop.aws.callsOf('StopTask').map(({ input }) => input['task'])).toEqual([arn]);
  });

  it('the post step says so when it has ended meanwhile', async () => {
    const shop = await killedAt(60_000, slowMigration());
    await shop.clock.advance(700_000);
    await finish(shop.world());
    expect(said(shop)).toMatch(/^Task [0-9a-f]+ \(migrate\) has ended$/);
  });
});

const shifting = (onCancel: 'keep' | 'rollback') => {
  const web = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
  const shop = new Shop({ serviceDeployments: true, deploymentConfiguration: { web } });
  shop.configure((yaml) => `${yaml}rollout: { on-cancel: ${onCancel} }\n`);
  return shop;
};

describe('after a run that was killed while traffic shifts', () => {
  it.each([
    ['in the middle', 60_000, shifting('rollback')],
    ['while it bakes and deployments[] calls it complete', 120_000, settling()],
  ])('%s, the post step stops the shift with `on-cancel: rollback`, and once', async (_when, at, shop) => {
    await killedAt(at, shop);
    await finish(shop.world());
    await finish(shop.world());
    expect(shop.aws.callsOf('StopServiceDeployment').map(({ input }) => input)).toEqual([
      {
        serviceDeploymentArn: shop.aws.ecs.service('web').currentServiceDeployment,
        stopType: 'ROLLBACK',
      },
    ]);
    expect(shop.aws.callsOf('UpdateService').map(({ input }) => input['service'])).toEqual(['worker']);
    expect(said(shop)).toContain('web: sent back to web:1, not waited for');
    await shop.clock.advance(60_000);
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:1', 'worker:1']);
  });

  it('the post step names the command that stops the shift', async () => {
    const shop = await killedAt(60_000, shifting('keep'));
    await finish(shop.world());
    const arn = shop.aws.ecs.service('web').currentServiceDeployment ?? '?';
    expect(said(shop)).toContain(
      `To end it: aws ecs stop-service-deployment --service-deployment-arn ${arn} --stop-type ROLLBACK --region ap-northeast-1`,
    );
    expect(mutations(shop)).toEqual([]);
  });

  it('the post step takes another way back where it may not stop the shift', async () => {
    const shop = await killedAt(60_000, shifting('rollback'));
    shop.aws.fault({ operation: 'StopServiceDeployment', kind: 'access-denied' });
    await finish(shop.world());
    expect(running(shop, 'web')).toBe('web:1');
    expect(said(shop)).toContain('web is not stopped: ecs:StopServiceDeployment');
  });
});

function settling(): Shop {
  const shop = shifting('rollback');
  shop.aws.ecs.nextRollout('web', shiftsTraffic({ settlesInBake: true }));
  return shop;
}

describe('after a run that was killed in its rollout', () => {
  it('the post step says where it stands, and how to end it', async () => {
    const shop = await killedAt(60_000, slowRollout('keep'));
    await finish(shop.world());
    expect(said(shop)).toContain(
      'web: web:2 is IN_PROGRESS, 0 of 2 tasks run. To end it: aws ecs update-service --cluster staging --service web --task-definition web:1 --region ap-northeast-1',
    );
    expect(said(shop)).toContain('worker: worker:2 is COMPLETED, 2 of 2 tasks run');
    expect(mutations(shop)).toEqual([]);
  });

  it('the post step sends every service back with `on-cancel: rollback`, and once', async () => {
    const shop = await killedAt(60_000, slowRollout('rollback'));
    await finish(shop.world());
    await finish(shop.world());
    expect(mutations(shop)).toEqual(['UpdateService', 'UpdateService']);
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:1', 'worker:1']);
    expect(said(shop)).toContain('web: our deployment is not the current one');
  });

  it('the post step sends back what UpdateService never answered for', async () => {
    const shop = await killedAt(60_000, slowRollout('rollback'));
    const { deploymentId, ...asked } = JSON.parse(shop.host.states['rollout-web'] ?? '') as RolloutState;
    expect(deploymentId).toMatch(/^ecs-svc\//);
    shop.host.states['rollout-web'] = JSON.stringify(asked);
    await finish(shop.world());
    expect(running(shop, 'web')).toBe('web:1');
  });

  it('the post step touches nothing that somebody else has deployed meanwhile', async () => {
    const shop = await killedAt(60_000, slowRollout('rollback'));
    shop.aws.ecs.updateService('web', { taskDefinition: 'web:1' });
    shop.aws.ecs.updateService('web', { taskDefinition: 'web:2' });
    await finish(shop.world());
    expect(running(shop, 'web')).toBe('web:2');
  });

  it('the post step touches nothing when the update never reached ECS', async () => {
    const shop = await killedAt(60_000, slowRollout('rollback'));
    const { deploymentId, ...asked } = JSON.parse(shop.host.states['rollout-web'] ?? '') as RolloutState;
    shop.host.states['rollout-web'] = JSON.stringify({ ...asked, earlierDeploymentId: deploymentId });
    await finish(shop.world());
    expect(running(shop, 'web')).toBe('web:2');
  });

  it('a lost answer doubles nothing', async () => {
    const shop = await killedAt(60_000, slowRollout('rollback'));
    shop.aws.fault({ operation: 'UpdateService', nth: 1, kind: 'connection-reset-after' });
    await finish(shop.world());
    expect(mutations(shop)).toEqual(['UpdateService', 'UpdateService']);
  });

  it.each<[FaultKind, string]>([
    ['access-denied', 'AccessDenied'],
    ['http-500', 'Please try again later'],
    ['expired-token', 'expired'],
  ])('%s never fails the job: what may go on is named with its command', async (kind, reason) => {
    const shop = await killedAt(60_000, slowRollout('rollback'));
    shop.aws.fault({ operation: '*', times: Infinity, kind });
    await finish(shop.world());
    expect(shop.host.annotations.map(({ level, title }) => `${level} ${title}`)).toEqual([
      'warning Not finished',
      'warning Not finished',
    ]);
    expect(said(shop)).toContain(reason);
    expect(said(shop)).toContain(
      'aws ecs update-service --cluster staging --service web --task-definition web:1',
    );
  });
});

it('an AWS that does not answer holds the job no longer than a minute', async () => {
  const shop = await killedAt(60_000, slowRollout('rollback'));
  const startedAt = shop.clock.now();
  await finish({ ...shop.world(), connectAws: () => new Promise(() => undefined) });
  expect(shop.clock.now() - startedAt).toBeLessThanOrEqual(60_000);
  expect(said(shop)).toContain('the rollout of service web may go on: AWS did not answer in time');
});

it('a run that lost AWS is no cancelled one: the post step undoes nothing', async () => {
  const shop = slowRollout('rollback');
  shop.aws.fault({ operation: 'DescribeServices', nth: 3, times: 1, kind: 'access-denied' });
  expect(await shop.deploy()).toBe(1);
  shop.aws.calls.length = 0;
  await finish(shop.world());
  expect(mutations(shop)).toEqual([]);
  expect(said(shop)).toContain('web: web:2 is IN_PROGRESS');
});

it('the folder of a killed build is removed, without a word to AWS', async () => {
  const shop = new Shop();
  const removed: string[] = [];
  shop.host.states['folder-x1'] = '/tmp/deploy-action-docker-x1';
  const world = shop.world();
  const builder = Object.assign(Object.create(world.builder) as typeof world.builder, {
    removeFolder: async (folder: string) => void removed.push(folder),
  });
  await finish({ ...world, builder });
  expect(removed).toEqual(['/tmp/deploy-action-docker-x1']);
  expect([shop.aws.calls, shop.host.lines]).toEqual([[], []]);
});

describe('a cancelled run', () => {
  it('on GitHub leaves the rest to the post step', async () => {
    const shop = slowMigration();
    shop.clock.at(60_000, () => shop.cancel());
    expect(await shop.deploy()).toBe(130);
    expect(shop.host.states['ended']).toBe('cancelled');
    shop.host.forget();
    await finish(shop.world());
    expect(said(shop)).toContain('(migrate) still runs');
  });

  it('in a terminal finishes at once what it could not, and names nothing twice', async () => {
    const shop = slowRollout('rollback');
    shop.host.kind = 'terminal';
    shop.aws.fault({ operation: 'UpdateService', nth: 3, times: 1, kind: 'http-500' });
    shop.clock.at(60_000, () => shop.cancel());
    expect(await shop.deploy()).toBe(130);
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:1', 'worker:1']);

    const kept = slowMigration();
    kept.host.kind = 'terminal';
    kept.clock.at(60_000, () => kept.cancel());
    await kept.deploy();
    expect(said(kept).match(/aws ecs stop-task/g)).toHaveLength(1);
  });
});
