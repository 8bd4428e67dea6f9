import { DescribeTaskDefinitionCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { connectAws } from '../../../src/adapters/aws/connect.ts';
import { completes, FakeAws } from '../../fakes/aws/fake-aws.ts';
import { inProcess } from '../../fakes/aws/transport.ts';
import { FakeClock } from '../../fakes/clock.ts';

const CLUSTER = 'staging';

async function stage() {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  aws.ecs.addCluster(CLUSTER);
  aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'shop:1' }] });
  const { ecs } = await aws.connect();
  return { clock, aws, ecs };
}

describe('task definitions pass whole, fields unknown to the SDK included', () => {
  const invented = {
    family: 'future',
    futureField: { nested: ['kept', 1, true] },
    containerDefinitions: [{ name: 'app', image: 'shop:1', futureOption: 'kept', cpu: 10 }],
  };

  it('a field invented for the test survives register and describe', async () => {
    const { aws, ecs } = await stage();
    const registered = await ecs.registerTaskDefinition(invented, [{ key: 'commit', value: 'abc' }]);
    expect(aws.callsOf('RegisterTaskDefinition')[0]?.input).toEqual({
      ...invented,
      tags: [{ key: 'commit', value: 'abc' }],
    });

    const described = await ecs.describeTaskDefinition('future');
    for (const { definition, arn, tags } of [registered, described]) {
      expect(arn).toBe('arn:aws:ecs:ap-northeast-1:111111111111:task-definition/future:1');
      expect(tags).toEqual([{ key: 'commit', value: 'abc' }]);
      expect(definition['futureField']).toEqual({ nested: ['kept', 1, true] });
      expect(definition['containerDefinitions']).toMatchObject([{ futureOption: 'kept', cpu: 10 }]);
    }
  });

  it('the SDK alone loses it, both ways: why the middleware is there', async () => {
    const { aws } = await stage();
    const client = new ECSClient({
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: inProcess((request) => aws.answer(request)),
    });
    await client.send(new RegisterTaskDefinitionCommand(invented as never));
    expect(aws.callsOf('RegisterTaskDefinition')[0]?.input).toEqual({
      family: 'future',
      containerDefinitions: [{ name: 'app', image: 'shop:1', cpu: 10 }],
    });

    aws.ecs.register(invented);
    const { taskDefinition } = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'future:2' }),
    );
    expect(taskDefinition).not.toHaveProperty('futureField');
    expect(taskDefinition?.containerDefinitions?.[0]).not.toHaveProperty('futureOption');
  });

  it('sends no tags where there are none: tagging needs a right of its own', async () => {
    const { aws, ecs } = await stage();
    await ecs.registerTaskDefinition(invented, []);
    expect(aws.callsOf('RegisterTaskDefinition')[0]?.input).not.toHaveProperty('tags');
  });

  it('asks for the tags, which ECS does not send unasked', async () => {
    const { aws, ecs } = await stage();
    aws.ecs.register({ family: 'tagged', containerDefinitions: [{ name: 'app', image: 'x' }] }, [
      { key: 'a', value: 'b' },
    ]);
    expect((await ecs.describeTaskDefinition('tagged')).tags).toEqual([{ key: 'a', value: 'b' }]);
    await ecs.tagResource('arn:aws:ecs:ap-northeast-1:111111111111:task-definition/tagged:1', [
      { key: 'c', value: 'd' },
    ]);
    expect((await ecs.describeTaskDefinition('tagged:1')).tags).toEqual([
      { key: 'a', value: 'b' },
      { key: 'c', value: 'd' },
    ]);
  });

  it('a family that is not there is an AwsError', async () => {
    const { ecs } = await stage();
    await expect(ecs.describeTaskDefinition('nothing')).rejects.toMatchObject({
      action: 'ecs:DescribeTaskDefinition',
      awsCode: 'ClientException',
      retryable: false,
    });
  });
});

