import { setUp } from '../../scripts/setup.mjs';
import {
  breaker,
  completes,
  crashLoops,
  FakeAws,
  neverSteady,
  type RecordedCall,
  scaledToZero,
  shiftsTraffic,
} from '../fakes/aws/fake-aws.ts';
import { FakeClock } from '../fakes/clock.ts';
import { RULE_TARGETS, revisionArn, SCHEDULES } from '../fixtures/schedules.ts';
import { adapterOperations } from './adapter-operations.ts';
import { botocoreOn, type Problems, type Sent } from './botocore.ts';
import type { Aws } from '../../src/ports/aws.ts';
import { imageVariables } from '../../src/rules/codebuild/build-variables.ts';
import { uploadedSource } from '../../src/rules/codebuild/source.ts';
import { startBuildInput } from '../../src/rules/codebuild/start-build-input.ts';

/** Every operation that the adapters send. */
const OPERATIONS = [
  'codebuild BatchGetBuilds',
  'codebuild BatchGetProjects',
  'codebuild ListBuildsForProject',
  'codebuild StartBuild',
  'codebuild StopBuild',
  'ecs ContinueServiceDeployment',
  'ecs DescribeServiceDeployments',
  'ecs DescribeServiceRevisions',
  'ecs DescribeServices',
  'ecs DescribeTaskDefinition',
  'ecs DescribeTasks',
  'ecs ListServiceDeployments',
  'ecs ListServices',
  'ecs ListTaskDefinitions',
  'ecs ListTasks',
  'ecs RegisterTaskDefinition',
  'ecs RunTask',
  'ecs StopServiceDeployment',
  'ecs StopTask',
  'ecs TagResource',
  'ecs UpdateService',
  'elasticloadbalancing DescribeTargetGroupAttributes',
  'elasticloadbalancing DescribeTargetGroups',
  'ec2 DescribeSecurityGroups',
  'ec2 DescribeSubnets',
  'iam GetRole',
  'ssm DescribeParameters',
  'secretsmanager DescribeSecret',
  'ecr BatchGetImage',
  'ecr GetDownloadUrlForLayer',
  'ecr GetLifecyclePolicy',
  'ecr DescribeImageScanFindings',
  'ecr DescribeImages',
  'ecr DescribeRepositories',
  'ecr GetAuthorizationToken',
  'events ListEventBuses',
  'events ListRules',
  'events ListTargetsByRule',
  'events PutTargets',
  'logs DescribeLogGroups',
  'logs GetLogEvents',
  's3 PutObject',
  'scheduler GetSchedule',
  'scheduler ListSchedules',
  'scheduler UpdateSchedule',
  'sts GetCallerIdentity',
];

const definition = {
  family: 'web',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '256',
  memory: '512',
  executionRoleArn: 'arn:aws:iam::111111111111:role/execution',
  containerDefinitions: [
    {
      name: 'app',
      image: 'shop:1',
      portMappings: [{ containerPort: 3000 }],
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
const CLUSTER = 'staging';

const pause = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
};
const lambda = {
  targetType: 'AWS_LAMBDA',
  hookTargetArn: 'arn:aws:lambda:ap-northeast-1:111111111111:function:check',
  roleArn: 'arn:aws:iam::111111111111:role/hook',
  lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'],
};
/** Of the services whose traffic is shifted. */
const SHIFTS = {
  green: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5, lifecycleHooks: [pause, lambda] },
  canary: {
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
    lifecycleHooks: [pause],
  },
  linear: { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 0 } },
};

/** Everything that the adapters can ask, in every state that the fake can be in. */
async function exercise(): Promise<RecordedCall[]> {
  const clock = new FakeClock();
  const aws = new FakeAws({ clock });
  const connected = await aws.connect();
  aws.ecs.addCluster(CLUSTER);
  aws.ecs.register(definition);
  await services(aws, clock, connected);
  await oneOffTasks(aws, clock, connected);
  await images(aws, connected);
  await connected.identity.caller();
  await targetGroups(aws, connected);
  await schedules(aws, connected);
  await whatTasksNeed(aws, connected);
  await builds(aws, clock, connected);
  await refusals(aws, connected);
  return aws.calls.filter(({ answered }) => answered !== undefined);
}

