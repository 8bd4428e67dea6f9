import type { OneOffPlan } from '../../../src/config/plan.ts';
import { runOneOffTask } from '../../../src/steps/task/one-off-task.ts';
import type { OneOffTask } from '../../../src/steps/task/one-off-task.ts';
import type { RunTaskScript } from '../../fakes/aws/ecs-run-task.ts';
import {
  CLUSTER,
  IMAGE,
  LOG_GROUP,
  NETWORK,
  NEW_IMAGE,
  servicePlan,
  shop,
  shopDefinition,
} from '../../fixtures/shop.ts';
import { rejectionOf } from '../../fixtures/thrown.ts';

const RUN = { repository: 'acme/shop', environment: 'staging', cluster: CLUSTER, runId: '4711' };
const PLAN: OneOffPlan = {
  service: 'web',
  command: ['bin/rails', 'db:migrate'],
  timeoutSeconds: 1800,
  onCancel: 'keep',
};

interface Setting {
  plan?: Partial<OneOffPlan>;
  /** Of our container. */
  app?: object;
  /** Of the service. */
  service?: object;
  /** What becomes of the next tasks, in turn. */
  tasks?: RunTaskScript[];
}

/** The service web, and its migration on revision shop:2, ready to run. */
async function migration({ plan = {}, app = {}, service = {}, tasks = [] }: Setting = {}) {
  const world = await shop();
  world.aws.ecs.register(shopDefinition('shop'));
  world.addService('web', 'shop', service);
  const [live] = await world.live(servicePlan('web'));
  const { arn } = world.aws.ecs.register(shopDefinition('shop', { app: { image: NEW_IMAGE, ...app } }));
  const taskDefinition = await world.context.ecs.describeTaskDefinition(arn);
  for (const script of tasks) world.aws.ecs.nextTask('shop', script);
  const request: OneOffTask = {
    purpose: 'migrate',
    plan: { ...PLAN, ...plan },
    service: live!,
    taskDefinition,
    image: IMAGE,
    run: RUN,
  };
  return {
    ...world,
    request,
    run: () => runOneOffTask(world.context, request),
    tasks: () => world.aws.ecs.tasks({ group: 'family:shop' }),
    said: () => world.host.lines.join('\n'),
    /** What the post step would read; "" when there is nothing for it to do. */
    savedTask: () => Object.entries(world.host.states).find(([name]) => name.startsWith('task-'))?.[1] ?? '',
  };
}

const lines = (...messages: string[]) =>
  messages.map((message, index) => ({ afterSeconds: index * 0.1, message }));

describe('a one-off task', () => {
  it('runs the command on the new revision, in our container', async () => {
    const world = await migration();

    await world.run();

    expect(world.sent('RunTask')).toEqual([
      expect.objectContaining({
        cluster: CLUSTER,
        taskDefinition: world.request.taskDefinition.arn,
        count: 1,
        overrides: { containerOverrides: [{ name: 'app', command: ['bin/rails', 'db:migrate'] }] },
      }),
    ]);
  });

  it.each<[what: string, service: object, copied: object, absent: string]>([
    [
      'Fargate',
      {},
      { networkConfiguration: NETWORK, launchType: 'FARGATE', platformVersion: '1.4.0' },
      'capacityProviderStrategy',
    ],
    [
      'a capacity provider strategy',
      {
        launchType: undefined,
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 2, base: 1 }],
      },
      {
        networkConfiguration: NETWORK,
        capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 2, base: 1 }],
      },
      'launchType',
    ],
  ])('takes network and platform from the service: %s', async (_what, service, copied, absent) => {
    const world = await migration({ service });

    await world.run();

    const [input] = world.sent('RunTask');
    expect(input).toMatchObject(copied);
    expect(Object.keys(input ?? {})).not.toContain(absent);
  });

  it('R52: reports how long it waited, pulled and ran', async () => {
    const world = await migration({ tasks: [{ provisionSeconds: 12, pullSeconds: 8, runSeconds: 3.5 }] });

    const report = await world.run();

    expect(report).toMatchObject({
      purpose: 'migrate',
      service: 'web',
      state: 'succeeded',
      exitCode: 0,
      seconds: { provision: 12, pull: 8, run: 3.5 },
      arn: world.tasks()[0]?.taskArn,
    });
    expect(world.report.tasks).toEqual([report]);
    expect(world.host.infos).toContain('The task took: provision 12 s, pull 8 s, run 3.5 s');
  });

  it('is remembered for the post step while it runs, and forgotten when it is over', async () => {
    const world = await migration({ tasks: [{ runSeconds: 60 }] });
    const states: string[] = [];
    world.clock.at(10_000, () => states.push(world.savedTask()));

    await world.run();

    const [task] = world.tasks();
    expect(JSON.parse(states[0] ?? '')).toEqual({
      cluster: CLUSTER,
      startedBy: task?.startedBy,
      onCancel: 'keep',
      arn: task?.taskArn,
    });
    expect(world.savedTask()).toBe('');
  });

  it('is remembered before ECS is asked for it, for a process that is killed before the answer', async () => {
    const world = await migration();
    const { ecs } = world.context;
    const remembered: string[] = [];
    const watched: typeof ecs = {
      ...ecs,
      runTask: (input) => {
        remembered.push(world.savedTask());
        return ecs.runTask(input);
      },
    };

    await runOneOffTask({ ...world.context, ecs: watched }, world.request);

    const { startedBy } = world.tasks()[0]!;
    expect(JSON.parse(remembered[0] ?? '')).toEqual({ cluster: CLUSTER, startedBy, onCancel: 'keep' });
  });

  it('does not wait for its network to be taken apart once its container has ended', async () => {
    const world = await migration({ tasks: [{ runSeconds: 5, deprovisionSeconds: 45 }] });

    await world.run();

    expect(world.clock.elapsed).toBeLessThan(20_000);
  });
});

