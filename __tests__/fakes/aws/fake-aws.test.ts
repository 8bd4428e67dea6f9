import { FakeClock } from '../clock.ts';
import { breaker, completes, FakeAws } from './fake-aws.ts';

const definition = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'app',
      image: 'shop:1',
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': '/shop/web',
          'awslogs-region': 'ap-northeast-1',
          'awslogs-stream-prefix': 'web',
        },
      },
    },
    { name: 'proxy', image: 'envoy:1', essential: false },
  ],
};

function stage() {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  aws.ecs.addCluster('staging');
  aws.ecs.register(definition);
  aws.ecs.register({ ...definition, futureField: { kept: true } });
  aws.ecs.addService({ cluster: 'staging', name: 'web', taskDefinition: 'web:1', desiredCount: 2 });
  return { clock, aws };
}

describe('a rollout on the fake', () => {
  it('completes after the time that its script says, and the old deployment is gone', async () => {
    const { clock, aws } = stage();
    aws.ecs.nextRollout('web', completes({ afterSeconds: 10, drainSeconds: 4 }));
    const { ecs } = await aws.connect();
    const updated = await ecs.updateService({ cluster: 'staging', service: 'web', taskDefinition: 'web:2' });
    expect(updated.deployments?.map(({ status, rolloutState }) => [status, rolloutState])).toEqual([
      ['PRIMARY', 'IN_PROGRESS'],
      ['ACTIVE', 'COMPLETED'],
    ]);
    await clock.advance(12_000);
    const draining = (await ecs.describeServices('staging', ['web'])).services[0];
    expect(draining?.deployments?.map(({ status, runningCount }) => [status, runningCount])).toEqual([
      ['PRIMARY', 2],
      ['ACTIVE', 2],
    ]);
    await clock.advance(2_000);
    const steady = (await ecs.describeServices('staging', ['web'])).services[0];
    expect(
      steady?.deployments?.map(({ status, rolloutState, runningCount }) => [
        status,
        rolloutState,
        runningCount,
      ]),
    ).toEqual([['PRIMARY', 'COMPLETED', 2]]);
    expect(steady?.events?.[0]?.message).toBe('(service web) has reached a steady state.');
  });

  it('makes the old deployment id PRIMARY again when the circuit breaker rolls back', async () => {
    const { clock, aws } = stage();
    const before = aws.ecs.service('web').deployments[0]?.id;
    aws.ecs.nextRollout('web', breaker({ afterSeconds: 30, rollbackSeconds: 5, exitCode: 3 }));
    const { ecs } = await aws.connect();
    await ecs.updateService({ cluster: 'staging', service: 'web', taskDefinition: 'web:2' });
    await clock.advance(30_000);
    const rolling = (await ecs.describeServices('staging', ['web'])).services[0];
    expect(
      rolling?.deployments?.map(({ id, status, rolloutState, failedTasks }) => [
        id === before,
        status,
        rolloutState,
        failedTasks,
      ]),
    ).toEqual([
      [true, 'PRIMARY', 'IN_PROGRESS', 0],
      [false, 'ACTIVE', 'FAILED', 3],
    ]);
    await clock.advance(5_000);
    expect(aws.ecs.service('web').deployments.map(({ id, rolloutState }) => [id, rolloutState])).toEqual([
      [before, 'COMPLETED'],
    ]);
    const stopped = await ecs.listTasks({ cluster: 'staging', status: 'STOPPED', service: 'web' });
    const { tasks } = await ecs.describeTasks('staging', stopped);
    expect(tasks.map(({ stopCode, containers }) => [stopCode, containers?.[0]?.exitCode])).toEqual([
      ['EssentialContainerExited', 3],
      ['EssentialContainerExited', 3],
      ['EssentialContainerExited', 3],
    ]);
  });
});

describe('a one-off task on the fake', () => {
  it('runs through its states, writes its log and ends with its exit code', async () => {
    const { clock, aws } = stage();
    aws.ecs.nextTask('web', {
      provisionSeconds: 2,
      pullSeconds: 3,
      runSeconds: 10,
      exitCode: 4,
      sidecars: { proxy: 137 },
      logLines: [{ afterSeconds: 1, message: 'migrating' }],
    });
    const { ecs, logs } = await aws.connect();
    const { tasks } = await ecs.runTask({
      cluster: 'staging',
      taskDefinition: 'web:2',
      clientToken: 'token-1',
      startedBy: 'deploy-action/migrate/1',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      overrides: { containerOverrides: [{ name: 'app', command: ['bin/migrate'] }] },
    });
    const arn = tasks[0]?.taskArn ?? '';
    const states: (string | undefined)[] = [];
    for (let second = 0; second < 17; second += 1) {
      states.push((await ecs.describeTasks('staging', [arn])).tasks[0]?.lastStatus);
      await clock.advance(1000);
    }
    expect([...new Set(states)]).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED']);
    const { tasks: ended } = await ecs.describeTasks('staging', [arn]);
    expect(ended[0]?.containers?.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['app', 4],
      ['proxy', 137],
    ]);
    const stream = {
      group: '/shop/web',
      stream: `web/app/${arn.split('/').at(-1) ?? ''}`,
      region: 'ap-northeast-1',
    };
    expect((await logs.readPage(stream))?.events.map(({ message }) => message)).toEqual(['migrating']);
  });
});

describe('what the fake tells apart', () => {
  it('keeps a field that the SDK does not know, and the adapters read it', async () => {
    const { aws } = stage();
    const { ecs } = await aws.connect();
    const stored = await ecs.describeTaskDefinition('web');
    expect(stored.definition['futureField']).toEqual({ kept: true });
    expect(stored.arn).toBe('arn:aws:ecs:ap-northeast-1:111111111111:task-definition/web:2');
  });

  it('says who calls', async () => {
    const { aws } = stage();
    const { identity } = await aws.connect();
    expect(await identity.caller()).toEqual({
      account: '111111111111',
      arn: 'arn:aws:sts::111111111111:assumed-role/deploy/session',
    });
  });
});