async function services(aws: FakeAws, clock: FakeClock, { ecs }: Aws): Promise<void> {
  const second = await ecs.registerTaskDefinition(definition, [{ key: 'commit', value: 'abc' }]);
  await ecs.describeTaskDefinition('web');
  await ecs.listRevisions('web', 10);
  await ecs.tagResource(second.arn, [{ key: 'verified', value: 'yes' }]);
  const scripts = {
    web: completes({ afterSeconds: 10, drainSeconds: 10 }),
    broken: breaker({ afterSeconds: 30, logLines: ['boom'] }),
    unpullable: breaker({
      rollback: false,
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: no such image',
    }),
    looping: crashLoops(),
    stuck: neverSteady(),
    zero: scaledToZero(),
    ec2: completes(),
    spot: completes(),
    green: shiftsTraffic({ stageSeconds: 2 }),
    canary: shiftsTraffic({ stageSeconds: 2 }),
    linear: shiftsTraffic({ stageSeconds: 2, alarmAt: 'POST_PRODUCTION_TRAFFIC_SHIFT' }),
  };
  for (const [name, script] of Object.entries(scripts)) {
    aws.ecs.addService({
      cluster: CLUSTER,
      name,
      taskDefinition: 'web:1',
      desiredCount: 2,
      serviceDeployments: name !== 'stuck',
      ...(name === 'ec2' ? { launchType: 'EC2' } : {}),
      ...(name === 'spot'
        ? { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }] }
        : {}),
      ...(name in SHIFTS ? { deploymentConfiguration: SHIFTS[name as keyof typeof SHIFTS] } : {}),
    });
    aws.ecs.nextRollout(name, script);
  }
  const names = Object.keys(scripts);
  expect((await ecs.listServices(CLUSTER)).toSorted()).toEqual(names.toSorted());
  for (const service of names)
    await ecs.updateService({ cluster: CLUSTER, service, taskDefinition: 'web:2' });
  const [ours] = await ecs.listServiceDeployments(CLUSTER, 'looping', new Date(clock.startedAt - 60_000));
  const hooks = async (service: string) => {
    const arn = aws.ecs.service(service).currentServiceDeployment ?? '';
    const [deployment] = await ecs.describeServiceDeployments([arn]);
    const awaited = deployment?.lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION');
    return { arn, hookId: awaited?.hookId ?? '' };
  };
  for (let second = 0; second < 50; second += 3) {
    if (second === 15) {
      const green = await hooks('green');
      await ecs.continueServiceDeployment(green.arn, green.hookId, 'CONTINUE');
      const canary = await hooks('canary');
      await ecs.continueServiceDeployment(canary.arn, canary.hookId, 'ROLLBACK');
      await expect(ecs.continueServiceDeployment(green.arn, green.hookId, 'CONTINUE')).rejects.toThrow(
        'not awaiting an action',
      );
    }
    if (second === 21) await ecs.stopServiceDeployment(ours?.arn ?? '', 'ROLLBACK');
    const { services: found } = await ecs.describeServices(CLUSTER, names);
    const deployments = found.flatMap(({ currentServiceDeployment }) => currentServiceDeployment ?? []);
    const described = await ecs.describeServiceDeployments(deployments);
    await ecs.describeServiceRevisions(
      described.flatMap(({ targetServiceRevision }) => targetServiceRevision?.arn ?? []),
    );
    const tasks = await ecs.listTasks({ cluster: CLUSTER, status: 'STOPPED', service: 'broken' });
    await ecs.describeTasks(CLUSTER, tasks);
    await clock.advance(3000);
  }
  await ecs.updateService({
    cluster: CLUSTER,
    service: 'web',
    taskDefinition: 'web:2',
    forceNewDeployment: true,
  });
}