describe('R45: its exit code decides', () => {
  it.each<[code: number, hint: RegExp]>([
    [1, /^No service was changed\.$/],
    [3, /^No service was changed\.$/],
    [127, /command was not found.*No service was changed\.$/],
    [137, /lack of memory.*No service was changed\.$/],
  ])('%d is a failure', async (exitCode, hint) => {
    const world = await migration({ tasks: [{ exitCode }] });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_FAILED');
    expect(error.message).toBe(`migration: container app exited with code ${exitCode}`);
    expect(error.hint).toMatch(hint);
    expect(world.report.tasks).toMatchObject([
      { state: 'failed', exitCode, reason: `exited with code ${exitCode}` },
    ]);
  });

  it('none is a failure with what ECS says about it', async () => {
    const world = await migration({
      tasks: [
        {
          neverStarts: {
            stoppedReason: 'Task failed to start',
            containerReason:
              'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found',
          },
        },
      ],
    });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_FAILED');
    expect(error.message).toContain(
      'never ran to an exit code: TaskFailedToStart: Task failed to start: CannotPull',
    );
    expect(error.hint).toMatch(/does the digest exist/);
    expect(world.report.tasks[0]?.exitCode).toBeUndefined();
  });

  it('none is waited for a little, for it may reach ECS late, and then a failure', async () => {
    const world = await migration({ tasks: [{ exitCode: null, runSeconds: 1 }] });

    const error = await rejectionOf(world.run());

    expect(error.message).toContain('never ran to an exit code');
    const [task] = world.tasks();
    const ended = task!.stoppedAt! * 1000;
    const looks = world.aws.callsOf('DescribeTasks').filter(({ at }) => at >= ended);
    expect(looks.at(-1)!.at - looks[0]!.at).toBeGreaterThanOrEqual(6_000);
  });

  it('and a sidecar’s does not', async () => {
    const world = await migration({ tasks: [{ exitCode: 0, sidecars: { datadog: 1, nginx: null } }] });

    expect(await world.run()).toMatchObject({ state: 'succeeded', exitCode: 0 });
  });

  it('but 0 from a task that somebody stopped is a failure', async () => {
    const world = await migration({
      tasks: [{ exitCode: 0, stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }],
    });

    const error = await rejectionOf(world.run());

    expect(error.message).toBe(
      'migration: container app was stopped before its end: UserInitiated: Task stopped by user',
    );
  });
});

