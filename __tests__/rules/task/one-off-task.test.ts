import type { JsonObject } from '../../../src/rules/text/json.ts';
import { logLocation, logStreamName } from '../../../src/rules/task/log-location.ts';
import type { LogLocation } from '../../../src/rules/task/log-location.ts';
import { runTaskInput } from '../../../src/rules/task/run-task-input.ts';
import { clientToken, startedBy, taskKey } from '../../../src/rules/task/task-key.ts';
import type { TaskIdentity } from '../../../src/rules/task/task-key.ts';
import { taskPollInterval } from '../../../src/rules/task/task-poll-interval.ts';
import { describeSeconds, taskSeconds } from '../../../src/rules/task/task-timings.ts';
import { awaitsExitCode, isOver, taskVerdict } from '../../../src/rules/task/task-verdict.ts';
import type { EndedTask } from '../../../src/rules/task/task-verdict.ts';

describe('the verdict on a stopped task', () => {
  const own = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
  const app = (exitCode?: number, reason?: string) => ({ name: 'app', exitCode, reason });

  it.each<[reason: string, task: EndedTask, verdict: object]>([
    ['0 is success', { ...own, containers: [app(0)] }, { succeeded: true, exitCode: 0 }],
    [
      '0 without a stop code (emulators) is success',
      { containers: [app(0)] },
      { succeeded: true, exitCode: 0 },
    ],
    [
      '1 is failure',
      { ...own, containers: [app(1)] },
      { succeeded: false, exitCode: 1, reason: 'exited with code 1' },
    ],
    [
      '127 is failure',
      { ...own, containers: [app(127)] },
      { succeeded: false, exitCode: 127, reason: 'exited with code 127' },
    ],
    [
      '137 is failure, with the container’s reason',
      { ...own, containers: [app(137, 'OutOfMemoryError: Container killed due to memory usage')] },
      {
        succeeded: false,
        exitCode: 137,
        reason: 'exited with code 137: OutOfMemoryError: Container killed due to memory usage',
      },
    ],
    [
      'no exit code is failure, with what ECS says',
      {
        stopCode: 'TaskFailedToStart',
        stoppedReason: 'Task failed to start',
        containers: [app(undefined, 'CannotPullContainerError: not found')],
      },
      {
        succeeded: false,
        reason:
          'never ran to an exit code: TaskFailedToStart: Task failed to start: CannotPullContainerError: not found',
      },
    ],
    [
      'no container is failure',
      { ...own, containers: [] },
      {
        succeeded: false,
        reason: 'never ran to an exit code: EssentialContainerExited: Essential container in task exited',
      },
    ],
    ['no containers at all is failure', {}, { succeeded: false, reason: 'never ran to an exit code' }],
    [
      'a sidecar’s failure does not count',
      { ...own, containers: [{ name: 'log', exitCode: 1 }, app(0)] },
      { succeeded: true, exitCode: 0 },
    ],
    [
      'a sidecar’s success does not count',
      { ...own, containers: [{ name: 'log', exitCode: 0 }, app(3)] },
      { succeeded: false, exitCode: 3, reason: 'exited with code 3' },
    ],
    [
      '0 after somebody stopped the task is failure',
      { stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user', containers: [app(0)] },
      {
        succeeded: false,
        exitCode: 0,
        reason: 'was stopped before its end: UserInitiated: Task stopped by user',
      },
    ],
    [
      '0 after a Spot interruption is failure',
      { stopCode: 'SpotInterruption', containers: [app(0)] },
      { succeeded: false, exitCode: 0, reason: 'was stopped before its end: SpotInterruption' },
    ],
    [
      '143 tells who stopped it',
      { stopCode: 'UserInitiated', stoppedReason: 'by mika', containers: [app(143)] },
      { succeeded: false, exitCode: 143, reason: 'exited with code 143: UserInitiated: by mika' },
    ],
  ])('%s', (_reason, task, verdict) => {
    expect(taskVerdict(task, 'app')).toEqual(verdict);
  });
});

describe('a task is over', () => {
  const ended = { executionStoppedAt: new Date(), stopCode: 'EssentialContainerExited' };

  it.each<[reason: string, task: EndedTask, over: boolean]>([
    ['not while it runs', { lastStatus: 'RUNNING', containers: [{ name: 'app' }] }, false],
    ['when it has stopped', { lastStatus: 'STOPPED' }, true],
    [
      'when our container has ended and only the network is left',
      { ...ended, lastStatus: 'DEPROVISIONING', containers: [{ name: 'app', exitCode: 0 }] },
      true,
    ],
    [
      'not before our container’s exit code is there',
      { ...ended, lastStatus: 'DEPROVISIONING', containers: [{ name: 'app' }, { name: 'log', exitCode: 0 }] },
      false,
    ],
    [
      'not before ECS says why',
      { executionStoppedAt: new Date(), lastStatus: 'STOPPING', containers: [{ name: 'app', exitCode: 0 }] },
      false,
    ],
    [
      'not while other containers run',
      {
        stopCode: 'EssentialContainerExited',
        lastStatus: 'STOPPING',
        containers: [{ name: 'app', exitCode: 0 }],
      },
      false,
    ],
  ])('%s', (_reason, task, over) => {
    expect(isOver(task, 'app')).toBe(over);
  });

  it.each<[reason: string, task: EndedTask, awaits: boolean]>([
    [
      'where a container exited but ours has no code yet',
      { stopCode: 'EssentialContainerExited', containers: [{ name: 'app' }] },
      true,
    ],
    [
      'not where it is there',
      { stopCode: 'EssentialContainerExited', containers: [{ name: 'app', exitCode: 3 }] },
      false,
    ],
    [
      'not where the task never started',
      { stopCode: 'TaskFailedToStart', containers: [{ name: 'app' }] },
      false,
    ],
  ])('and its exit code may still come: %s', (_reason, task, awaits) => {
    expect(awaitsExitCode(task, 'app')).toBe(awaits);
  });
});

describe('the key of a one-off task', () => {
  const identity: TaskIdentity = {
    repository: 'acme/shop',
    environment: 'staging',
    cluster: 'staging',
    imageDigest: 'sha256:aa',
    runId: '4711',
    service: 'web',
    container: 'app',
    command: ['bin/rails', 'db:migrate'],
  };

  it('is the same in every attempt of a run', () => {
    expect(taskKey({ ...identity })).toBe(taskKey(identity));
  });

  it.each<[what: string, other: Partial<TaskIdentity>]>([
    ['repository', { repository: 'acme/other' }],
    ['environment', { environment: 'production' }],
    ['cluster', { cluster: 'production' }],
    ['image', { imageDigest: 'sha256:bb' }],
    ['run', { runId: '4712' }],
    ['service', { service: 'worker' }],
    ['container', { container: 'devops' }],
    ['command', { command: ['bin/rails db:migrate'] }],
  ])('is another with another %s', (_what, other) => {
    expect(taskKey({ ...identity, ...other })).not.toBe(taskKey(identity));
  });

  it('makes texts that ECS takes', () => {
    const key = taskKey(identity);

    expect(startedBy('before-deploy', key)).toMatch(/^deploy-action\/before-deploy\/[0-9a-f]{32}$/);
    expect(startedBy('before-deploy', key).length).toBeLessThanOrEqual(128);
    expect(clientToken(key, 12, 4)).toBe(`${key}-12-4`);
    expect(clientToken(key, 1000, 100).length).toBeLessThanOrEqual(64);
  });
});

describe('the request that starts a task', () => {
  const task = {
    cluster: 'staging',
    taskDefinition: 'shop:7',
    container: 'app',
    command: ['migrate'],
    startedBy: 'deploy-action/migrate/k',
    clientToken: 'k-0-0',
  };
  const base = {
    cluster: 'staging',
    taskDefinition: 'shop:7',
    count: 1,
    startedBy: 'deploy-action/migrate/k',
    clientToken: 'k-0-0',
    overrides: { containerOverrides: [{ name: 'app', command: ['migrate'] }] },
  };
  const networkConfiguration = {
    awsvpcConfiguration: {
      subnets: ['subnet-1'],
      securityGroups: ['sg-1'],
      assignPublicIp: 'DISABLED' as const,
    },
  };
  const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }];

  it.each([
    [
      'Fargate: network, launch type, platform',
      { networkConfiguration, launchType: 'FARGATE' as const, platformVersion: '1.4.0' },
      { networkConfiguration, launchType: 'FARGATE', platformVersion: '1.4.0' },
    ],
    [
      'a strategy, and then no launch type',
      { networkConfiguration, launchType: 'FARGATE' as const, capacityProviderStrategy },
      { networkConfiguration, capacityProviderStrategy },
    ],
    [
      'EC2 with bridge network',
      { launchType: 'EC2' as const, capacityProviderStrategy: [] },
      { launchType: 'EC2' },
    ],
    [
      'EC2 with constraints',
      {
        launchType: 'EC2' as const,
        placementConstraints: [{ type: 'memberOf' as const, expression: 'attribute:pool == jobs' }],
      },
      {
        launchType: 'EC2',
        placementConstraints: [{ type: 'memberOf', expression: 'attribute:pool == jobs' }],
      },
    ],
    ['nothing, where the service says nothing', {}, {}],
  ])('copies from the service: %s', (_reason, service, copied) => {
    expect(runTaskInput(service, task)).toEqual({ ...base, ...copied });
  });
});