describe('services', () => {
  it('are described ten to a call, and the missing ones named', async () => {
    const { aws, ecs } = await stage();
    const names = Array.from({ length: 23 }, (_, index) => `service-${index}`);
    for (const name of names) aws.ecs.addService({ cluster: CLUSTER, name, taskDefinition: 'web' });
    const { services, failures } = await ecs.describeServices(CLUSTER, [...names, 'gone']);
    expect(services.map(({ serviceName }) => serviceName)).toEqual(names);
    expect(failures).toMatchObject([
      { arn: 'arn:aws:ecs:ap-northeast-1:111111111111:service/staging/gone', reason: 'MISSING' },
    ]);
    expect(aws.calls.map(({ input }) => (input['services'] as string[]).length)).toEqual([10, 10, 4]);
  });

  it('asking for none makes no call', async () => {
    const { aws, ecs } = await stage();
    expect(await ecs.describeServices(CLUSTER, [])).toEqual({ services: [], failures: [] });
    expect(aws.calls).toEqual([]);
  });

  it('an update sends the task definition and nothing that nobody asked to change', async () => {
    const { aws, ecs } = await stage();
    aws.ecs.addService({ cluster: CLUSTER, name: 'web', taskDefinition: 'web' });
    aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'shop:2' }] });
    const service = await ecs.updateService({ cluster: CLUSTER, service: 'web', taskDefinition: 'web:2' });
    expect(aws.callsOf('UpdateService')[0]?.input).toEqual({
      cluster: CLUSTER,
      service: 'web',
      taskDefinition: 'web:2',
    });
    expect(service.deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' });

    await ecs.updateService({
      cluster: CLUSTER,
      service: 'web',
      taskDefinition: 'web:2',
      forceNewDeployment: true,
    });
    expect(aws.callsOf('UpdateService')[1]?.input).toHaveProperty('forceNewDeployment', true);
  });

  it('an update of an unknown service or cluster names what is missing', async () => {
    const { ecs } = await stage();
    const update = (cluster: string) =>
      ecs.updateService({ cluster, service: 'gone', taskDefinition: 'web:1' });
    await expect(update(CLUSTER)).rejects.toMatchObject({ awsCode: 'ServiceNotFoundException' });
    await expect(update('gone')).rejects.toMatchObject({ awsCode: 'ClusterNotFoundException' });
  });
});

describe('tasks', () => {
  it('are listed over all pages and described a hundred to a call', async () => {
    const { aws, ecs } = await stage();
    aws.ecs.addService({ cluster: CLUSTER, name: 'web', taskDefinition: 'web', desiredCount: 230 });
    const arns = await ecs.listTasks({ cluster: CLUSTER, status: 'RUNNING', service: 'web' });
    expect(new Set(arns).size).toBe(230);
    expect(aws.callsOf('ListTasks')).toHaveLength(3);
    const { tasks } = await ecs.describeTasks(CLUSTER, arns);
    expect(tasks.map(({ taskArn }) => taskArn)).toEqual(arns);
    expect(aws.callsOf('DescribeTasks').map(({ input }) => (input['tasks'] as string[]).length)).toEqual([
      100, 100, 30,
    ]);
  });

  it('that are stopped end with the reason given', async () => {
    const { clock, ecs } = await stage();
    const { tasks } = await ecs.runTask({
      cluster: CLUSTER,
      taskDefinition: 'web',
      clientToken: 'a',
      startedBy: 'deploy-action/run/1',
    });
    const arn = tasks[0]?.taskArn ?? '';
    await clock.advance(2500);
    await ecs.stopTask(CLUSTER, arn, 'deploy-action: timed out');
    await clock.advance(5000);
    expect((await ecs.describeTasks(CLUSTER, [arn])).tasks[0]).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'deploy-action: timed out',
    });
  });

  it('are found by who started them', async () => {
    const { ecs } = await stage();
    const startedBy = 'deploy-action/migrate/0123456789abcdef';
    const { tasks } = await ecs.runTask({
      cluster: CLUSTER,
      taskDefinition: 'web',
      clientToken: 'a',
      startedBy,
    });
    expect(await ecs.listTasks({ cluster: CLUSTER, status: 'RUNNING', startedBy })).toEqual([
      tasks[0]?.taskArn,
    ]);
    expect(await ecs.listTasks({ cluster: CLUSTER, status: 'RUNNING', startedBy: 'other' })).toEqual([]);
  });

  it('a token that was used for something else is a conflict', async () => {
    const { ecs } = await stage();
    const request = { cluster: CLUSTER, taskDefinition: 'web', clientToken: 'same', startedBy: 'a' };
    await ecs.runTask(request);
    await expect(ecs.runTask({ ...request, startedBy: 'b' })).rejects.toMatchObject({
      awsCode: 'ConflictException',
      retryable: false,
    });
  });
});

