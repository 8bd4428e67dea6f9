import type { Aws } from '../../../src/ports/aws.ts';
import { FakeClock } from '../clock.ts';
import {
  breaker,
  completes,
  crashLoops,
  FakeAws,
  neverSteady,
  type RolloutScript,
  scaledToZero,
  supersededBy,
} from './fake-aws.ts';

const update = { cluster: 'staging', service: 'web', taskDefinition: 'web:2' };

async function rollOut(
  script: RolloutScript,
  setup: { desiredCount?: number; serviceDeployments?: boolean } = {},
) {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  for (const image of ['shop:1', 'shop:2', 'shop:3']) {
    aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image }] });
  }
  aws.ecs.addService({ cluster: 'staging', name: 'web', taskDefinition: 'web:1', desiredCount: 2, ...setup });
  const before = aws.ecs.service('web').deployments[0]?.id ?? '';
  aws.ecs.nextRollout('web', script);
  const connected = await aws.connect();
  const updated = await connected.ecs.updateService(update);
  const ours = updated.deployments?.[0]?.id ?? '';
  const name = (id: string) => (id === before ? 'before' : id === ours ? 'ours' : 'other');
  /** [which, status, rollout state, desired, running, failed] after that many seconds from now. */
  const after = async (seconds: number) => {
    await clock.advance(seconds * 1000);
    const { deployments } = aws.ecs.service('web');
    return deployments.map((d) => [
      name(d.id),
      d.status,
      d.rolloutState,
      d.desiredCount,
      d.runningCount,
      d.failedTasks,
    ]);
  };
  return { clock, aws, ours, before, after, connected, updated };
}

function events(aws: FakeAws): string[] {
  const tidy = (message: string) =>
    message.replaceAll(/\(task [0-9a-f]{32}\)/g, '(task)').replaceAll(/ecs-svc\/\d{19}/g, 'ecs-svc/N');
  return aws.ecs
    .service('web')
    .events.map(({ message }) => tidy(message))
    .toReversed();
}

async function statusOf({ ecs }: Aws): Promise<string | undefined> {
  return (await ecs.listServiceDeployments('staging', 'web'))[0]?.status;
}

describe('completes', () => {
  it('replaces the tasks, drains the old ones and says so', async () => {
    const { aws, after, updated } = await rollOut(completes({ afterSeconds: 10, drainSeconds: 5 }));
    expect(updated.deployments?.[0]?.id).toMatch(/^ecs-svc\/\d{19}$/);
    expect(await after(6)).toEqual([
      ['ours', 'PRIMARY', 'IN_PROGRESS', 2, 0, 0],
      ['before', 'ACTIVE', 'COMPLETED', 2, 2, 0],
    ]);
    expect(await after(6)).toEqual([
      ['ours', 'PRIMARY', 'IN_PROGRESS', 2, 2, 0],
      ['before', 'ACTIVE', 'COMPLETED', 2, 2, 0],
    ]);
    expect(await after(3)).toEqual([['ours', 'PRIMARY', 'COMPLETED', 2, 2, 0]]);
    expect(events(aws).slice(3)).toEqual([
      '(service web) has started 2 tasks: (task) (task).',
      '(service web) has stopped 2 running tasks: (task) (task).',
      '(service web) (deployment ecs-svc/N) deployment completed.',
      '(service web) has reached a steady state.',
    ]);
  });

  it('starts no deployment where the service already has that definition, unless it is forced to', async () => {
    const { connected, ours, clock } = await rollOut(completes({ afterSeconds: 1 }));
    await clock.advance(2000);
    const same = await connected.ecs.updateService(update);
    expect(same.deployments?.map(({ id }) => id)).toEqual([ours]);
    const forced = await connected.ecs.updateService({ ...update, forceNewDeployment: true });
    expect(forced.deployments).toHaveLength(2);
  });
});

