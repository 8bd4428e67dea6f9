import { FakeClock } from '../clock.ts';
import type { RunTaskScript } from './ecs-run-task.ts';
import { FakeAws } from './fake-aws.ts';

const definition = {
  family: 'web',
  networkMode: 'awsvpc',
  containerDefinitions: [
    {
      name: 'app',
      image: 'shop:1',
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': '/shop',
          'awslogs-region': 'ap-northeast-1',
          'awslogs-stream-prefix': 'web',
        },
      },
    },
    { name: 'proxy', image: 'envoy:1', essential: false },
  ],
};
const request = {
  cluster: 'staging',
  taskDefinition: 'web',
  startedBy: 'deploy-action/migrate/1',
  clientToken: 'token-1',
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
};

async function stage(script?: RunTaskScript) {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  aws.ecs.addCluster('staging');
  aws.ecs.register(definition);
  if (script !== undefined) aws.ecs.nextTask('web', script);
  const { ecs, logs } = await aws.connect();
  return { clock, aws, ecs, logs };
}

async function run(script: RunTaskScript) {
  const staged = await stage(script);
  const { tasks } = await staged.ecs.runTask(request);
  const arn = tasks[0]?.taskArn ?? '';
  const describe = async () => (await staged.ecs.describeTasks('staging', [arn])).tasks[0];
  const stream = {
    group: '/shop',
    stream: `web/app/${arn.split('/').at(-1) ?? ''}`,
    region: 'ap-northeast-1',
  };
  return { ...staged, arn, describe, stream };
}

describe('a one-off task', () => {
  it('goes through its states with the times that belong to them', async () => {
    const { clock, describe: task } = await run({
      provisionSeconds: 10,
      pullSeconds: 20,
      runSeconds: 30,
      deprovisionSeconds: 5,
    });
    const seen: (string | undefined)[] = [];
    for (let second = 0; second < 70; second += 1) {
      seen.push((await task())?.lastStatus);
      await clock.advance(1000);
    }
    expect([...new Set(seen)]).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED']);
    const ended = await task();
    const since = (date: Date | undefined) => ((date?.getTime() ?? 0) - clock.startedAt) / 1000;
    expect(
      [
        ended?.createdAt,
        ended?.pullStartedAt,
        ended?.pullStoppedAt,
        ended?.startedAt,
        ended?.executionStoppedAt,
        ended?.stoppedAt,
      ].map(since),
    ).toEqual([0, 10, 30, 30, 60, 65]);
    expect(ended).toMatchObject({ stopCode: 'EssentialContainerExited', desiredStatus: 'STOPPED' });
  });

  it('has the exit codes of its script: the main container, and sidecars with and without one', async () => {
    const { clock, describe: task } = await run({ exitCode: 7, sidecars: { proxy: null } });
    await clock.advance(10_000);
    const containers = (await task())?.containers ?? [];
    expect(containers.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['app', 7],
      ['proxy', undefined],
    ]);
  });

  it('that never starts has no exit code at all', async () => {
    const { clock, describe: task } = await run({
      neverStarts: { stoppedReason: 'ResourceInitializationError: no secret', containerReason: 'gone' },
    });
    await clock.advance(10_000);
    const ended = await task();
    expect(ended).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'ResourceInitializationError: no secret',
    });
    expect(ended?.containers?.map(({ exitCode, reason }) => [exitCode, reason])).toEqual(
      Array(2).fill([undefined, 'gone']),
    );
    expect(ended?.startedAt).toBeUndefined();
  });

  it('is MISSING for a while right after RunTask, where the script says so', async () => {
    const { clock, ecs, arn, describe: task } = await run({ missingFor: 3 });
    expect((await ecs.describeTasks('staging', [arn])).failures).toEqual([{ arn, reason: 'MISSING' }]);
    await clock.advance(3000);
    expect((await task())?.taskArn).toBe(arn);
  });

  it('is forgotten an hour after it stopped', async () => {
    const { clock, ecs, describe: task } = await run({});
    await clock.advance(10_000);
    expect(await ecs.listTasks({ cluster: 'staging', status: 'STOPPED', family: 'web' })).toHaveLength(1);
    await clock.advance(3_600_000);
    expect(await task()).toBeUndefined();
    expect(await ecs.listTasks({ cluster: 'staging', status: 'STOPPED', family: 'web' })).toEqual([]);
  });

  it('that is stopped gets 143 once it ran, and ends a little later', async () => {
    const { clock, ecs, arn, describe: task } = await run({ runSeconds: 600, stopSeconds: 4 });
    await clock.advance(5000);
    await ecs.stopTask('staging', arn, 'enough');
    expect(await task()).toMatchObject({
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      stopCode: 'UserInitiated',
    });
    await clock.advance(5000);
    expect(await task()).toMatchObject({
      lastStatus: 'STOPPED',
      containers: [{ exitCode: 143 }, { exitCode: 143 }],
    });
  });

  it('writes its lines while it runs; some can be read only later, and none after its end', async () => {
    const { clock, logs, stream } = await run({
      provisionSeconds: 1,
      pullSeconds: 1,
      runSeconds: 10,
      logLines: [
        { afterSeconds: 1, message: 'first' },
        { afterSeconds: 5, message: 'late', lateSeconds: 30 },
        { afterSeconds: 11, message: 'after its end' },
      ],
    });
    const lines = async () => (await logs.readPage(stream))?.events.map(({ message }) => message);
    await clock.advance(2500);
    expect(await lines()).toBeUndefined();
    await clock.advance(17_500);
    expect(await lines()).toEqual(['first']);
    await clock.advance(30_000);
    expect(await lines()).toEqual(['first', 'late']);
  });
});