async function oneOffTasks(aws: FakeAws, clock: FakeClock, { ecs, logs }: Aws): Promise<void> {
  const startedBy = 'deploy-action/migrate/0123456789abcdef0123456789abcdef';
  const run = (clientToken: string) =>
    ecs.runTask({
      cluster: CLUSTER,
      taskDefinition: 'web:2',
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      startedBy,
      clientToken,
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
      },
      overrides: { containerOverrides: [{ name: 'app', command: ['bin/migrate'] }] },
      tags: [{ key: 'purpose', value: 'migrate' }],
    });
  aws.ecs.nextTask('web', {
    runSeconds: 5,
    exitCode: 3,
    sidecars: { proxy: null },
    logLines: [{ afterSeconds: 1, message: 'migrating' }],
  });
  aws.ecs.nextTask('web', {
    neverStarts: {
      stoppedReason: 'ResourceInitializationError: no route',
      containerReason: 'CannotPullContainerError',
    },
  });
  aws.ecs.nextTask('web', { failures: [{ reason: 'RESOURCE:MEMORY' }] });
  aws.ecs.nextTask('web', { missingFor: 2, runSeconds: 600 });
  const arns: string[] = [];
  for (const token of ['a', 'b', 'c', 'd']) {
    const { tasks } = await run(token);
    arns.push(...tasks.flatMap(({ taskArn }) => taskArn ?? []));
  }
  await ecs.listTasks({ cluster: CLUSTER, status: 'RUNNING', startedBy });
  const stream = {
    group: '/shop',
    stream: `web/app/${arns[0]?.split('/').at(-1) ?? ''}`,
    region: 'ap-northeast-1',
  };
  for (let second = 0; second < 12; second += 1) {
    await ecs.describeTasks(CLUSTER, arns);
    await logs.readPage(stream);
    if (second === 6) await ecs.stopTask(CLUSTER, arns[2] ?? '', 'timed out');
    await clock.advance(1000);
  }
  const page = await logs.readPage(stream);
  await logs.readPage(stream, page?.nextToken);
  await logs.readTail(stream, 50);
  await ecs.listTasks({ cluster: CLUSTER, status: 'STOPPED', family: 'web' });
}

async function targetGroups(aws: FakeAws, { loadBalancers }: Aws): Promise<void> {
  const arn = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/web/0123456789abcdef';
  aws.loadBalancers.addTargetGroup(arn, { deregistrationDelay: 20 });
  await loadBalancers.deregistrationDelay(arn);
  await loadBalancers.targetGroup(arn);
  await loadBalancers.targetGroup(arn.replace('web', 'gone'));
}

/** What `plan` looks at, there and gone. */
async function whatTasksNeed(aws: FakeAws, { roles, secrets, network, logs, ecr }: Aws): Promise<void> {
  aws.roles.add('shop-execution');
  await roles.trustPolicy('shop-execution');
  await roles.trustPolicy('gone');
  aws.secrets.addParameter('/shop/url');
  aws.secrets.addParameter('mail-key');
  aws.secrets.pageSize = 1;
  expect([
    ...(await secrets.existingParameters(['/shop/url', 'mail-key', 'gone'], 'ap-northeast-1')),
  ]).toEqual(['/shop/url', 'mail-key']);
  const secret = aws.secrets.addSecret('shop/stripe-AbCdEf');
  await secrets.describeSecret(secret, 'ap-northeast-1');
  aws.secrets.addSecret('shop/stripe-AbCdEf', { isDeleted: true });
  expect(await secrets.describeSecret(secret, 'ap-northeast-1')).toEqual({ isDeleted: true });
  expect(await secrets.describeSecret(secret.replace('stripe', 'gone'), 'ap-northeast-1')).toBeUndefined();
  aws.network.addSubnet('subnet-1', { freeAddresses: 3 });
  expect(await network.subnets(['subnet-1', 'subnet-2'])).toEqual([{ id: 'subnet-1', freeAddresses: 3 }]);
  expect(await network.subnets(['subnet-2'])).toEqual([]);
  aws.network.addSecurityGroup('sg-1');
  expect(await network.securityGroups(['sg-1', 'sg-2'])).toEqual(['sg-1']);
  aws.logs.addGroup('/shop-of-others');
  expect(await logs.groupExists('/shop-of', 'ap-northeast-1')).toBe(false);
  expect(await logs.groupExists('/shop-of-others', 'ap-northeast-1')).toBe(true);
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  aws.ecr.putImage('shop', { digest: digest('b'), platforms: ['linux/amd64', 'linux/arm64'] });
  expect(await ecr.platforms({ name: 'shop' }, digest('a'))).toEqual(['linux/amd64']);
  expect(await ecr.platforms({ name: 'shop' }, digest('b'))).toEqual(['linux/amd64', 'linux/arm64']);
  expect(await ecr.platforms({ name: 'shop' }, digest('c'))).toBeUndefined();
  expect(await ecr.lifecyclePolicy({ name: 'shop' })).toBeUndefined();
  aws.ecr.setLifecyclePolicy('shop', { rules: [] });
  expect(await ecr.lifecyclePolicy({ name: 'shop' })).toBe('{"rules":[]}');
  expect(await ecr.describeImageScanFindings({ name: 'shop' }, digest('a'))).toBeUndefined();
  aws.ecr.setScans('shop', digest('a'), [
    {
      imageScanStatus: { status: 'COMPLETE', description: 'The scan was completed successfully.' },
      imageScanFindings: {
        findingSeverityCounts: { HIGH: 1 },
        findings: [{ name: 'CVE-2026-1', severity: 'HIGH', uri: 'https://example.com/CVE-2026-1' }],
      },
    },
  ]);
  expect(
    await ecr.describeImageScanFindings({ name: 'shop', registryId: '111111111111' }, digest('a')),
  ).toMatchObject({
    status: 'COMPLETE',
    counts: { HIGH: 1 },
    findings: [{ name: 'CVE-2026-1', severity: 'HIGH' }],
  });
}