describe('breaker', () => {
  it('fails after so many tasks and makes the deployment of before PRIMARY again, under its old id', async () => {
    const { aws, after } = await rollOut(breaker({ failedTasks: 3, afterSeconds: 30, rollbackSeconds: 5 }));
    expect(await after(21)).toEqual([
      ['ours', 'PRIMARY', 'IN_PROGRESS', 2, 0, 2],
      ['before', 'ACTIVE', 'COMPLETED', 2, 2, 0],
    ]);
    expect(await after(9)).toEqual([
      ['before', 'PRIMARY', 'IN_PROGRESS', 2, 2, 0],
      ['ours', 'ACTIVE', 'FAILED', 0, 0, 3],
    ]);
    expect(aws.ecs.service('web').deployments[0]?.rolloutStateReason).toMatch(
      /^ECS deployment circuit breaker: rolling back to deploymentId /,
    );
    expect(await after(5)).toEqual([['before', 'PRIMARY', 'COMPLETED', 2, 2, 0]]);
    expect(aws.ecs.service('web').taskDefinition).toMatch(/web:1$/);
    expect(events(aws)).toContain(
      '(service web) (deployment ecs-svc/N) deployment failed: tasks failed to start.',
    );
    expect(events(aws)).toContain('(service web) rolling back to deployment ecs-svc/N.');
  });

  it('leaves it FAILED without a rollback', async () => {
    const { after } = await rollOut(breaker({ rollback: false, afterSeconds: 10 }));
    expect(await after(60)).toEqual([
      ['ours', 'PRIMARY', 'FAILED', 2, 0, 3],
      ['before', 'ACTIVE', 'COMPLETED', 2, 2, 0],
    ]);
  });

  it('leaves stopped tasks with their reasons, exit codes and log lines', async () => {
    const { aws, ours, after } = await rollOut(
      breaker({
        failedTasks: 2,
        exitCode: 137,
        containerReason: 'OutOfMemoryError: Container killed due to memory usage',
      }),
    );
    await after(60);
    expect(
      aws.ecs.tasks({ startedBy: ours }).map(({ lastStatus, stopCode, stoppedReason, containers }) => ({
        lastStatus,
        stopCode,
        stoppedReason,
        ...containers[0],
      })),
    ).toMatchObject(
      Array(2).fill({
        lastStatus: 'STOPPED',
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        exitCode: 137,
        reason: 'OutOfMemoryError: Container killed due to memory usage',
      }),
    );
  });

  it('knows tasks that never started: no exit code', async () => {
    const { aws, ours, after } = await rollOut(
      breaker({ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: gone' }),
    );
    await after(60);
    const [task] = aws.ecs.tasks({ startedBy: ours });
    expect(task).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: gone',
    });
    expect(task?.containers[0]).not.toHaveProperty('exitCode');
  });
});

it('crashLoops goes on for ever', async () => {
  const { after } = await rollOut(crashLoops({ everySeconds: 10 }));
  expect((await after(601))[0]).toEqual(['ours', 'PRIMARY', 'IN_PROGRESS', 2, 0, 60]);
});

it('neverSteady stays in progress with tasks that are pending', async () => {
  const { aws, after } = await rollOut(neverSteady());
  expect((await after(3600))[0]).toEqual(['ours', 'PRIMARY', 'IN_PROGRESS', 2, 0, 0]);
  expect(aws.ecs.service('web').pendingCount).toBe(2);
  expect(events(aws).at(-1)).toContain('was unable to place a task');
});

it('supersededBy makes the deployment of somebody else PRIMARY', async () => {
  const { aws, after } = await rollOut(supersededBy('web:3', { afterSeconds: 5 }));
  expect((await after(5)).map(([which, status]) => [which, status])).toEqual([
    ['other', 'PRIMARY'],
    ['ours', 'ACTIVE'],
    ['before', 'ACTIVE'],
  ]);
  expect((await after(5)).map(([which, status, state]) => [which, status, state])).toEqual([
    ['other', 'PRIMARY', 'COMPLETED'],
  ]);
  expect(aws.ecs.service('web').taskDefinition).toMatch(/web:3$/);
});