describe('RunTask', () => {
  it('answers failures in place of a task', async () => {
    const { aws, ecs } = await stage({ failures: [{ reason: 'RESOURCE:MEMORY' }] });
    expect(await ecs.runTask(request)).toMatchObject({
      tasks: [],
      failures: [{ reason: 'RESOURCE:MEMORY' }],
    });
    expect((await ecs.runTask(request)).tasks).toHaveLength(1);
    expect(aws.ecs.tasks()).toHaveLength(1);
  });

  it('answers the same task to the same token, and refuses it for another request', async () => {
    const { aws, ecs } = await stage();
    const first = await ecs.runTask(request);
    expect((await ecs.runTask(request)).tasks[0]?.taskArn).toBe(first.tasks[0]?.taskArn);
    await expect(ecs.runTask({ ...request, startedBy: 'other' })).rejects.toMatchObject({
      awsCode: 'ConflictException',
    });
    expect((await ecs.runTask({ ...request, clientToken: 'token-2' })).tasks[0]?.taskArn).not.toBe(
      first.tasks[0]?.taskArn,
    );
    expect(aws.ecs.tasks()).toHaveLength(2);
  });

  it('starts a task each time where tokens are not kept, as on MiniStack', async () => {
    const { aws, ecs } = await stage();
    aws.ecs.keepsClientTokens = false;
    await ecs.runTask(request);
    await ecs.runTask(request);
    expect(aws.ecs.tasks()).toHaveLength(2);
  });

  it('takes the first script that fits', async () => {
    const { aws, ecs, clock } = await stage();
    aws.ecs.nextTask('other', { exitCode: 1 });
    aws.ecs.nextTask({ startedBy: /\/run\// }, { exitCode: 2 });
    aws.ecs.nextTask((asked) => asked.overrides?.containerOverrides?.[0]?.command?.[0] === 'bin/migrate', {
      exitCode: 3,
    });
    await ecs.runTask({
      ...request,
      overrides: { containerOverrides: [{ name: 'app', command: ['bin/migrate'] }] },
    });
    await ecs.runTask({ ...request, clientToken: 'b', startedBy: 'deploy-action/run/1' });
    await clock.advance(10_000);
    expect(aws.ecs.tasks().map(({ containers }) => containers[0]?.exitCode)).toEqual([3, 2]);
  });

  it.each([
    [{ taskDefinition: 'gone' }, 'TaskDefinition not found.', 'an unknown definition'],
    [
      { networkConfiguration: undefined },
      'Network Configuration must be provided',
      'awsvpc without a network',
    ],
    [{ startedBy: 'with spaces' }, 'startedBy must have', 'characters that startedBy may not have'],
    [{ clientToken: 'x'.repeat(65) }, 'clientToken must have', 'a token that is too long'],
    [
      { overrides: { containerOverrides: [{ name: 'gone' }] } },
      'is not a container in the TaskDefinition',
      'an unknown container',
    ],
    [
      { launchType: 'FARGATE' as const, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'Specifying both',
      'two ways to place it',
    ],
  ])('refuses %j: %s (%s)', async (change, words, _reason) => {
    const { ecs } = await stage();
    await expect(ecs.runTask({ ...request, ...change })).rejects.toThrow(words);
  });

  it('does not list by startedBy and anything else', async () => {
    const { ecs } = await stage();
    const list = { cluster: 'staging', startedBy: 'a' };
    await expect(ecs.listTasks({ ...list, status: 'STOPPED' })).rejects.toThrow(
      'startedBy must be the only filter',
    );
    await expect(ecs.listTasks({ ...list, status: 'RUNNING', family: 'web' })).rejects.toThrow(
      'startedBy must be the only filter',
    );
  });
});