describe('its log', () => {
  it('is shown while it runs', async () => {
    const world = await migration({
      tasks: [{ runSeconds: 60, logLines: [{ afterSeconds: 1, message: 'creating table users' }] }],
    });
    let seen: string[] = [];
    world.clock.at(15_000, () => (seen = [...world.host.outsideLines]));

    await world.run();

    expect(seen).toEqual(['creating table users']);
  });

  it('of 5,000 lines is shown whole: each line once and in order', async () => {
    const messages = Array.from({ length: 5_000 }, (_, index) => `line ${index} ${'x'.repeat(300)}`);
    const world = await migration({
      tasks: [
        {
          runSeconds: 30,
          logLines: messages.map((message, index) => ({ afterSeconds: index * 0.005, message })),
        },
      ],
    });

    await world.run();

    expect(world.host.outsideLines).toEqual(messages);
    expect(world.report.tasks[0]?.logTail).toEqual(messages.slice(-50));
  });

  it('is read on through empty pages', async () => {
    const world = await migration({ tasks: [{ runSeconds: 30, logLines: lines('one', 'two', 'three') }] });
    world.clock.at(5_000, () => {
      const id = world.tasks()[0]?.taskArn.split('/').at(-1) ?? '';
      world.aws.logs.emptyPages(LOG_GROUP, `ecs/app/${id}`, 3);
    });

    await world.run();

    expect(world.host.outsideLines).toEqual(['one', 'two', 'three']);
  });

  it('is awaited when its stream appears after the task has stopped', async () => {
    const world = await migration({
      tasks: [{ runSeconds: 1, logLines: [{ afterSeconds: 0, message: 'done', lateSeconds: 5 }] }],
    });

    await world.run();

    expect(world.host.outsideLines).toEqual(['done']);
  });

  it('R53: is read to its end, with lines that arrive after the task has stopped', async () => {
    const world = await migration({
      tasks: [
        {
          runSeconds: 2,
          logLines: [
            { afterSeconds: 0, message: 'first' },
            { afterSeconds: 1.8, message: 'second', lateSeconds: 2 },
            { afterSeconds: 1.9, message: 'third', lateSeconds: 4 },
          ],
        },
      ],
    });

    await world.run();

    expect(world.host.outsideLines).toEqual(['first', 'second', 'third']);
  });

  it('ends after some quiet seconds, also where there is none', async () => {
    const world = await migration({ tasks: [{ runSeconds: 1 }] });

    await world.run();

    expect(world.clock.elapsed).toBeLessThan(20_000);
  });

  it('is not waited for where the task never started', async () => {
    const world = await migration({ tasks: [{ neverStarts: { stoppedReason: 'no image' } }] });

    await rejectionOf(world.run());

    expect(world.aws.callsOf('GetLogEvents').length).toBeLessThan(4);
    expect(world.clock.elapsed).toBeLessThan(10_000);
  });

  it.each([
    [0, 'succeeded'],
    [3, 'failed'],
  ])('that may not be read is said once and leaves the verdict to exit code %d', async (exitCode, state) => {
    const world = await migration({ tasks: [{ exitCode, runSeconds: 20, logLines: lines('hidden') }] });
    world.aws.fault({ operation: 'GetLogEvents', kind: 'access-denied', times: Infinity });

    await world.run().catch(() => undefined);

    expect(world.report.tasks).toMatchObject([{ state, exitCode }]);
    expect(world.report.warnings.map(({ title }) => title)).toEqual(['Log not shown']);
    expect(world.aws.callsOf('GetLogEvents')).toHaveLength(1);
  });

  it('that is throttled is shown all the same', async () => {
    const world = await migration({ tasks: [{ runSeconds: 10, logLines: lines('one', 'two') }] });
    world.aws.fault({ operation: 'GetLogEvents', kind: 'throttle', times: 30 });

    await world.run();

    expect(world.host.outsideLines).toEqual(['one', 'two']);
    expect(world.report.warnings).toEqual([]);
  });

  it('of another driver is said before the start to be out of reach', async () => {
    const world = await migration({ app: { logConfiguration: { logDriver: 'awsfirelens' } } });

    await world.run();

    const said =
      'The log cannot be shown here: container app logs with the driver awsfirelens, only awslogs can be followed';
    expect(world.host.infos.indexOf(said)).toBe(0);
    expect(world.aws.callsOf('GetLogEvents')).toEqual([]);
  });

  it('cannot command the runner: it goes out as text from outside alone', async () => {
    const world = await migration({ tasks: [{ logLines: lines('::set-output name=x::y') }] });

    await world.run();

    expect(world.host.outsideLines).toEqual(['::set-output name=x::y']);
    expect(world.host.infos.join('\n')).not.toContain('set-output');
  });
});