async function images(aws: FakeAws, { ecr }: Aws): Promise<void> {
  aws.ecr.addRepository('shop');
  aws.ecr.putImage('shop', { digest: `sha256:${'a'.repeat(64)}`, tags: ['src-1'] });
  await ecr.describeImage({ name: 'shop', registryId: '111111111111' }, { tag: 'src-1' });
  await ecr.describeImage({ name: 'shop' }, { digest: `sha256:${'a'.repeat(64)}` });
  await ecr.describeImage({ name: 'shop' }, { tag: 'missing' });
  await ecr.describeRepository({ name: 'shop' });
  await ecr.login();
}

/** Every shape that AWS knows; members that came after botocore too are for other tests. */
async function schedules(aws: FakeAws, { events, scheduler }: Aws): Promise<void> {
  const isKnown = ([what]: [string, unknown]) => what !== 'members that came after us';
  const targets = Object.entries(RULE_TARGETS)
    .filter(isKnown)
    .map(([, target]) => target(revisionArn('web:1')));
  const name = { bus: 'orders', name: 'nightly' };
  aws.events.pageSize = 2;
  aws.events.addBus('orders');
  aws.events.addRule('nightly', { bus: 'orders', targets });
  aws.events.addRule('theirs', { bus: 'orders', targets: [], managedBy: 'ecs.amazonaws.com' });
  await events.listEventBuses();
  await events.listRules('orders');
  await events.putTargets(name, (await events.listTargetsByRule(name)) ?? []);
  aws.events.refuseTarget('bare', { code: 'ConcurrentModificationException', times: 1 });
  await events.putTargets(name, (await events.listTargetsByRule(name)) ?? []);
  await expect(events.putTargets({ bus: 'orders', name: 'theirs' }, targets.slice(0, 1))).rejects.toThrow(
    'managed by',
  );
  expect(await events.listTargetsByRule({ bus: 'default', name: 'gone' })).toBeUndefined();
  aws.scheduler.pageSize = 2;
  for (const [, schedule] of Object.entries(SCHEDULES).filter(isKnown))
    aws.scheduler.addSchedule(schedule(revisionArn('web:1')));
  for (const found of await scheduler.listSchedules())
    await scheduler.updateSchedule(found, (await scheduler.getSchedule(found)) ?? {});
  expect(await scheduler.getSchedule({ group: 'default', name: 'gone' })).toBeUndefined();
  aws.scheduler.conflict(1);
  const [report] = await scheduler.listSchedules();
  if (report === undefined) throw new Error('no schedule');
  const whole = (await scheduler.getSchedule(report)) ?? {};
  await expect(scheduler.updateSchedule(report, whole)).rejects.toThrow('being changed');
}