describe('service deployments', () => {
  async function withServiceDeployments() {
    const staged = await stage();
    staged.aws.ecs.addService({
      cluster: CLUSTER,
      name: 'web',
      taskDefinition: 'web',
      serviceDeployments: true,
    });
    staged.aws.ecs.register({ family: 'web', containerDefinitions: [{ name: 'app', image: 'shop:2' }] });
    staged.aws.ecs.nextRollout('web', completes({ afterSeconds: 10 }));
    return staged;
  }

  it('are listed newest first, and only those created since', async () => {
    const { clock, ecs } = await withServiceDeployments();
    await clock.advance(60_000);
    const since = new Date(clock.now());
    await clock.advance(1000);
    const updated = await ecs.updateService({ cluster: CLUSTER, service: 'web', taskDefinition: 'web:2' });
    const listed = await ecs.listServiceDeployments(CLUSTER, 'web');
    expect(listed.map(({ status }) => status)).toEqual(['IN_PROGRESS', 'SUCCESSFUL']);
    expect(listed[0]?.arn).toBe(updated.currentServiceDeployment);
    expect(await ecs.listServiceDeployments(CLUSTER, 'web', since)).toEqual([listed[0]]);
  });

  it('lead to the revision, which names the task definition', async () => {
    const { clock, ecs } = await withServiceDeployments();
    const { currentServiceDeployment = '' } = await ecs.updateService({
      cluster: CLUSTER,
      service: 'web',
      taskDefinition: 'web:2',
    });
    await clock.advance(11_000);
    const [deployment] = await ecs.describeServiceDeployments([currentServiceDeployment]);
    expect(deployment?.status).toBe('SUCCESSFUL');
    const [revision] = await ecs.describeServiceRevisions([deployment?.targetServiceRevision?.arn ?? '']);
    expect(revision?.taskDefinition).toBe('arn:aws:ecs:ap-northeast-1:111111111111:task-definition/web:2');
  });

  it('that AWS does not know are left out, and asked for twenty at a time', async () => {
    const { aws, ecs } = await withServiceDeployments();
    const [known] = await ecs.listServiceDeployments(CLUSTER, 'web');
    const unknown = Array.from(
      { length: 24 },
      (_, index) => `arn:aws:ecs:ap-northeast-1:111111111111:service-deployment/staging/web/x${index}`,
    );
    expect(
      (await ecs.describeServiceDeployments([...unknown, known?.arn ?? ''])).map(
        ({ serviceDeploymentArn }) => serviceDeploymentArn,
      ),
    ).toEqual([known?.arn]);
    expect(aws.callsOf('DescribeServiceDeployments')).toHaveLength(2);
  });

  it('can be stopped with a rollback', async () => {
    const { clock, ecs, aws } = await withServiceDeployments();
    const { currentServiceDeployment = '' } = await ecs.updateService({
      cluster: CLUSTER,
      service: 'web',
      taskDefinition: 'web:2',
    });
    await ecs.stopServiceDeployment(currentServiceDeployment, 'ROLLBACK');
    expect((await ecs.describeServiceDeployments([currentServiceDeployment]))[0]?.status).toBe(
      'ROLLBACK_REQUESTED',
    );
    await clock.advance(10_000);
    expect((await ecs.describeServiceDeployments([currentServiceDeployment]))[0]?.status).toBe(
      'ROLLBACK_SUCCESSFUL',
    );
    expect(aws.ecs.service('web').taskDefinition).toMatch(/web:1$/);
    await expect(ecs.stopServiceDeployment(currentServiceDeployment, 'ROLLBACK')).rejects.toMatchObject({
      awsCode: 'ConflictException',
    });
  });

  it('are continued at a hook with one request, even when its answer is lost', async () => {
    const { clock, ecs, aws } = await stage();
    aws.ecs.addService({
      cluster: CLUSTER,
      name: 'green',
      taskDefinition: 'web:1',
      serviceDeployments: true,
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }],
      },
    });
    await ecs.updateService({
      cluster: CLUSTER,
      service: 'green',
      taskDefinition: 'web:1',
      forceNewDeployment: true,
    });
    await clock.advance(1_000);
    const arn = aws.ecs.service('green').currentServiceDeployment ?? '';
    const hooks = async () => (await ecs.describeServiceDeployments([arn]))[0]?.lifecycleHookDetails;
    const [hook] = (await hooks()) ?? [];
    expect(hook).toMatchObject({ targetType: 'PAUSE', status: 'AWAITING_ACTION', timeoutAction: 'ROLLBACK' });
    aws.fault({ operation: 'ContinueServiceDeployment', nth: 1, kind: 'connection-reset-after' });
    await expect(ecs.continueServiceDeployment(arn, hook?.hookId ?? '', 'CONTINUE')).rejects.toMatchObject({
      retryable: true,
    });
    expect(aws.callsOf('ContinueServiceDeployment').map(({ input }) => input)).toEqual([
      { serviceDeploymentArn: arn, hookId: hook?.hookId, action: 'CONTINUE' },
    ]);
    expect((await hooks())?.[0]?.status).toBe('SUCCEEDED');
  });

  it('are none where the service has none, or AWS has no such call', async () => {
    const { aws, ecs } = await stage();
    aws.ecs.addService({ cluster: CLUSTER, name: 'old', taskDefinition: 'web' });
    expect(await ecs.listServiceDeployments(CLUSTER, 'old')).toEqual([]);
    aws.lacks.add('ListServiceDeployments');
    expect(await ecs.listServiceDeployments(CLUSTER, 'old')).toEqual([]);
  });
});

it('makes no client and no call before the first use', async () => {
  const { aws } = await stage();
  const before = aws.calls.length;
  connectAws({ region: 'eu-west-1', environment: {}, userAgent: 'deploy-action/1', mask: () => undefined });
  expect(aws.calls).toHaveLength(before);
});
