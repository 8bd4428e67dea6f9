import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startFakeAws } from '../../__tests__/bundle/fake-shop.ts';
import { actionPrograms, inputVariables } from '../../__tests__/e2e/support/action-definition.ts';
import type { FakeAws } from '../../__tests__/fakes/aws/fake-aws.ts';
import { largest, median, type Figure } from './figure.ts';

const SERVICES = 10;
const RUNS = 5;
const TARGET_SECONDS = 5;
const ACCOUNT = '111111111111';

/** A plan with every check, each service with a family, roles, secrets, a log group and a target group of its own. */
export const planOfTen: Figure = {
  name: 'plan',

  async measure(onProgress) {
    onProgress(`Planning ${SERVICES} services, ${RUNS} times`);
    const seconds: number[] = [];
    let calls = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const { aws, environment, close } = await startFakeAws();
      const workspace = mkdtempSync(join(tmpdir(), 'bench-'));
      try {
        const names = Array.from({ length: SERVICES }, (_, index) => `service-${index}`);
        for (const name of names) addService(aws, name);
        mkdirSync(join(workspace, 'home'));
        writeFileSync(join(workspace, 'Dockerfile'), 'FROM scratch\n');
        seconds.push(await planOnce(workspace, environment, names));
        calls = aws.calls.length;
        if (aws.mutations().length > 0) throw new Error('a plan has changed something');
      } finally {
        rmSync(workspace, { recursive: true });
        await close();
      }
    }
    const middle = median(seconds);
    return [
      {
        what: `Plan of ${SERVICES} services`,
        target: `≤ ${TARGET_SECONDS} s`,
        measured: `${middle.toFixed(2)} s (at most ${largest(seconds).toFixed(2)})`,
        holds: middle <= TARGET_SECONDS,
        how: `median of ${RUNS} processes against a local fake that answers at once, ${calls} calls each`,
      },
    ];
  },
};

function addService(aws: FakeAws, name: string): void {
  const targetGroup = `arn:aws:elasticloadbalancing:ap-northeast-1:${ACCOUNT}:targetgroup/${name}/0123456789abcdef`;
  aws.roles.add(`${name}-execution`);
  aws.roles.add(`${name}-task`);
  aws.secrets.addParameter(`/${name}/url`);
  aws.logs.addGroup(`/${name}`);
  aws.loadBalancers.addTargetGroup(targetGroup);
  aws.network.addSubnet('subnet-0a1b2c3d4e5f60718');
  aws.network.addSecurityGroup('sg-0a1b2c3d4e5f60718');
  aws.ecs.register({
    family: name,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/${name}-execution`,
    taskRoleArn: `arn:aws:iam::${ACCOUNT}:role/${name}-task`,
    containerDefinitions: [
      {
        name: 'app',
        image: `${ACCOUNT}.dkr.ecr.ap-northeast-1.amazonaws.com/shop:v1`,
        portMappings: [{ containerPort: 3000 }],
        secrets: [
          { name: 'URL', valueFrom: `/${name}/url` },
          { name: 'KEY', valueFrom: aws.secrets.addSecret(`${name}-AbCdEf`) },
        ],
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': `/${name}` } },
      },
    ],
  });
  aws.ecs.addService({
    cluster: 'staging',
    name,
    taskDefinition: name,
    loadBalancers: [{ targetGroupArn: targetGroup, containerName: 'app', containerPort: 3000 }],
  });
}

async function planOnce(
  workspace: string,
  environment: Record<string, string>,
  names: readonly string[],
): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [actionPrograms().main], {
    cwd: workspace,
    env: {
      ...environment,
      HOME: join(workspace, 'home'),
      RUNNER_TEMP: workspace,
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REF: 'refs/heads/develop',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '1',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_WORKSPACE: workspace,
      ...inputVariables({
        command: 'plan',
        cluster: 'staging',
        repository: 'shop',
        services: names.join(','),
      }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [output, exitCode] = await Promise.all([text(child.stdout), ended]);
  if (exitCode !== 0) throw new Error(`the plan ended with ${exitCode}:\n${output}`);
  return (performance.now() - startedAt) / 1000;
}