async function builds(aws: FakeAws, clock: FakeClock, { codebuild, s3 }: Aws): Promise<void> {
  aws.codebuild.addProject('shop-build', { concurrentBuildLimit: 3 });
  aws.codebuild.addProject('no-source', { source: { type: 'NO_SOURCE', buildspec: 'version: 0.2' } });
  aws.codebuild.nextBuild('shop-build', { fails: { phase: 'BUILD' } });
  aws.codebuild.nextBuild('shop-build', {});
  aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: Infinity } });
  await codebuild.batchGetProjects('shop-build');
  await codebuild.batchGetProjects('gone');
  const start = (token: string) =>
    codebuild.startBuild({
      ...startBuildInput({
        plan: {
          project: 'shop-build',
          variables: [
            { name: 'NPM_TOKEN', value: '/shop/npm', type: 'PARAMETER_STORE' },
            { name: 'LICENSE', value: 'shop/license', type: 'SECRETS_MANAGER' },
          ],
          image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
          buildspec: 'ci/image.yml',
          serviceRole: 'arn:aws:iam::111111111111:role/builder',
          privileged: true,
        },
        variables: imageVariables({
          uri: '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop',
          tag: 'src-2',
          commit: '1'.repeat(40),
          context: '.',
          dockerfile: 'Dockerfile',
          buildArguments: { RAILS_ENV: 'production' },
        }),
        source:
          token === 'b' ? uploadedSource('shop-deploys', 'deploy-action/1.zip') : { sourceVersion: 'c0ffee' },
        key: 'k',
      }),
      computeTypeOverride: 'BUILD_GENERAL1_LARGE',
      idempotencyToken: token,
    });
  const started = [await start('a'), await start('b'), await start('c'), await start('a')];
  await expect(start('d')).rejects.toThrow('AccountLimitExceededException');
  await expect(codebuild.startBuild({ projectName: 'gone' })).rejects.toThrow('ResourceNotFoundException');
  await expect(codebuild.startBuild({ projectName: 'no-source', sourceVersion: 'x' })).rejects.toThrow(
    'InvalidInputException',
  );
  const ids = [...new Set(started.map(({ id }) => id))];
  for (let second = 0; second < 30; second += 2) {
    await codebuild.batchGetBuilds([...ids, 'shop-build:gone']);
    if (second === 20) await codebuild.stopBuild(ids[2] ?? '');
    await clock.advance(2000);
  }
  await codebuild.stopBuild('shop-build:gone');
  await codebuild.listBuildsForProject('shop-build');
  aws.s3.addBucket('shop-deploys');
  await s3.putObject({
    bucket: 'shop-deploys',
    key: 'deploy-action/1.zip',
    body: new Uint8Array([1, 2, 255]),
  });
  await expect(s3.putObject({ bucket: 'gone', key: 'a', body: new Uint8Array() })).rejects.toThrow(
    'NoSuchBucket',
  );
}

/** What AWS refuses, in its own words. */
async function refusals(aws: FakeAws, { ecs, ecr, identity }: Aws): Promise<void> {
  const refused = async (send: () => Promise<unknown>) => {
    await expect(send()).rejects.toThrow();
  };
  const task = { cluster: CLUSTER, taskDefinition: 'web', startedBy: 'a', clientToken: 'refused' };
  await refused(() => ecs.describeServices('gone', ['web']));
  await refused(() => ecs.updateService({ cluster: CLUSTER, service: 'gone', taskDefinition: 'web:1' }));
  await refused(() => ecs.updateService({ cluster: CLUSTER, service: 'web', taskDefinition: 'gone:1' }));
  await refused(() => ecs.describeTaskDefinition('gone'));
  await refused(() => ecs.registerTaskDefinition({ family: 'empty', containerDefinitions: [] }, []));
  await refused(() => ecs.runTask(task));
  await refused(() => ecs.runTask({ ...task, cluster: 'gone' }));
  await refused(() => ecs.stopTask(CLUSTER, 'gone', 'why'));
  await refused(() =>
    ecs.stopServiceDeployment('arn:aws:ecs:ap-northeast-1:111111111111:service-deployment/a/b/c', 'ABORT'),
  );
  await refused(() =>
    ecs.continueServiceDeployment(
      'arn:aws:ecs:ap-northeast-1:111111111111:service-deployment/a/b/c',
      'ecs-pause-gone',
      'CONTINUE',
    ),
  );
  await refused(() => ecs.listServiceDeployments(CLUSTER, 'gone'));
  await refused(() => ecr.describeImage({ name: 'gone' }, { tag: 'a' }));
  for (const kind of ['access-denied', 'expired-token', 'throttle', 'http-500'] as const) {
    aws.fault({ operation: '*', times: 9, kind });
    await refused(() => ecs.describeServices(CLUSTER, ['web']));
    aws.fault({ operation: 'GetCallerIdentity', times: 9, kind });
    await refused(() => identity.caller());
  }
}