describe('a task is started once', () => {
  it.each([['connection-reset-after' as const], ['truncated-body' as const], ['http-500' as const]])(
    'when the answer is lost: %s',
    async (kind) => {
      const world = await migration({ tasks: [{ runSeconds: 30 }] });
      world.aws.fault({ operation: 'RunTask', kind });

      expect(await world.run()).toMatchObject({ state: 'succeeded' });
      expect(world.tasks()).toHaveLength(1);
    },
  );

  it('when every answer of the first try is lost: it is looked for before it is asked for again', async () => {
    const world = await migration({ tasks: [{ runSeconds: 30 }] });
    world.aws.fault({ operation: 'RunTask', kind: 'connection-reset-after', times: Infinity });

    expect(await world.run()).toMatchObject({ state: 'succeeded' });
    expect(world.tasks()).toHaveLength(1);
  });

  it('where an earlier attempt of the run has started it: it is followed, from the head of its log', async () => {
    const world = await migration({ tasks: [{ runSeconds: 90, logLines: lines('begun') }] });
    const first = world.run();
    await world.clock.sleep(20_000);

    const second = runOneOffTask(world.context, world.request);

    expect(await second).toMatchObject({ state: 'succeeded', exitCode: 0 });
    await first;
    expect(world.tasks()).toHaveLength(1);
    expect(world.host.outsideLines).toEqual(['begun', 'begun']);
    expect(world.said()).toContain('which an earlier attempt of this run started');
  });

  it('where an earlier attempt of the run has done it', async () => {
    const world = await migration();
    await world.run();
    await world.clock.sleep(60_000);

    expect(await world.run()).toMatchObject({
      state: 'succeeded',
      exitCode: 0,
      reason: 'done by an earlier attempt of this run',
    });
    expect(world.tasks()).toHaveLength(1);
  });

  it('but anew where it failed before', async () => {
    const world = await migration({ tasks: [{ exitCode: 3 }, { exitCode: 0 }] });
    await rejectionOf(world.run());

    expect(await world.run()).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(world.tasks()).toHaveLength(2);
  });

  it('in each run', async () => {
    const world = await migration();
    await world.run();

    await runOneOffTask(world.context, { ...world.request, run: { ...RUN, runId: '4712' } });

    expect(world.tasks()).toHaveLength(2);
  });

  it('though ECS does not find it right after its start', async () => {
    const world = await migration({ tasks: [{ missingFor: 20, runSeconds: 30 }] });

    expect(await world.run()).toMatchObject({ state: 'succeeded' });
  });

  it('and given up where ECS never finds it', async () => {
    const world = await migration({ tasks: [{ missingFor: Infinity, runSeconds: 30 }] });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_FAILED');
    expect(error.message).toContain('ECS does not know it any more');
    expect(world.clock.elapsed).toBeLessThan(90_000);
  });
});

describe('one migration at a time', () => {
  const other = (world: Awaited<ReturnType<typeof migration>>, runId = '4700') =>
    runOneOffTask(world.context, { ...world.request, run: { ...RUN, runId } });

  it('the migration of another run is waited for', async () => {
    const world = await migration({ tasks: [{ runSeconds: 120 }, {}] });
    const theirs = other(world);
    await world.clock.sleep(10_000);

    await world.run();

    await theirs;
    const [first, second] = world.tasks();
    expect(second!.createdAt).toBeGreaterThanOrEqual(first!.executionStoppedAt!);
    expect(world.said()).toContain('the migration of another run');
  });

  it('one that does not end is named, and ours is not started', async () => {
    const world = await migration({ plan: { timeoutSeconds: 60 }, tasks: [{ runSeconds: 200 }, {}] });
    const theirs = runOneOffTask(world.context, {
      ...world.request,
      plan: PLAN,
      run: { ...RUN, runId: '4700' },
    });
    await world.clock.sleep(10_000);

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_NOT_STARTED');
    expect(error.message).toContain('has not ended within 60 s');
    expect(error.hint).toContain(
      `aws ecs stop-task --cluster staging --task ${world.tasks()[0]?.taskArn ?? ''}`,
    );
    expect(world.tasks()).toHaveLength(1);
    await theirs;
  });

  it('a task before the deploy waits for nobody', async () => {
    const world = await migration({ tasks: [{ runSeconds: 120 }, {}] });
    const theirs = other(world);
    await world.clock.sleep(10_000);

    await runOneOffTask(world.context, { ...world.request, purpose: 'before-deploy' });

    expect(world.clock.elapsed).toBeLessThan(60_000);
    await theirs;
  });
});