describe('where a container logs', () => {
  const definition = (logConfiguration?: JsonObject): JsonObject => ({
    containerDefinitions: [{ name: 'app', ...(logConfiguration === undefined ? {} : { logConfiguration }) }],
  });
  const options = {
    'awslogs-group': '/ecs/shop',
    'awslogs-region': 'us-west-2',
    'awslogs-stream-prefix': 'ecs',
  };

  it.each<[reason: string, logConfiguration: JsonObject | undefined, location: LogLocation]>([
    [
      'group, region and prefix',
      { logDriver: 'awslogs', options },
      { group: '/ecs/shop', region: 'us-west-2', prefix: 'ecs' },
    ],
    [
      'the target’s region where none is named',
      { logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' } },
      { group: 'g', region: 'eu-west-1', prefix: 'p' },
    ],
    [
      'no prefix (EC2)',
      { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } },
      { group: 'g', region: 'eu-west-1' },
    ],
    [
      'another driver',
      { logDriver: 'awsfirelens' },
      { unreadable: 'container app logs with the driver awsfirelens, only awslogs can be followed' },
    ],
    [
      'no group',
      { logDriver: 'awslogs', options: {} },
      { unreadable: 'container app names no awslogs-group' },
    ],
    ['nothing', undefined, { unreadable: 'container app has no logConfiguration' }],
  ])('is read from the definition that runs: %s', (_reason, logConfiguration, location) => {
    expect(logLocation(definition(logConfiguration), 'app', 'eu-west-1')).toEqual(location);
  });

  it.each([
    ['prefix/container/task-id', 'ecs', undefined, 'ecs/app/0123'],
    ['the container’s Docker id without a prefix', undefined, 'd0cker', 'd0cker'],
    ['unknown until that id is there', undefined, undefined, undefined],
  ])('names its stream: %s', (_reason, prefix, runtimeId, expected) => {
    expect(logStreamName(prefix, 'app', { id: '0123', runtimeId })).toBe(expected);
  });
});

