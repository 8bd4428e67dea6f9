import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeImagesCommand, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import {
  DescribeServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { runInTerminal, type TerminalRun } from '../bundle/terminal.ts';
import { createApplication } from '../stage/application.ts';
import { awsClients } from '../stage/aws.ts';
import { createGitRepository, type GitRepository } from '../stage/git.ts';
import { startRecordingProxy, type RecordedRequest, type RecordingProxy } from '../stage/recording-proxy.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { recordDockerCalls, type DockerCalls } from './support/docker-calls.ts';
import { runAction, type ActionRun } from './support/runner.ts';
import { makeSchedules, scheduleNames, schedulesNow } from './support/schedules.ts';

const limit = 120_000;
/** What MiniStack's EC2 begins with. */
const network = { subnet: 'subnet-00000001', securityGroup: 'sg-00000001' };

const files = {
  Dockerfile: 'FROM scratch\nCOPY server.js .\n',
  '.dockerignore': '.git\n.github\n',
  'server.js': 'serve()\n',
  '.github/deploy.yml': `version: 1
image: { repository: shop }
environments: { staging: { branch: develop, cluster: staging } }
services: [{ name: web, container: app }, { name: worker, container: app }]
families: [{ family: staging-nightly, container: app }]
migrate: { service: web, command: [bin/migrate] }
schedules: [{ rule: ${scheduleNames.rule} }, { schedule: ${scheduleNames.schedule} }]
`,
};

/** What reads, by the names that AWS gives its actions; the link to a layer of an image is a plain download. */
const READS = /^(?:[a-z0-9]+:(?:Describe|List|Get|BatchGet)[A-Z]\w*|unsigned:GET \/v2\/shop\/blobs\/\S+)$/u;
const nameOf = ({ service, action }: RecordedRequest) => `${service}:${action}`;

describe('R34: a plan of a real application, seen by a proxy that writes down every call', () => {
  let stage: Stage;
  let proxy: RecordingProxy;
  let git: GitRepository;
  let dockerCalls: DockerCalls;
  let before: unknown;
  let after: unknown;
  let terminal: { run: TerminalRun; calls: RecordedRequest[] };
  let pullRequest: { run: ActionRun; calls: RecordedRequest[] };

  beforeAll(async () => {
    stage = await startStage({ region: 'ap-northeast-1' });
    proxy = await startRecordingProxy(stage.endpoint);
    git = await createGitRepository(files);
    dockerCalls = recordDockerCalls(stage.environment['PATH'] ?? '');
    await createApplication(stage, {
      cluster: 'staging',
      repository: 'shop',
      network,
      services: [{ name: 'web' }, { name: 'worker' }],
    });
    await furnish(stage);
    before = await stateOf(stage);
    const environment = { ...stage.environment, AWS_ENDPOINT_URL: proxy.url, PATH: dockerCalls.path };

    const args = ['plan', '--environment', 'staging', '--image', 'placeholder', '--json'];
    terminal = { run: await runInTerminal(git.folder, args, environment), calls: proxy.take() };

    const sha = await git.git('rev-parse', 'HEAD');
    const event = {
      name: 'pull_request',
      ref: 'refs/pull/7/merge',
      sha,
      payload: { number: 7, pull_request: { number: 7, base: { ref: 'develop' }, head: { ref: 'topic' } } },
    };
    const request = { workspace: git.folder, event, inputs: { command: 'plan' }, environment };
    pullRequest = { run: await runAction(request), calls: proxy.take() };
    after = await stateOf(stage);
  }, limit);

  afterAll(async () => {
    dockerCalls.remove();
    git.remove();
    await proxy.stop();
    await stage.stop();
  }, limit);

  it('comes to its end, and every check passes but for what a lifecycle rule may expire', () => {
    const { exitCode, stdout, stderr } = terminal.run;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const { plan } = JSON.parse(stdout) as { plan: PlanFacts };
    expect(plan.images).toMatchObject([{ action: 'reuse', tag: 'placeholder' }]);
    expect(plan.definitions.map(({ family, services }) => [family, ...services])).toEqual([
      ['staging-web', 'web'],
      ['staging-worker', 'worker'],
      ['staging-nightly'],
    ]);
    expect(plan.tasks).toMatchObject([{ purpose: 'migrate', action: 'run' }]);
    const open = plan.checks.filter(({ state }) => state !== 'pass');
    expect(open).toMatchObject([{ check: 'lifecycle', state: 'warn' }]);
    expect(new Set(plan.checks.map(({ check }) => check))).toEqual(
      new Set(['service', 'image', 'lifecycle', 'execution-role', 'secret', 'log-group', 'network']),
    );
  });

  it('on a pull request would build, and builds nothing', () => {
    expect({ log: pullRequest.run.stdout, exitCode: pullRequest.run.exitCode }).toMatchObject({
      exitCode: 0,
    });
    expect(pullRequest.run.summary).toContain('🔨 build');
    expect(pullRequest.run.summary).toContain('🔄 move');
    expect(dockerCalls.take()).toEqual([]);
  });

  it.each(['terminal', 'pull request'])('makes no call that could change anything: %s', (where) => {
    const { calls } = where === 'terminal' ? terminal : pullRequest;
    expect(calls.map(nameOf).filter((name) => !READS.test(name))).toEqual([]);
  });

  it('is seen to look at all that it tells of', () => {
    const names = [...new Set([...terminal.calls, ...pullRequest.calls].map(nameOf))]
      .filter((name) => !name.startsWith('unsigned:'))
      .toSorted();
    expect(names).toEqual([
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ecr:BatchGetImage',
      'ecr:DescribeImages',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'ecr:GetLifecyclePolicy',
      'ecs:DescribeServices',
      'ecs:DescribeTaskDefinition',
      'events:ListTargetsByRule',
      'iam:GetRole',
      'logs:DescribeLogGroups',
      'scheduler:GetSchedule',
      'secretsmanager:DescribeSecret',
      'ssm:DescribeParameters',
      'sts:GetCallerIdentity',
    ]);
  });

  it('leaves definitions, tasks, services, images and schedules as they were', () => {
    expect(after).toEqual(before);
  });

  it('a call that changes something would be seen as one', async () => {
    const { ecs } = awsClients({ ...stage, endpoint: proxy.url });
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'other',
        containerDefinitions: [{ name: 'app', image: 'busybox', memory: 16 }],
      }),
    );
    const names = proxy.take().map(nameOf);
    expect(names).toEqual(['ecs:RegisterTaskDefinition']);
    expect(names.filter((name) => READS.test(name))).toEqual([]);
  });
});