describe("botocore's word", () => {
  let python: string;
  let calls: RecordedCall[];
  let problems: Problems[];

  beforeAll(async () => {
    python = (await setUp(['python'])).python?.python ?? '';
    calls = await exercise();
    problems = await botocoreOn(python, calls.flatMap(sent));
  }, 300_000);

  it('is asked about every operation that the adapters send', () => {
    expect([...new Set(calls.map(({ service, operation }) => `${service} ${operation}`))].toSorted()).toEqual(
      OPERATIONS.toSorted(),
    );
  });

  it('leaves out no operation that the adapters name', () => {
    // Signing in has clients of its own; moto is asked about its calls.
    const named = adapterOperations()
      .filter(({ adapter }) => adapter !== 'credentials')
      .map(({ operation }) => operation);
    expect([...new Set(named)].toSorted()).toEqual(OPERATIONS.map((name) => name.split(' ')[1]).toSorted());
  });

  it.each(OPERATIONS)(
    '%s: what we send is what the API takes, what the fake answers is what the API answers',
    (name) => {
      const found = calls.flatMap(({ service, operation }, index) =>
        `${service} ${operation}` === name ? (problems[index] ?? []) : [],
      );
      expect(found.length).toBeGreaterThan(0);
      expect([...new Set(found.flatMap(({ answer }) => answer))]).toEqual([]);
      expect([...new Set(found.flatMap(({ request }) => request))]).toEqual([]);
    },
  );

  it('finds what is wrong: the check itself can fail', async () => {
    const wrong = await botocoreOn(python, [
      {
        ...sentTo('ecs', 'ListTasks', { clusterName: 'x', desiredStatus: 'running', maxResults: 'ten' }),
        body: JSON.stringify({ taskArns: 'one', more: true }),
      },
      {
        ...sentTo('ecs', 'UpdateService', { cluster: 'x' }),
        status: 400,
        body: JSON.stringify({ __type: 'NoSuchThing', message: 'x' }),
      },
    ]);
    expect(wrong).toEqual([
      {
        request: [
          'Unknown parameter in input: "clusterName", must be one of: cluster, containerInstance, family, nextToken, maxResults, startedBy, serviceName, desiredStatus, launchType, daemonName',
          "Invalid type for parameter maxResults, value: ten, type: <class 'str'>, valid types: <class 'int'>",
          "input.desiredStatus: 'running' is none of ['RUNNING', 'PENDING', 'STOPPED']",
        ],
        answer: ["answer.taskArns: 'one' is no list", 'answer.more: no such member'],
      },
      {
        request: ['Missing required parameter in input: "service"'],
        answer: ['UpdateService has no error NoSuchThing'],
      },
    ]);
  });
});

function sent({ service, operation, input, answered }: RecordedCall): Sent[] {
  if (answered === undefined) return [];
  const { status, headers, body } = answered;
  return [{ service, operation, input, status, headers, body }];
}

function sentTo(service: 'ecs', operation: string, input: Record<string, unknown>): Sent {
  return { service, operation, input, status: 200, headers: { 'x-amzn-requestid': 'id' }, body: '{}' };
}