describe('a task that ECS does not start', () => {
  it('is an error with the reason', async () => {
    const world = await migration({
      tasks: [{ failures: [{ reason: 'RESOURCE:MEMORY', arn: 'arn:aws:ecs:::container-instance/1' }] }],
    });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_NOT_STARTED');
    expect(error.message).toBe('the task could not be started: RESOURCE:MEMORY');
    expect(error.hint).toMatch(/no capacity/);
    expect(world.report.tasks).toMatchObject([
      { state: 'failed', reason: 'the task could not be started: RESOURCE:MEMORY' },
    ]);
    expect(world.savedTask()).toBe('');
  });

  const noCapacity = {
    failures: [
      {
        reason:
          'Capacity is unavailable at this time. Please try again later or in a different availability zone',
      },
    ],
  };

  it('for want of Fargate capacity is asked for again', async () => {
    const world = await migration({ tasks: [noCapacity, noCapacity, {}] });

    expect(await world.run()).toMatchObject({ state: 'succeeded' });
    expect(world.tasks()).toHaveLength(1);
  });

  it('for want of Fargate capacity is given up after some tries', async () => {
    const world = await migration({ tasks: Array.from({ length: 10 }, () => noCapacity) });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_NOT_STARTED');
    expect(world.aws.callsOf('RunTask')).toHaveLength(5);
  });

  it('for want of rights says so at once', async () => {
    const world = await migration();
    world.aws.fault({ operation: 'RunTask', kind: 'access-denied', times: Infinity });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('AWS_ACCESS_DENIED');
    expect(world.aws.callsOf('RunTask')).toHaveLength(1);
  });
});

describe('the wait for a task', () => {
  it('survives what a retry can mend', async () => {
    const world = await migration({ tasks: [{ runSeconds: 60 }] });
    world.aws.fault({ operation: 'DescribeTasks', nth: 2, times: 60, kind: 'throttle' });

    expect(await world.run()).toMatchObject({ state: 'succeeded' });
  });

  it.each(['keep', 'stop'] as const)(
    'ends at once where a retry cannot help, stops nothing that it cannot see (on-cancel %s), and names it',
    async (onCancel) => {
      const world = await migration({ plan: { onCancel }, tasks: [{ runSeconds: 600 }] });
      world.aws.fault({ operation: 'DescribeTasks', nth: 3, times: Infinity, kind: 'access-denied' });

      const error = await rejectionOf(world.run());

      expect(error.code).toBe('AWS_ACCESS_DENIED');
      expect(world.clock.elapsed).toBeLessThan(10_000);
      const arn = world.tasks()[0]?.taskArn ?? '';
      expect(world.said()).toContain(
        `aws ecs stop-task --cluster staging --task ${arn} --region ap-northeast-1`,
      );
      expect(world.report.tasks).toMatchObject([{ state: 'running', arn, reason: 'it still runs' }]);
      expect(world.tasks()).toMatchObject([{ desiredStatus: 'RUNNING' }]);
    },
  );

  it('looks every 2 to 6 seconds', async () => {
    const world = await migration({ tasks: [{ runSeconds: 300 }] });

    await world.run();

    const started = world.aws.calls.findIndex(({ operation }) => operation === 'RunTask');
    const looks = world.aws.calls.slice(started).filter(({ operation }) => operation === 'DescribeTasks');
    const times = looks.map(({ at }) => at);
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6_000);
  });
});

