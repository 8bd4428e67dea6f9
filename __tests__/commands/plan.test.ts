import type { PlanReport } from '../../src/report/plan-report.ts';
import { fullPlanShop as fullShop, planShop, TARGET_GROUP } from '../fakes/plan-shop.ts';
import { PUSH_TO_DEVELOP } from '../fakes/host.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import { OLD_DIGEST, REGISTRY, type Shop } from '../fakes/shop.ts';

/** Every call that a plan may make. AWS lists all of them with the access level Read or List (service authorization reference). */
const READ_ONLY = [
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ecr:BatchGetImage',
  'ecr:DescribeImages',
  'ecr:DescribeRepositories',
  'ecr:GetAuthorizationToken',
  'ecr:GetDownloadUrlForLayer',
  'ecr:GetLifecyclePolicy',
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
  'iam:GetRole',
  'logs:DescribeLogGroups',
  'secretsmanager:DescribeSecret',
  'ssm:DescribeParameters',
  'sts:GetCallerIdentity',
];

const SCHEDULE_READS = [
  'events:ListEventBuses',
  'events:ListRules',
  'events:ListTargetsByRule',
  'scheduler:GetSchedule',
  'scheduler:ListSchedules',
];

const planned = (shop: Shop): PlanReport =>
  (JSON.parse(shop.host.results.at(-1) ?? '{}') as { plan: PlanReport }).plan;
const found = (shop: Shop, check: string) =>
  planned(shop)
    .checks.filter((one) => one.check === check)
    .map(({ subject, state, message }) => `${state} ${subject}: ${message}`);
const calls = (shop: Shop) => [
  ...new Set(shop.aws.calls.map(({ service, operation }) => `${service}:${operation}`)),
];
const asDeploy = (shop: Shop) => {
  shop.host.currentEvent = PUSH_TO_DEVELOP;
};

/** Another definition for api, from a file of the pull request. */
function fileFor(shop: Shop, change: (definition: Record<string, unknown>) => object): void {
  const { taskDefinition } = shop.aws.ecs.service('api');
  const definition = shop.aws.ecs.taskDefinitions.find(taskDefinition)?.definition ?? {};
  shop.files.entries.set('ecs/api.json', JSON.stringify(change({ ...definition })));
  shop.configure((yaml) =>
    yaml
      .replaceAll('web', 'api')
      .replace('[api, worker]', '[{ name: api, task-definition: ecs/api.json }, worker]'),
  );
}