it('scaledToZero completes with nothing running', async () => {
  const { aws, after } = await rollOut(scaledToZero({ afterSeconds: 5 }));
  expect(await after(6)).toEqual([['ours', 'PRIMARY', 'COMPLETED', 0, 0, 0]]);
  expect(aws.ecs.service('web')).toMatchObject({ desiredCount: 0, runningCount: 0 });
});

describe('service deployments of', () => {
  it.each([
    [completes({ afterSeconds: 10 }), ['IN_PROGRESS', 'SUCCESSFUL']],
    [
      breaker({ afterSeconds: 6, rollbackSeconds: 6 }),
      ['IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL'],
    ],
    [
      breaker({ afterSeconds: 6, rollbackFails: true }),
      ['IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED'],
    ],
    [breaker({ afterSeconds: 6, rollback: false }), ['IN_PROGRESS', 'STOPPED']],
  ])('script %# go through %j', async (script, statuses) => {
    const { connected, clock } = await rollOut(script, { serviceDeployments: true });
    const seen: (string | undefined)[] = [];
    for (let second = 0; second < 20; second += 1) {
      seen.push(await statusOf(connected));
      await clock.advance(1000);
    }
    expect([...new Set(seen)]).toEqual(statuses);
  });

  it('a deployment that is stopped with ABORT, and one with ROLLBACK, go through their requests', async () => {
    const { connected, clock, updated } = await rollOut(neverSteady(), { serviceDeployments: true });
    const arn = updated.currentServiceDeployment ?? '';
    const seen = [];
    await connected.ecs.stopServiceDeployment(arn, 'ROLLBACK');
    for (const seconds of [0, 1, 10]) {
      await clock.advance(seconds * 1000);
      seen.push(await statusOf(connected));
    }
    expect(seen).toEqual(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL']);
    const again = await connected.ecs.updateService(update);
    await connected.ecs.stopServiceDeployment(again.currentServiceDeployment ?? '', 'ABORT');
    expect(await statusOf(connected)).toBe('STOP_REQUESTED');
    await clock.advance(2000);
    expect(await statusOf(connected)).toBe('STOPPED');
  });
});

describe('UpdateService refuses', () => {
  it.each([
    ['CODE_DEPLOY', 'Use AWS CodeDeploy'],
    ['EXTERNAL', 'EXTERNAL deployment controller'],
  ])('a task definition for a service that %s rolls out', async (type, words) => {
    const aws = new FakeAws({ clock: new FakeClock() });
    aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'a' }] });
    aws.ecs.addService({
      cluster: 'staging',
      name: 'web',
      taskDefinition: 'web',
      deploymentController: { type },
    });
    const { ecs } = await aws.connect();
    await expect(ecs.updateService({ ...update, taskDefinition: 'web:1' })).rejects.toThrow(words);
  });

  it('a service that is gone, and a revision that is inactive', async () => {
    const aws = new FakeAws({ clock: new FakeClock() });
    aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'a' }] });
    aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'b' }] });
    aws.ecs.addService({ cluster: 'staging', name: 'web', taskDefinition: 'web:1' });
    aws.ecs.addService({ cluster: 'staging', name: 'old', taskDefinition: 'web:1', status: 'INACTIVE' });
    const { ecs } = await aws.connect();
    await expect(ecs.updateService({ ...update, service: 'old' })).rejects.toMatchObject({
      awsCode: 'ServiceNotActiveException',
    });
    aws.ecs.taskDefinitions.deregister('web:2');
    await expect(ecs.updateService(update)).rejects.toThrow('TaskDefinition is inactive');
    expect((await ecs.describeTaskDefinition('web')).arn).toMatch(/web:1$/);
    expect((await ecs.describeTaskDefinition('web:2')).definition['status']).toBe('INACTIVE');
  });
});
