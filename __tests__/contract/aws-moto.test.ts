import { execFileSync } from 'node:child_process';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRepositoryCommand,
  ECRClient,
  PutImageCommand,
  PutLifecyclePolicyCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import { CreateClusterCommand, CreateServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  SchedulerClient,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSubnetsCommand, DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { setUp } from '../../scripts/setup.mjs';
import { connectAws } from '../../src/adapters/aws/connect.ts';
import { credentialsFor } from '../../src/adapters/aws/credentials.ts';
import { startMoto, type Moto } from '../stage/moto.ts';
import { FakeHost } from '../fakes/host.ts';
import { adapterOperations } from './adapter-operations.ts';
import { startRecordingProxy, type RecordingProxy } from './recording-proxy.ts';
import type { Aws } from '../../src/ports/aws.ts';
import { judgeBuild } from '../../src/rules/codebuild/build-verdict.ts';
import { withTaskDefinition } from '../../src/rules/schedule/pin.ts';
import { revisionArn, RULE_TARGETS, SCHEDULES } from '../fixtures/schedules.ts';

/**
 * A second opinion beside our own fake: the adapters understand the answers of moto, which is made by others from
 * AWS's documentation.
 */
const REGION = 'ap-northeast-1';
const CLUSTER = 'staging';
const STREAM = { group: '/shop', stream: 'web/app/1', region: REGION };

/** What the adapters send and moto does not know, with where it is held instead. A test asks moto itself. */
const NOT_IN_MOTO: Readonly<Record<string, string>> = {
  'ecs ContinueServiceDeployment': 'botocore in aws-requests.test.ts',
  'ecs DescribeServiceDeployments': 'botocore in aws-requests.test.ts',
  'ecs DescribeServiceRevisions': 'botocore in aws-requests.test.ts',
  'ecs ListServiceDeployments': 'botocore in aws-requests.test.ts',
  'ecs StopServiceDeployment': 'botocore in aws-requests.test.ts',
  'ecr GetDownloadUrlForLayer': 'botocore in aws-requests.test.ts; the layer itself in registry-copy.test.ts',
};

/** The service that an adapter speaks to, where its file is called otherwise. */
const SERVICE_OF: Readonly<Record<string, string>> = {
  'load-balancers': 'elasticloadbalancing',
  identity: 'sts',
  credentials: 'sts',
  network: 'ec2',
  roles: 'iam',
};

let settings: {
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
let moto: Moto;
let proxy: RecordingProxy;
let aws: Aws;
const masked: string[] = [];

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startRecordingProxy(moto.endpoint);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  // What the tests themselves prepare goes past the record.
  settings = { region: REGION, endpoint: moto.endpoint, credentials };
  process.env['AWS_ENDPOINT_URL'] = proxy.url;
  aws = connectAws({
    region: REGION,
    credentials: () => Promise.resolve(credentials),
    environment: { AWS_ENDPOINT_URL: proxy.url },
    userAgent: 'deploy-action/0.0.0',
    mask: (secret) => masked.push(secret),
  });
}, 300_000);

afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL'];
  await proxy.stop();
  await moto.stop();
  // The order of the tests is random, so what all of them have sent together is known only here.
  expect(actionsOfAdapters().filter((action) => !proxy.answered.includes(action))).toEqual(
    Object.keys(NOT_IN_MOTO).toSorted(),
  );
});

/** "ecs DescribeServices" for every command that an adapter makes, as the fixture names its service. */
function actionsOfAdapters(): string[] {
  const actions = adapterOperations().map(({ adapter, operation }) => {
    const service = SERVICE_OF[adapter] ?? (operation === 'DescribeParameters' ? 'ssm' : adapter);
    return `${service === 'secrets' ? 'secretsmanager' : service} ${operation}`;
  });
  return [...new Set(actions)].toSorted();
}