describe('plan', () => {
  it('R34 tells on a pull request what a deploy would do, without Docker', async () => {
    const shop = planShop();
    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop)).toMatchObject({
      images: [{ action: 'build', uri: `${REGISTRY}/shop`, tag: expect.stringMatching(/^src-/) as string }],
      definitions: [
        { family: 'web', services: ['web'], from: 'web:1', action: 'register' },
        { family: 'worker', services: ['worker'], from: 'worker:1', action: 'register' },
      ],
      tasks: [{ purpose: 'migrate', action: 'run', reason: 'the image is new' }],
      services: [
        { name: 'web', from: 'web:1', action: 'update' },
        { name: 'worker', from: 'worker:1', action: 'update' },
      ],
    });
    expect(shop.builder.builds).toEqual([]);
    expect(shop.builder.probes).toBe(0);
    expect(shop.host.outputs['outcome']).toBe('no-change');
    expect(shop.host.summaries.join('')).toContain('This is what a deploy would do');
  });

  it('R3 foresees what the deploy of the same content then does', async () => {
    const shop = planShop();
    asDeploy(shop);
    await shop.run('plan');
    const [image] = planned(shop).images;
    expect(await shop.deploy()).toBe(0);
    expect(shop.builder.builds[0]?.references[0]).toBe(`${REGISTRY}/shop:${image?.tag ?? ''}`);
  });

  it('says that nothing would change, and that the migration is skipped, where all of it runs', async () => {
    const shop = planShop();
    asDeploy(shop);
    await shop.deploy();
    expect(await shop.run('plan')).toBe(0);
    const plan = planned(shop);
    expect(plan.images[0]).toMatchObject({ action: 'reuse', digest: shop.digestOf('web:2') });
    expect(plan.definitions.map(({ action, diff }) => ({ action, diff }))).toEqual([
      { action: 'unchanged', diff: [] },
      { action: 'unchanged', diff: [] },
    ]);
    expect(plan.tasks).toMatchObject([{ purpose: 'migrate', action: 'skip' }]);
    expect(plan.services).toMatchObject([{ action: 'unchanged' }, { action: 'unchanged' }]);
  });

  it('R3 shows a diff of each task definition, and no value of an environment variable', async () => {
    const shop = fullShop();
    fileFor(shop, (definition) => ({
      ...definition,
      cpu: 512,
      containerDefinitions: (definition['containerDefinitions'] as object[]).map((container) => ({
        ...container,
        environment: [
          { name: 'RAILS_ENV', value: 'another-hidden-value' },
          { name: 'LOG_LEVEL', value: 'new-value-nobody-may-read' },
          { name: 'ADDED', value: 'added-value-nobody-may-read' },
        ],
      })),
    }));
    await shop.run('plan');
    const [web] = planned(shop).definitions;
    expect(web?.diff.filter((line) => /^[-+] /.test(line))).toEqual([
      expect.stringMatching(/^- +LOG_LEVEL: \(hidden\)$/),
      expect.stringMatching(/^\+ +ADDED: \(hidden\)$/),
      expect.stringMatching(/^\+ +LOG_LEVEL: \(hidden, changed\)$/),
      expect.stringMatching(/^- +image: .*@sha256:0+$/),
      expect.stringMatching(/^\+ +image: .*known after the build/),
    ]);
    expect(web?.diff).toContain('+cpu: "512"');
    const { lines, summaries, results } = shop.host;
    expect([...lines, ...summaries, ...results].join('\n')).not.toContain('nobody-may-read');
    expect([...lines, ...summaries, ...results].join('\n')).not.toContain('hidden-value');
  });

  it('R3 R34 makes no call that changes anything: every one is a read', async () => {
    const made = new Set<string>();
    const scenes: ((shop: Shop) => void)[] = [
      () => undefined,
      (shop) => fileFor(shop, (definition) => ({ ...definition, cpu: '512' })),
      (shop) => shop.aws.ecs.updateService('worker', { desiredCount: 0 }),
      (shop) =>
        shop.configure(
          (yaml) => `${yaml.replaceAll('web', 'api')}before-deploy: [{ command: [bin/assets] }]\n`,
        ),
      (shop) => asDeploy(shop),
    ];
    for (const prepare of scenes) {
      const shop = fullShop();
      prepare(shop);
      await shop.run('plan', { image: 'old' });
      await shop.run('plan', { image: 'current' });
      await shop.run('plan');
      // And once more where there is nothing to build.
      const { tag = '' } = planned(shop).images[0] ?? {};
      shop.aws.ecr.putImage('shop', { digest: `sha256:${'1'.repeat(64)}`, tags: [tag] });
      await shop.run('plan');
      expect(shop.aws.mutations()).toEqual([]);
      for (const call of calls(shop)) made.add(call);
    }
    expect([...made].toSorted()).toEqual(READ_ONLY);
  });

  it('ends with 1 where a check fails, and tells all of them', async () => {
    const shop = fullShop();
    fileFor(shop, (definition) => ({
      ...definition,
      executionRoleArn: 'arn:aws:iam::111111111111:role/gone',
      taskRoleArn: 'arn:aws:iam::222222222222:role/elsewhere',
    }));
    expect(await shop.run('plan')).toBe(1);
    expect(found(shop, 'execution-role')).toContain('fail gone: there is no such role');
    expect(found(shop, 'task-role')).toEqual([
      'fail elsewhere: it is a role of account 222222222222; tasks of account 111111111111 cannot have it',
    ]);
    expect(shop.host.outputs).toMatchObject({ outcome: 'refused', 'failed-step': 'preflight' });
    expect(shop.host.annotations).toMatchObject([{ level: 'error', title: 'PREFLIGHT_FAILED' }]);
  });

  it('names every task of the deploy in its order', async () => {
    const shop = planShop();
    shop.configure(
      (yaml) =>
        `${yaml.replace('timeout: 10m }', 'timeout: 10m, prove-previous: [bin/check] }')}before-deploy: [{ command: [bin/assets] }]\nverify: { command: [./smoke.sh] }\n`,
    );
    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop).tasks.map(({ purpose, command, action }) => [purpose, action, ...command])).toEqual([
      ['before-deploy', 'run', 'bin/assets'],
      ['migrate', 'run', 'bin/migrate'],
      ['prove-previous', 'run', 'bin/check'],
      ['verify', 'run', './smoke.sh'],
    ]);
    expect(shop.aws.mutations()).toEqual([]);
  });

  it('names the guard that would refuse the deploy', async () => {
    const shop = planShop();
    shop.aws.ecs.updateService('worker', { desiredCount: 0 });
    expect(await shop.run('plan')).toBe(1);
    expect(planned(shop).services).toMatchObject([{ action: 'update' }, { action: 'refused' }]);
    expect(found(shop, 'service')).toContainEqual(
      expect.stringContaining('fail worker: service worker has a desired count of 0'),
    );
    expect(await shop.run('plan', { force: 'it is scaled by hand' })).toBe(0);
  });

  it('says which container would need a line, and goes on with the other services', async () => {
    const shop = planShop();
    shop.configure((yaml) => yaml.replace('[web, worker]', '[web, { name: worker, container: app }]'));
    expect(await shop.run('plan')).toBe(1);
    expect(found(shop, 'task-definition')).toEqual([
      expect.stringContaining('fail worker: service worker: its task definition has no container app'),
    ]);
    expect(planned(shop).definitions).toMatchObject([{ services: ['web'] }]);
  });

  it('tells what it knows without an image', async () => {
    const shop = planShop();
    shop.files.entries.delete('Dockerfile');
    expect(await shop.run('plan')).toBe(1);
    expect(found(shop, 'image')).toEqual([expect.stringContaining('no such Dockerfile')]);
    expect(found(shop, 'execution-role')).toEqual([
      'pass shop-execution: ecs-tasks.amazonaws.com may assume it',
    ]);
    expect(planned(shop).definitions).toEqual([]);
  });
});