describe('R45: at its time-out', () => {
  it('the task is stopped, its end awaited, its log read, and that is the error', async () => {
    const world = await migration({
      plan: { timeoutSeconds: 60 },
      tasks: [{ runSeconds: 600, stopSeconds: 20, logLines: [{ afterSeconds: 1, message: 'locked' }] }],
    });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_TIMED_OUT');
    expect(error.message).toBe('migration: timed out after 60 s; its task was stopped');
    expect(world.tasks()).toMatchObject([
      { desiredStatus: 'STOPPED', stoppedReason: 'deploy-action: timed out after 60 s' },
    ]);
    expect(world.host.outsideLines).toEqual(['locked']);
    expect(world.report.tasks).toMatchObject([
      { state: 'timed-out', reason: 'timed out after 60 s; its task was stopped' },
    ]);
    expect(world.report.tasks[0]?.seconds?.run).toBeGreaterThan(0);
    expect(world.savedTask()).toBe('');
  });

  it('a task that comes to its own good end while it is stopped has done its work', async () => {
    const world = await migration({
      plan: { timeoutSeconds: 60 },
      tasks: [{ provisionSeconds: 1, pullSeconds: 1, runSeconds: 60.5 }],
    });
    const { ecs } = world.context;
    const late: typeof ecs = {
      ...ecs,
      stopTask: async (...args) => {
        await world.clock.sleep(5_000);
        return ecs.stopTask(...args);
      },
    };

    const report = await runOneOffTask({ ...world.context, ecs: late }, world.request);

    expect(report).toMatchObject({ state: 'succeeded', exitCode: 0 });
  });

  it('a task that does not end is named', async () => {
    const world = await migration({
      plan: { timeoutSeconds: 60 },
      tasks: [{ runSeconds: 600, stopSeconds: 600 }],
    });

    const error = await rejectionOf(world.run());

    expect(error.message).toContain(
      `task ${world.tasks()[0]?.taskArn ?? ''} was told to stop but still runs`,
    );
    expect(world.clock.elapsed).toBeLessThan(300_000);
  });

  it('a task that may not be stopped is named with the command that ends it', async () => {
    const world = await migration({ plan: { timeoutSeconds: 60 }, tasks: [{ runSeconds: 6000 }] });
    world.aws.fault({ operation: 'StopTask', kind: 'access-denied', times: Infinity });

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('TASK_TIMED_OUT');
    expect(error.message).toContain('its task still runs, end it with: aws ecs stop-task --cluster staging');
  });
});

describe('R45: on a signal', () => {
  it.each(['keep', 'stop'] as const)('a task is treated as on-cancel says: %s', async (onCancel) => {
    const world = await migration({ plan: { onCancel }, tasks: [{ runSeconds: 600 }] });
    world.cancelAt(30_000);

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('CANCELLED');
    expect(world.clock.elapsed).toBeLessThan(37_000);
    const [task] = world.tasks();
    expect(task?.desiredStatus).toBe(onCancel === 'keep' ? 'RUNNING' : 'STOPPED');
    expect(world.said().includes('still runs. End it with: aws ecs stop-task')).toBe(onCancel === 'keep');
    expect(world.savedTask() === '').toBe(onCancel === 'stop');
  });

  it('a task that cannot be stopped is named', async () => {
    const world = await migration({ plan: { onCancel: 'stop' }, tasks: [{ runSeconds: 600 }] });
    world.aws.fault({ operation: 'StopTask', kind: 'access-denied', times: Infinity });
    world.cancelAt(30_000);

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('CANCELLED');
    expect(world.said()).toContain('still runs. End it with: aws ecs stop-task');
  });

  it('no task is started any more', async () => {
    const world = await migration();
    world.cancelAt(0);
    await world.clock.sleep(1);

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('CANCELLED');
    expect(world.tasks()).toEqual([]);
  });

  it('a task that may have been started is not forgotten', async () => {
    const world = await migration({ tasks: [{ runSeconds: 600 }] });
    world.aws.fault({ operation: 'RunTask', kind: 'connection-reset-after', times: Infinity });
    world.cancelAt(1_000);

    const error = await rejectionOf(world.run());

    expect(error.code).toBe('CANCELLED');
    expect(JSON.parse(world.savedTask())).toMatchObject({
      startedBy: world.tasks()[0]?.startedBy,
    });
  });

  it('a task that is just being started is named', async () => {
    const world = await migration({ tasks: [{ runSeconds: 600 }] });
    const { ecs } = world.context;
    const cancelledMeanwhile: typeof ecs = {
      ...ecs,
      runTask: async (input) => {
        const answer = await ecs.runTask(input);
        world.cancelAt(0);
        await world.clock.sleep(1);
        return answer;
      },
    };

    const error = await rejectionOf(
      runOneOffTask({ ...world.context, ecs: cancelledMeanwhile }, world.request),
    );

    expect(error.code).toBe('CANCELLED');
    expect(world.aws.calls.at(-1)?.operation).toBe('RunTask');
    expect(world.said()).toContain('still runs. End it with: aws ecs stop-task');
  });

  it('the quiet seconds at the end of the log are cut short', async () => {
    const world = await migration({ tasks: [{ runSeconds: 4, logLines: lines('last') }] });
    world.cancelAt(9_000);

    expect(await world.run()).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(world.clock.elapsed).toBeLessThanOrEqual(9_500);
  });
});