describe('the seconds of a task', () => {
  const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000);

  it.each([
    [
      'a whole life',
      {
        createdAt: at(0),
        pullStartedAt: at(12),
        pullStoppedAt: at(20.25),
        startedAt: at(21),
        executionStoppedAt: at(24.4),
        stoppedAt: at(40),
      },
      { provision: 12, pull: 8.3, run: 3.4 },
    ],
    [
      'no pull (cached image)',
      { createdAt: at(0), startedAt: at(5), stoppedAt: at(7) },
      { provision: 5, run: 2 },
    ],
    ['never started', { createdAt: at(0), pullStartedAt: at(9), stoppedAt: at(30) }, { provision: 9 }],
    ['nothing known', {}, {}],
    ['clocks that disagree', { startedAt: at(2), stoppedAt: at(1) }, { run: 0 }],
  ])('%s', (_reason, moments, seconds) => {
    expect(taskSeconds(moments)).toEqual(seconds);
  });

  it('read as one line', () => {
    expect(describeSeconds({ provision: 12, pull: 8.3, run: 3.4 })).toBe(
      'provision 12 s, pull 8.3 s, run 3.4 s',
    );
  });
});

describe('the pause between two looks at a task', () => {
  it.each([
    ['2 s at least at first', 0, 0, 2000],
    ['3 s at most at first', 60_000, 0.999_999, 3000],
    ['4 s at least later', 120_000, 0, 4000],
    ['6 s at most ever', 36_000_000, 0.999_999, 6000],
  ])('is %s', (_reason, elapsed, random, expected) => {
    expect(taskPollInterval(elapsed, random)).toBe(expected);
  });
});