describe('the schedules of a plan', () => {
  const targetOf = (revision: string) => ({
    Id: 'one',
    Arn: clusterArn('staging'),
    EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
  });
  const withSchedules = (yaml: string) => {
    const shop = planShop();
    shop.configure((file) => `${file}schedules: ${yaml}\n`);
    return shop;
  };

  it.each(['auto', '[{ rule: nightly }, { rule: late }]'])(
    'R39 tell which would move, and which lag behind: %s',
    async (yaml) => {
      const shop = withSchedules(yaml);
      const { aws } = shop;
      const definition = aws.ecs.taskDefinitions.find('worker')?.definition ?? {};
      aws.ecs.register({ ...definition, cpu: '512' });
      aws.ecs.updateService('worker', { taskDefinition: 'worker:2' });
      aws.events.addRule('nightly', { targets: [targetOf('worker:2')] });
      aws.events.addRule('late', { targets: [targetOf('worker:1')] });
      await shop.run('plan');
      expect(planned(shop).schedules.toSorted((one, other) => (one.from < other.from ? 1 : -1))).toEqual([
        { schedule: 'rule nightly', target: 'one', from: 'worker:2', to: 'worker:(new)', isBehind: false },
        { schedule: 'rule late', target: 'one', from: 'worker:1', to: 'worker:(new)', isBehind: true },
      ]);
      expect(shop.aws.mutations()).toEqual([]);
      expect(
        calls(shop).filter((call) => !READ_ONLY.includes(call) && !SCHEDULE_READS.includes(call)),
      ).toEqual([]);
    },
  );

  it('R39 fail the plan where one is missing', async () => {
    const shop = withSchedules('[{ rule: gone }]');
    expect(await shop.run('plan')).toBe(1);
    expect(found(shop, 'schedule')).toEqual([expect.stringContaining('gone')]);
  });

  it('are skipped without the permission to look', async () => {
    const shop = withSchedules('auto');
    shop.aws.fault({ operation: 'ListRules', times: Infinity, kind: 'access-denied' });
    expect(await shop.run('plan')).toBe(0);
    expect(found(shop, 'schedule')).toEqual(['skip schedules: no permission: events:ListRules']);
  });
});