it('lacks what we say that it lacks: what it has learnt is compared here', async () => {
  const { python } = await setUp(['python']);
  const program = `
import importlib, json, re, sys
def lacks(name):
    service, operation = name.split()
    method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).lower()
    module = importlib.import_module(f"moto.{service}.responses")
    found = getattr(getattr(module, {"ecs": "EC2ContainerServiceResponse", "ecr": "ECRResponse"}[service]), method, None)
    return found is None or "NotImplementedError" in found.__code__.co_names
json.dump([name for name in json.load(sys.stdin) if not lacks(name)], sys.stdout)`;
  // One that it has had for long: the question itself can be answered with yes.
  const input = JSON.stringify(['ecs DescribeServices', ...Object.keys(NOT_IN_MOTO)]);
  const learnt = execFileSync(python!.python, ['-c', program], { input, encoding: 'utf8' });
  expect(JSON.parse(learnt)).toEqual(['ecs DescribeServices']);
});

describe('STS', () => {
  const role = 'arn:aws:iam::123456789012:role/deploy';
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  beforeAll(() => Object.assign(process.env, keys));
  afterAll(() => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
  });
  const session = async (host: FakeHost) => {
    const signal = new AbortController().signal;
    return credentialsFor({ role, host, region: REGION, signal })?.();
  };

  it('says who calls', async () => {
    expect(await aws.identity.caller()).toEqual({
      account: '123456789012',
      arn: expect.stringMatching(/^arn:aws:sts::/) as string,
    });
  });

  it('gives a session for a token, and for credentials at hand', async () => {
    const withToken = new FakeHost({ oidc: 'a.b.c' });
    const inTerminal = new FakeHost();
    inTerminal.kind = 'terminal';
    for (const host of [withToken, inTerminal]) {
      const found = await session(host);
      expect(found?.accessKeyId).toMatch(/^ASIA/);
      expect(found?.expiration.getTime()).toBeGreaterThan(Date.now());
    }
  });
});

describe('ECS', () => {
  const definition = {
    family: 'web',
    containerDefinitions: [{ name: 'app', image: 'shop:1', memory: 128 }],
  };

  beforeAll(async () => {
    const client = new ECSClient(settings);
    await client.send(new CreateClusterCommand({ clusterName: CLUSTER }));
    await aws.ecs.registerTaskDefinition(definition, [{ key: 'commit', value: 'abc' }]);
    await client.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: 'web',
        taskDefinition: 'web',
        desiredCount: 2,
      }),
    );
  });

  it('stores a definition that is sent as raw JSON, with its tags', async () => {
    const stored = await aws.ecs.describeTaskDefinition('web:1');
    expect(stored.arn).toBe(`arn:aws:ecs:${REGION}:123456789012:task-definition/web:1`);
    expect(stored.definition['containerDefinitions']).toMatchObject([{ name: 'app', memory: 128 }]);
    expect(stored.tags).toEqual([{ key: 'commit', value: 'abc' }]);
    await aws.ecs.tagResource(stored.arn, [{ key: 'verified', value: 'yes' }]);
    expect((await aws.ecs.describeTaskDefinition('web:1')).tags).toContainEqual({
      key: 'verified',
      value: 'yes',
    });
  });

  it('describes a service with its deployments, and the missing one among the failures', async () => {
    const { services, failures } = await aws.ecs.describeServices(CLUSTER, ['web', 'gone']);
    expect(services).toMatchObject([
      { serviceName: 'web', desiredCount: 2, status: 'ACTIVE', deployments: [{ status: 'PRIMARY' }] },
    ]);
    expect(services[0]?.deployments?.[0]?.createdAt).toBeInstanceOf(Date);
    expect(failures).toMatchObject([{ reason: 'MISSING' }]);
  });

  it('updates a service and answers with it', async () => {
    const { arn } = await aws.ecs.registerTaskDefinition(definition, []);
    const service = await aws.ecs.updateService({ cluster: CLUSTER, service: 'web', taskDefinition: arn });
    expect(service.taskDefinition).toBe(arn);
    expect(service.deployments?.[0]?.id).toMatch(/^ecs-svc\//);
  });

  it('lists no tasks where none run', async () => {
    expect(await aws.ecs.listTasks({ cluster: CLUSTER, status: 'STOPPED', family: 'web' })).toEqual([]);
  });

  it('lists services, and the revisions of a family', async () => {
    expect(await aws.ecs.listServices(CLUSTER)).toEqual(['web']);
    for (const image of ['shop:1', 'shop:2'])
      await aws.ecs.registerTaskDefinition(
        { family: 'listed', containerDefinitions: [{ name: 'app', image, memory: 128 }] },
        [],
      );
    // A longer family of the same beginning is another one.
    await aws.ecs.registerTaskDefinition({ ...definition, family: 'listed-other' }, []);
    // Moto knows no order.
    const revisions = (await aws.ecs.listRevisions('listed', 5)).map((arn) => arn.split('/')[1]);
    expect(revisions.toSorted()).toEqual(['listed:1', 'listed:2']);
  });

  it('runs a one-off task, finds it by who started it, describes it, and stops it', async () => {
    await aws.ecs.registerTaskDefinition(
      {
        family: 'task',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: 'shop:1', memory: 512 }],
      },
      [],
    );
    const ec2 = new EC2Client(settings);
    const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const { SecurityGroups: [group] = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    const { tasks, failures } = await aws.ecs.runTask({
      cluster: CLUSTER,
      taskDefinition: 'task:1',
      launchType: 'FARGATE',
      startedBy: 'deploy-action/migrate/1',
      clientToken: 'token-1',
      overrides: { containerOverrides: [{ name: 'app', command: ['bin/migrate'] }] },
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [subnet?.SubnetId ?? ''], securityGroups: [group?.GroupId ?? ''] },
      },
    });
    expect(failures).toEqual([]);
    const arn = tasks[0]?.taskArn ?? '';
    const listed = { cluster: CLUSTER, status: 'RUNNING', startedBy: 'deploy-action/migrate/1' } as const;
    expect(await aws.ecs.listTasks(listed)).toEqual([arn]);
    expect(await aws.ecs.listTasks({ ...listed, startedBy: 'somebody' })).toEqual([]);
    await aws.ecs.stopTask(CLUSTER, arn, 'enough');
    const described = await aws.ecs.describeTasks(CLUSTER, [arn]);
    expect(described.tasks).toMatchObject([
      { taskArn: arn, lastStatus: 'STOPPED', stoppedReason: 'enough', startedBy: 'deploy-action/migrate/1' },
    ]);
  });

  it('refuses what is not there, as AWS does', async () => {
    await expect(aws.ecs.describeServices('gone', ['web'])).rejects.toMatchObject({
      awsCode: 'ClusterNotFoundException',
    });
    await expect(
      aws.ecs.updateService({ cluster: CLUSTER, service: 'gone', taskDefinition: 'web:1' }),
    ).rejects.toMatchObject({
      awsCode: 'ServiceNotFoundException',
    });
    await expect(aws.ecs.describeTaskDefinition('gone')).rejects.toMatchObject({
      awsCode: 'ClientException',
      retryable: false,
    });
  });
});

