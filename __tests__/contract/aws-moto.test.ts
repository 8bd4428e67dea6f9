import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
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
import { setUp } from '../../scripts/setup.mjs';
import { connectAws } from '../../src/adapters/aws-connect.ts';
import type { Aws } from '../../src/ports/aws.ts';
import { judgeBuild } from '../../src/rules/codebuild/build-verdict.ts';
import { withTaskDefinition } from '../../src/rules/schedule/pin.ts';
import { revisionArn, RULE_TARGETS, SCHEDULES } from '../fixtures/schedules.ts';

/**
 * A second opinion beside our own fake: the adapters understand the answers of moto, which is made by others from
 * AWS's documentation. One-off tasks are left out, since moto wants a whole network for them.
 */
const REGION = 'ap-northeast-1';
const CLUSTER = 'staging';
const STREAM = { group: '/shop', stream: 'web/app/1', region: REGION };
const settings = { region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

let server: ChildProcess;
let aws: Aws;
const masked: string[] = [];

beforeAll(async () => {
  const { python } = await setUp(['python']);
  const port = await freePort();
  server = spawn(python?.motoServer ?? '', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${port}`;
  aws = connectAws({
    ...settings,
    environment: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    userAgent: 'deploy-action/0.0.0',
    mask: (secret) => masked.push(secret),
  });
  // The adapters try again while nobody answers yet; a slow machine gets a second round.
  await aws.identity.caller().catch(() => aws.identity.caller());
}, 300_000);

afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL'];
  const ended = once(server, 'exit');
  server.kill();
  await ended;
});

it('STS says who calls', async () => {
  expect(await aws.identity.caller()).toEqual({
    account: '123456789012',
    arn: expect.stringMatching(/^arn:aws:sts::/) as string,
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

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

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
