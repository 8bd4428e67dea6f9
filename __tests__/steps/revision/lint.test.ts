import { Shop } from '../../fakes/shop.ts';

const GROUP = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/web/0123456789abcdef';
const warnings = (shop: Shop) =>
  shop.host.annotations.filter(({ level }) => level === 'warning').map(({ title }) => title);

/** web behind a load balancer, with a container that may take a minute to stop. */
function balanced(deregistrationDelay: number): Shop {
  const shop = new Shop();
  const { definition } = shop.aws.ecs.taskDefinitions.find('web') ?? { definition: {} };
  const [web, ...others] = (definition as { containerDefinitions: object[] }).containerDefinitions;
  shop.aws.ecs.register({
    ...definition,
    family: 'balanced',
    containerDefinitions: [{ ...web, stopTimeout: 60, portMappings: [{ containerPort: 80 }] }, ...others],
  });
  shop.aws.ecs.addService({
    cluster: 'staging',
    name: 'balanced',
    taskDefinition: 'balanced',
    desiredCount: 2,
    launchType: 'FARGATE',
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    loadBalancers: [{ targetGroupArn: GROUP, containerName: 'web', containerPort: 80 }],
  });
  shop.aws.loadBalancers.addTargetGroup(GROUP, { deregistrationDelay });
  shop.configure((yaml) => yaml.replace('[web, worker]', '[balanced]').replace(/^migrate.*\n/m, ''));
  return shop;
}

describe('the lint of a deploy', () => {
  it('says nothing of good services', async () => {
    const shop = new Shop();
    expect(await shop.deploy()).toBe(0);
    expect(warnings(shop)).toEqual([]);
    expect(shop.aws.callsOf('DescribeTargetGroupAttributes')).toEqual([]);
  });

  const risky = () => new Shop({ deploymentConfiguration: { worker: { maximumPercent: 100 } } });

  it('warns by name before anything changes, in the summary too, and stops nothing', async () => {
    const shop = risky();
    shop.aws.ecs.nextTask({}, { exitCode: 1 });
    expect(await shop.deploy()).toBe(1);
    expect(warnings(shop)).toEqual(['lint/breaker-off', 'lint/no-room']);
    expect(shop.host.annotations[0]?.message).toMatch(/^service worker: /);
    expect(shop.host.summaries.join('\n')).toContain('lint/no-room');
    const first = shop.host.lines.findIndex((line) => line.includes('lint/'));
    expect(first).toBeLessThan(shop.host.lines.findIndex((line) => line.includes('Provide the image')));
  });

  it('is silenced by name', async () => {
    const shop = risky();
    shop.configure((yaml) => `${yaml}lint: { ignore: [breaker-off] }\n`);
    await shop.deploy();
    expect(warnings(shop)).toEqual(['lint/no-room']);
  });

  it('is silenced for one environment alone', async () => {
    const shop = risky();
    shop.configure((yaml) =>
      yaml.replace('cluster: staging', 'cluster: staging, lint: { ignore: [breaker-off, no-room] }'),
    );
    await shop.deploy();
    expect(warnings(shop)).toEqual([]);
  });

  it('knows its rules by name only', async () => {
    const shop = risky();
    shop.configure((yaml) => `${yaml}lint: { ignore: [breaker-of] }\n`);
    expect(await shop.deploy()).toBe(2);
    expect(shop.host.lines.join('\n')).toContain('breaker-off');
  });

  it('looks at the file that is going to be registered', async () => {
    const shop = new Shop();
    shop.configure((yaml) =>
      yaml.replace('[web, worker]', '[web, { name: worker, task-definition: ecs/worker.json }]'),
    );
    const { definition } = shop.aws.ecs.taskDefinitions.find('worker') ?? { definition: {} };
    const [worker] = (definition as { containerDefinitions: object[] }).containerDefinitions;
    shop.files.entries.set(
      'ecs/worker.json',
      JSON.stringify({
        ...definition,
        containerDefinitions: [{ ...worker, environment: [{ name: 'API_TOKEN', value: 'hunter2' }] }],
      }),
    );
    await shop.deploy();
    expect(warnings(shop)).toEqual(['lint/plain-text-secret']);
    expect(JSON.stringify([shop.host.lines, shop.host.summaries])).not.toContain('hunter2');
  });

  it.each([
    [30, ['lint/stop-timeout']],
    [60, []],
  ])('holds stopTimeout against a deregistration delay of %i s', async (delay, found) => {
    const shop = balanced(delay);
    expect(await shop.deploy()).toBe(0);
    expect(warnings(shop)).toEqual(found);
  });

  it.each(['access-denied', 'http-500'] as const)(
    'is silent about what it may not or cannot know: %s',
    async (kind) => {
      const shop = balanced(30);
      shop.aws.fault({ operation: 'DescribeTargetGroupAttributes', times: Infinity, kind });
      expect(await shop.deploy()).toBe(0);
      expect(warnings(shop)).toEqual([]);
    },
  );

  it('does not ask for what is ignored', async () => {
    const shop = balanced(30);
    shop.configure(
      (yaml) =>
        `${yaml.replace('[web, worker]', '[balanced]').replace(/^migrate.*\n/m, '')}lint: { ignore: [stop-timeout] }\n`,
    );
    await shop.deploy();
    expect(shop.aws.callsOf('DescribeTargetGroupAttributes')).toEqual([]);
  });
});