describe('ECR', () => {
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: 1,
      digest: `sha256:${'a'.repeat(64)}`,
    },
    layers: [],
  };

  beforeAll(async () => {
    const client = new ECRClient(settings);
    await client.send(
      new CreateRepositoryCommand({ repositoryName: 'shop', imageTagMutability: 'IMMUTABLE' }),
    );
    await client.send(
      new PutImageCommand({
        repositoryName: 'shop',
        imageTag: 'src-1',
        imageManifest: JSON.stringify(manifest),
      }),
    );
  });

  it('finds an image by tag and by digest, and no missing one', async () => {
    const image = await aws.ecr.describeImage({ name: 'shop' }, { tag: 'src-1' });
    expect(image).toMatchObject({
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      tags: ['src-1'],
    });
    expect(await aws.ecr.describeImage({ name: 'shop' }, { digest: image?.digest ?? '' })).toEqual(image);
    expect(await aws.ecr.describeImage({ name: 'shop' }, { tag: 'src-2' })).toBeUndefined();
    await expect(aws.ecr.describeImage({ name: 'gone' }, { tag: 'src-1' })).rejects.toMatchObject({
      awsCode: 'RepositoryNotFoundException',
    });
  });

  it('gives a login whose password is hidden', async () => {
    const login = await aws.ecr.login();
    expect(login).toMatchObject({
      registry: `123456789012.dkr.ecr.${REGION}.amazonaws.com`,
      username: 'AWS',
    });
    expect(masked).toContain(login.password);
  });

  it('keeps what a lifecycle policy says, and says where there is none', async () => {
    expect(await aws.ecr.lifecyclePolicy({ name: 'shop' })).toBeUndefined();
    const policy = {
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 3 },
          action: { type: 'expire' },
        },
      ],
    };
    await new ECRClient(settings).send(
      new PutLifecyclePolicyCommand({
        repositoryName: 'shop',
        lifecyclePolicyText: JSON.stringify(policy),
      }),
    );
    expect(JSON.parse((await aws.ecr.lifecyclePolicy({ name: 'shop' })) ?? '')).toEqual(policy);
  });

  it('tells what a scan has found, and where there was none', async () => {
    const client = new ECRClient(settings);
    const { digest = '' } = (await aws.ecr.describeImage({ name: 'shop' }, { tag: 'src-1' })) ?? {};
    expect(await aws.ecr.describeImageScanFindings({ name: 'shop' }, digest)).toBeUndefined();
    await client.send(
      new StartImageScanCommand({ repositoryName: 'shop', imageId: { imageDigest: digest } }),
    );
    const scan = await aws.ecr.describeImageScanFindings({ name: 'shop' }, digest);
    expect(scan?.status).toBe('COMPLETE');
    expect(scan?.findings[0]).toEqual({
      name: expect.stringMatching(/^CVE-/) as string,
      severity: expect.stringMatching(/^[A-Z]+$/) as string,
    });
    const counted = Object.values(scan?.counts ?? {}).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(scan?.findings.length);
  });

  it('gives the index of an image for several platforms', async () => {
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const part = (architecture: string, digit: string) => ({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${digit.repeat(64)}`,
      size: 1,
      platform: { os: 'linux', architecture },
    });
    const index = { schemaVersion: 2, mediaType, manifests: [part('amd64', 'a'), part('arm64', 'b')] };
    const { image } = await new ECRClient(settings).send(
      new PutImageCommand({
        repositoryName: 'shop',
        imageTag: 'both',
        imageManifest: JSON.stringify(index),
        imageManifestMediaType: mediaType,
      }),
    );
    expect(await aws.ecr.platforms({ name: 'shop' }, image?.imageId?.imageDigest ?? '')).toEqual([
      'linux/amd64',
      'linux/arm64',
    ]);
  });

  it('says that tags are immutable', async () => {
    expect(await aws.ecr.describeRepository({ name: 'shop' })).toEqual({
      uri: `123456789012.dkr.ecr.${REGION}.amazonaws.com/shop`,
      immutableTags: true,
    });
  });
});

describe('CloudWatch Logs', () => {
  it('has no stream at first, then each line once, then the same token', async () => {
    expect(await aws.logs.readPage(STREAM)).toBeUndefined();
    const client = new CloudWatchLogsClient(settings);
    const names = { logGroupName: STREAM.group, logStreamName: STREAM.stream };
    await client.send(new CreateLogGroupCommand({ logGroupName: STREAM.group }));
    expect(await aws.logs.readPage(STREAM)).toBeUndefined();
    await client.send(new CreateLogStreamCommand(names));
    const now = Date.now();
    const lines = ['one', 'two', 'three'];
    await client.send(
      new PutLogEventsCommand({
        ...names,
        logEvents: lines.map((message, index) => ({ message, timestamp: now + index })),
      }),
    );

    const first = await aws.logs.readPage(STREAM);
    expect(first?.events).toEqual(lines.map((message, index) => ({ message, timestamp: now + index })));
    const second = await aws.logs.readPage(STREAM, first?.nextToken);
    expect(second).toEqual({ events: [], nextToken: first?.nextToken });
    expect((await aws.logs.readTail(STREAM, 2))?.map(({ message }) => message)).toEqual(['two', 'three']);
  });
});

it('CloudWatch Logs knows a group by its whole name', async () => {
  const client = new CloudWatchLogsClient(settings);
  await client.send(new CreateLogGroupCommand({ logGroupName: '/billing/web' }));
  expect(await aws.logs.groupExists('/billing/web', REGION)).toBe(true);
  expect(await aws.logs.groupExists('/billing/w', REGION)).toBe(false);
});

describe('what a plan reads', () => {
  it('target groups and their delay', async () => {
    const client = new ElasticLoadBalancingV2Client(settings);
    const { Subnets = [] } = await new EC2Client(settings).send(new DescribeSubnetsCommand({}));
    const { TargetGroups = [] } = await client.send(
      new CreateTargetGroupCommand({
        Name: 'web',
        Protocol: 'HTTP',
        Port: 3000,
        VpcId: Subnets[0]?.VpcId,
        TargetType: 'ip',
        HealthCheckPort: '8080',
      }),
    );
    const TargetGroupArn = TargetGroups[0]?.TargetGroupArn ?? '';
    expect(await aws.loadBalancers.targetGroup(TargetGroupArn)).toEqual({
      targetType: 'ip',
      port: 3000,
      healthCheckPort: '8080',
    });
    expect(await aws.loadBalancers.targetGroup(TargetGroupArn.replace('/web/', '/gone/'))).toBeUndefined();
    await client.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '45' }],
      }),
    );
    expect(await aws.loadBalancers.deregistrationDelay(TargetGroupArn)).toBe(45);
  });

  it('subnets and security groups, those that are there', async () => {
    const client = new EC2Client(settings);
    const { Subnets: [subnet] = [] } = await client.send(new DescribeSubnetsCommand({}));
    const { SecurityGroups: [group] = [] } = await client.send(new DescribeSecurityGroupsCommand({}));
    expect(await aws.network.subnets([subnet?.SubnetId ?? '', 'subnet-gone'])).toEqual([
      { id: subnet?.SubnetId, freeAddresses: subnet?.AvailableIpAddressCount },
    ]);
    expect(await aws.network.securityGroups([group?.GroupId ?? '', 'sg-gone'])).toEqual([group?.GroupId]);
  });

  it('who may take a role', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    };
    await new IAMClient(settings).send(
      new CreateRoleCommand({ RoleName: 'execution', AssumeRolePolicyDocument: JSON.stringify(policy) }),
    );
    expect(await aws.roles.trustPolicy('execution')).toEqual(policy);
    expect(await aws.roles.trustPolicy('gone')).toBeUndefined();
  });

  it('which parameters and secrets there are', async () => {
    const parameters = new SSMClient(settings);
    for (const Name of ['/shop/one', '/shop/two', 'plain'])
      await parameters.send(new PutParameterCommand({ Name, Value: 'x', Type: 'SecureString' }));
    expect(await aws.secrets.existingParameters(['/shop/one', 'plain', '/shop/gone'], REGION)).toEqual(
      new Set(['/shop/one', 'plain']),
    );
    const secrets = new SecretsManagerClient(settings);
    for (const Name of ['licence', 'old'])
      await secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
    await secrets.send(new DeleteSecretCommand({ SecretId: 'old', RecoveryWindowInDays: 7 }));
    expect(await aws.secrets.describeSecret('licence', REGION)).toEqual({ isDeleted: false });
    expect(await aws.secrets.describeSecret('old', REGION)).toEqual({ isDeleted: true });
    expect(await aws.secrets.describeSecret('gone', REGION)).toBeUndefined();
  });
});

/** Members that came after moto would be dropped by the SDK that makes the fixtures. */
const isKnown = ([what]: [string, unknown]) => what !== 'members that came after us';

describe('EventBridge', () => {
  const rule = { bus: 'orders', name: 'nightly' };
  const targets = Object.entries(RULE_TARGETS)
    .filter(isKnown)
    .map(([, target]) => target(revisionArn('web:1')));

  beforeAll(async () => {
    const client = new EventBridgeClient(settings);
    await client.send(new CreateEventBusCommand({ Name: rule.bus }));
    const names = { Name: rule.name, EventBusName: rule.bus };
    await client.send(new PutRuleCommand({ ...names, EventPattern: '{"source":["orders"]}' }));
    await client.send(new PutTargetsCommand({ Rule: rule.name, EventBusName: rule.bus, Targets: targets }));
  });

  it('lists buses and their rules', async () => {
    expect(await aws.events.listEventBuses()).toEqual(expect.arrayContaining(['default', 'orders']));
    expect(await aws.events.listRules('orders')).toEqual([{ name: 'nightly', enabled: true }]);
  });

  it('gives targets as they were put, and takes one that changed', async () => {
    const before = (await aws.events.listTargetsByRule(rule)) ?? [];
    expect(before).toEqual(targets);
    const [first] = before.map((target) => withTaskDefinition(target, revisionArn('web:2')));
    expect(await aws.events.putTargets(rule, first === undefined ? [] : [first])).toEqual([]);
    const after = (await aws.events.listTargetsByRule(rule)) ?? [];
    expect(after).toHaveLength(targets.length);
    expect(after.find(({ Id }) => Id === first?.['Id'])).toEqual(first);
  });

  it('says of a rule that is not there that it is not', async () => {
    expect(await aws.events.listTargetsByRule({ bus: 'orders', name: 'gone' })).toBeUndefined();
  });
});

describe('EventBridge Scheduler', () => {
  const schedules = Object.entries(SCHEDULES)
    .filter(isKnown)
    // Moto refuses what began long ago.
    .map(([, schedule]) => schedule(revisionArn('web:1')))
    .filter(({ Name }) => Name !== 'campaign');

  beforeAll(async () => {
    const client = new SchedulerClient(settings);
    await client.send(new CreateScheduleGroupCommand({ Name: 'billing' }));
    for (const schedule of schedules) {
      const input = {
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ...schedule,
      } as unknown as CreateScheduleCommandInput;
      await client.send(new CreateScheduleCommand(input));
    }
  });

  it('lists the schedules of all groups', async () => {
    const found = await aws.scheduler.listSchedules();
    expect(found.map(({ group, name }) => `${group}/${name}`).toSorted()).toEqual(
      schedules.map(({ GroupName, Name }) => `${GroupName}/${Name}`).toSorted(),
    );
    expect(found.map(({ targetArn }) => targetArn)).toEqual(schedules.map(({ Target }) => Target.Arn));
  });

  it.each(schedules.map(({ GroupName, Name }) => [Name, { group: GroupName, name: Name }] as const))(
    'takes %s back as it gave it, its revision changed',
    async (_name, name) => {
      const before = (await aws.scheduler.getSchedule(name)) ?? {};
      const target = before['Target'] as typeof before;
      await aws.scheduler.updateSchedule(name, {
        ...before,
        Target: withTaskDefinition(target, revisionArn('web:2')),
      });
      expect(await aws.scheduler.getSchedule(name)).toEqual({
        ...before,
        Target: withTaskDefinition(target, revisionArn('web:2')),
        LastModificationDate: expect.any(Number) as number,
      });
    },
  );

  it('says of a schedule that is not there that it is not', async () => {
    expect(await aws.scheduler.getSchedule({ group: 'default', name: 'gone' })).toBeUndefined();
  });
});

describe('CodeBuild', () => {
  it('starts a build, finds it again, and says that it is over', async () => {
    await new CodeBuildClient(settings).send(
      new CreateProjectCommand({
        name: 'shop-build',
        source: { type: 'S3', location: 'shop-deploys/source.zip' },
        artifacts: { type: 'NO_ARTIFACTS' },
        environment: {
          type: 'LINUX_CONTAINER',
          image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
          computeType: 'BUILD_GENERAL1_SMALL',
        },
        serviceRole: 'arn:aws:iam::123456789012:role/service-role/codebuild',
      }),
    );
    expect(await aws.codebuild.batchGetProjects('shop-build')).toMatchObject({
      name: 'shop-build',
      source: { type: 'S3' },
    });
    expect(await aws.codebuild.batchGetProjects('gone')).toBeUndefined();

    const { id } = await aws.codebuild.startBuild({ projectName: 'shop-build', idempotencyToken: 'k-0-0' });

    expect(id).toMatch(/^shop-build:/);
    expect(await aws.codebuild.listBuildsForProject('shop-build')).toEqual([id]);
    const { builds } = await aws.codebuild.batchGetBuilds([id]);
    expect(builds.map((build) => [build.id, judgeBuild(build).state])).toEqual([[id, 'succeeded']]);
    await aws.codebuild.stopBuild(id);
    await expect(aws.codebuild.startBuild({ projectName: 'gone' })).rejects.toMatchObject({
      awsCode: 'ResourceNotFoundException',
    });
  });
});

it('S3 keeps what is put into it', async () => {
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({
      Bucket: 'shop-deploys',
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  const body = new Uint8Array([80, 75, 3, 4, 255]);
  await aws.s3.putObject({ bucket: 'shop-deploys', key: 'deploy-action/1.zip', body });
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: 'shop-deploys', Key: 'deploy-action/1.zip' }),
  );
  expect(await Body?.transformToByteArray()).toEqual(body);
  await expect(aws.s3.putObject({ bucket: 'gone', key: 'a', body })).rejects.toMatchObject({
    awsCode: 'NoSuchBucket',
  });
});