describe('the checks of a plan', () => {
  it('pass where everything is there', async () => {
    const shop = fullShop();
    expect(await shop.run('plan', { image: 'old' })).toBe(0);
    expect(planned(shop).checks.map(({ check, subject, state }) => `${state} ${check} ${subject}`)).toEqual([
      'pass service api',
      'pass service worker',
      `pass image ${REGISTRY}/shop:old`,
      `pass lifecycle ${REGISTRY}/shop`,
      'pass execution-role shop-execution',
      'pass task-role shop-task',
      'pass secret /shop/database-url',
      'pass secret mail-key',
      'pass secret shop/stripe-AbCdEf',
      'pass log-group /shop',
      'pass target-group web',
      'pass network sg-0a1b2c3d4e5f60718',
      'pass network subnet-0a1b2c3d4e5f60718',
    ]);
  });

  it.each([
    ['GetRole', 'execution-role', 'iam:GetRole'],
    ['DescribeParameters', 'secret', 'ssm:DescribeParameters'],
    ['DescribeSecret', 'secret', 'secretsmanager:DescribeSecret'],
    ['DescribeLogGroups', 'log-group', 'logs:DescribeLogGroups'],
    ['DescribeTargetGroups', 'target-group', 'elasticloadbalancing:DescribeTargetGroups'],
    ['DescribeSubnets', 'network', 'ec2:DescribeSubnets'],
    ['DescribeSecurityGroups', 'network', 'ec2:DescribeSecurityGroups'],
    ['GetLifecyclePolicy', 'lifecycle', 'ecr:GetLifecyclePolicy'],
    ['BatchGetImage', 'image', 'ecr:BatchGetImage'],
    ['GetDownloadUrlForLayer', 'image', 'ecr:GetDownloadUrlForLayer'],
    ['DescribeImages', 'image', 'ecr:DescribeImages'],
  ])('are skipped, and name the action, without permission for %s', async (operation, check, action) => {
    const shop = fullShop();
    shop.aws.fault({ operation, times: Infinity, kind: 'access-denied' });
    expect(await shop.run('plan', { image: 'old' })).toBe(0);
    expect(found(shop, check)).toContainEqual(
      expect.stringMatching(new RegExp(`^skip .*: no permission: ${action}$`)),
    );
    expect(shop.host.annotations).toEqual([]);
  });

  it.each(['http-500', 'truncated-body', 'empty-answer', 'connection-reset-before'] as const)(
    'never fail for want of an answer: %s',
    async (kind) => {
      for (const operation of [
        'GetRole',
        'DescribeParameters',
        'DescribeSecret',
        'DescribeLogGroups',
        'DescribeTargetGroups',
        'DescribeSubnets',
        'DescribeSecurityGroups',
        'GetLifecyclePolicy',
        'BatchGetImage',
      ]) {
        const shop = fullShop();
        shop.aws.fault({ operation, times: Infinity, kind });
        expect({ operation, code: await shop.run('plan', { image: 'old' }) }).toEqual({ operation, code: 0 });
        const skipped = planned(shop).checks.filter(({ state }) => state === 'skip');
        expect({ operation, skipped: skipped.length > 0 }).toEqual({ operation, skipped: true });
      }
    },
  );

  it.each<[string, (shop: Shop) => void, string, string]>([
    [
      'an image for another CPU',
      ({ aws }) => {
        aws.ecr.removeImage('shop', OLD_DIGEST);
        aws.ecr.putImage('shop', { digest: OLD_DIGEST, tags: ['old'], platforms: ['linux/arm64'] });
      },
      'image',
      `fail ${REGISTRY}/shop:old: it is for linux/arm64; the tasks run on linux/amd64: they could not start`,
    ],
    [
      'an index without that CPU',
      ({ aws }) => {
        aws.ecr.removeImage('shop', OLD_DIGEST);
        aws.ecr.putImage('shop', {
          digest: OLD_DIGEST,
          tags: ['old'],
          platforms: ['linux/arm64', 'linux/s390x'],
        });
      },
      'image',
      `fail ${REGISTRY}/shop:old: it is for linux/arm64, linux/s390x; the tasks run on linux/amd64: they could not start`,
    ],
    [
      'a lifecycle rule that keeps the newest',
      ({ aws }) =>
        aws.ecr.setLifecyclePolicy('shop', {
          rules: [
            {
              rulePriority: 3,
              selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 },
              action: { type: 'expire' },
            },
          ],
        }),
      'lifecycle',
      `warn ${REGISTRY}/shop: its lifecycle policy can expire the image while it is in use: rule 3 keeps only the newest 5 of them`,
    ],
    [
      'a role that ECS may not assume',
      ({ aws }) =>
        aws.roles.add('shop-task', {
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'ec2.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        }),
      'task-role',
      'fail shop-task: its trust policy does not let ecs-tasks.amazonaws.com assume it',
    ],
    [
      'a secret that is about to go',
      ({ aws }) => void aws.secrets.addSecret('shop/stripe-AbCdEf', { isDeleted: true }),
      'secret',
      'fail shop/stripe-AbCdEf: the secret is about to be deleted',
    ],
    [
      'a target group of the wrong type',
      ({ aws }) => aws.loadBalancers.addTargetGroup(TARGET_GROUP, { targetType: 'instance' }),
      'target-group',
      'fail web: its target type is instance; network mode awsvpc needs ip',
    ],
    [
      'a health check on a port of nobody',
      ({ aws }) => aws.loadBalancers.addTargetGroup(TARGET_GROUP, { healthCheckPort: '8080' }),
      'target-group',
      'warn web: its health check asks port 8080, which container api does not map; traffic goes to 3000',
    ],
    [
      'a subnet without a free address',
      ({ aws }) => aws.network.addSubnet('subnet-0a1b2c3d4e5f60718', { freeAddresses: 0 }),
      'network',
      'warn subnet-0a1b2c3d4e5f60718: no address is free in subnet-0a1b2c3d4e5f60718: no task can start there',
    ],
  ])('find %s', async (_what, prepare, check, message) => {
    const shop = fullShop();
    prepare(shop);
    expect(await shop.run('plan', { image: 'old' })).toBe(message.startsWith('fail') ? 1 : 0);
    expect(found(shop, check)).toContain(message);
  });

  it.each<[string, (definition: Record<string, unknown>) => object, string, string]>([
    [
      'a parameter that is missing',
      (container) => ({ ...container, secrets: [{ name: 'A', valueFrom: '/shop/gone' }] }),
      'secret',
      'fail /shop/gone: Parameter Store has no such parameter',
    ],
    [
      'a secret that is missing',
      (container) => ({
        ...container,
        secrets: [
          { name: 'A', valueFrom: 'arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:gone-AbCdEf' },
        ],
      }),
      'secret',
      'fail gone-AbCdEf: Secrets Manager has no such secret',
    ],
    [
      'a log group that is missing',
      (container) => ({
        ...container,
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/shop/gone' } },
      }),
      'log-group',
      'fail /shop/gone: it does not exist in ap-northeast-1; tasks that log to it do not start',
    ],
    [
      'a log group that the driver makes',
      (container) => ({
        ...container,
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': '/shop/gone', 'awslogs-create-group': 'true' },
        },
      }),
      'log-group',
      'pass /shop/gone: it does not exist; the log driver creates it',
    ],
    [
      'a port that the container does not map',
      (container) => ({ ...container, portMappings: [{ containerPort: 4000 }] }),
      'target-group',
      'fail web: container api does not map port 3000, which the service registers',
    ],
  ])('find %s in the definition that would be registered', async (_what, change, check, message) => {
    const shop = fullShop();
    fileFor(shop, (definition) => ({
      ...definition,
      containerDefinitions: (definition['containerDefinitions'] as Record<string, unknown>[]).map(change),
    }));
    await shop.run('plan', { image: 'old' });
    expect(found(shop, check)).toContain(message);
  });

  it('R55 ask for each thing once, however many services share it', async () => {
    const shop = planShop();
    await shop.run('plan');
    expect(shop.aws.callsOf('GetRole')).toHaveLength(1);
    expect(shop.aws.callsOf('DescribeLogGroups')).toHaveLength(1);
    expect(shop.aws.callsOf('DescribeSubnets')).toHaveLength(1);
  });
});

describe('the environment of a plan', () => {
  it.each([
    ['develop', 'staging'],
    ['master', 'production'],
  ])('for a pull request to %s is %s', async (base, environment) => {
    const shop = planShop();
    shop.host.currentEvent = { ...shop.host.currentEvent, pullRequest: { number: 7, base, isFork: false } };
    await shop.run('plan');
    expect(shop.host.outputs['environment']).toBe(environment);
  });

  it('may be named from any branch, since nothing is deployed', async () => {
    const shop = planShop();
    shop.host.currentEvent = { ...shop.host.currentEvent, branch: 'feature' };
    expect(await shop.run('plan', { environment: 'staging' })).toBe(0);
  });

  it('a pull request still deploys nothing', async () => {
    const shop = planShop();
    expect(await shop.run('deploy')).toBe(2);
    expect(shop.aws.calls).toEqual([]);
  });
});