interface PlanFacts {
  images: object[];
  definitions: { family: string; services: string[] }[];
  tasks: object[];
  checks: { check: string; state: string }[];
}

/** What the tasks of the application need, a family that nobody runs, and what starts tasks by the clock. */
async function furnish(stage: Stage): Promise<void> {
  const { ecr, ecs, iam, logs, secrets, ssm } = awsClients(stage);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  await iam.send(
    new CreateRoleCommand({ RoleName: 'ecs-execution', AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const { ARN: secret } = await secrets.send(
    new CreateSecretCommand({ Name: 'shop/stripe', SecretString: 'never-read' }),
  );
  await ssm.send(
    new PutParameterCommand({ Name: '/shop/mail-key', Value: 'never-read', Type: 'SecureString' }),
  );
  await ecr.send(
    new PutLifecyclePolicyCommand({
      repositoryName: 'shop',
      lifecyclePolicyText: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 },
            action: { type: 'expire' },
          },
        ],
      }),
    }),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/staging-nightly' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'staging-nightly',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${stage.account}:role/ecs-execution`,
      containerDefinitions: [
        {
          name: 'app',
          image: `${stage.registry}/shop:placeholder`,
          essential: true,
          secrets: [
            { name: 'STRIPE_KEY', valueFrom: secret! },
            { name: 'MAIL_KEY', valueFrom: '/shop/mail-key' },
          ],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/ecs/staging-nightly',
              'awslogs-region': stage.region,
              'awslogs-stream-prefix': 'ecs',
            },
          },
        },
      ],
    }),
  );
  await makeSchedules(stage);
}

/** All that a deploy would change. */
async function stateOf(stage: Stage): Promise<unknown> {
  const { ecr, ecs } = awsClients(stage);
  const cluster = 'staging';
  const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand({}));
  const tasks = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map(async (desiredStatus) =>
      (await ecs.send(new ListTasksCommand({ cluster, desiredStatus }))).taskArns?.toSorted(),
    ),
  );
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['web', 'worker'] }));
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'shop' }));
  return {
    taskDefinitionArns,
    tasks,
    services,
    images: imageDetails?.map(({ imageDigest, imageTags }) => ({ imageDigest, imageTags })),
    schedules: await schedulesNow(stage),
  };
}
