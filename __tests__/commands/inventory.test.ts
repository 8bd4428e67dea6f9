import type { InventoryReport } from '../../src/report/look-reports.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';

const target = (revision: string, cluster = 'staging') => ({
  Id: 'one',
  Arn: clusterArn(cluster),
  EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
});
const found = (shop: Shop) =>
  (JSON.parse(shop.host.results.at(-1) ?? '{}') as { inventory: InventoryReport }).inventory;
const container = (image: string) => ({ name: 'app', image, essential: true });

function batchShop(): Shop {
  const shop = new Shop();
  for (const image of ['batch:1', 'batch:2'])
    shop.aws.ecs.register({ family: 'batch', containerDefinitions: [container(image)] });
  return shop;
}

describe('R60 inventory', () => {
  it('lists 500 schedules and every service, over all pages, with the revision that each pins', async () => {
    const shop = batchShop();
    for (let number = 0; number < 60; number += 1)
      shop.aws.ecs.addService({
        cluster: 'staging',
        name: `service-${number}`,
        taskDefinition: 'batch:2',
        desiredCount: 0,
      });
    for (let number = 0; number < 300; number += 1)
      shop.aws.scheduler.addSchedule({
        Name: `schedule-${number}`,
        GroupName: `group-${number % 7}`,
        Target: target(`batch:${(number % 2) + 1}`),
      });
    shop.aws.events.addBus('orders');
    for (let number = 0; number < 200; number += 1)
      shop.aws.events.addRule(`rule-${number}`, {
        bus: number % 2 === 0 ? 'default' : 'orders',
        targets: [target('web:1')],
      });

    expect(await shop.run('inventory')).toBe(0);

    const { services, schedules } = found(shop);
    expect(services).toHaveLength(62);
    expect(schedules).toHaveLength(500);
    expect(new Set(schedules.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(500);
    expect(schedules.filter(({ revision }) => revision === 'batch:1')).toHaveLength(150);
    expect(schedules.filter(({ behind }) => behind === 'batch:2')).toHaveLength(150);
    expect(shop.aws.callsOf('ListSchedules')).toHaveLength(3);
    expect(shop.aws.callsOf('ListRules')).toHaveLength(2);
    // Once for each revision, not once for each schedule.
    expect(shop.aws.callsOf('DescribeTaskDefinition')).toHaveLength(4);
    expect(shop.aws.mutations()).toEqual([]);
    expect(shop.host.outputs['outcome']).toBe('no-change');
  });

  it('tells revision, images, times and what lags behind, as lines, tables and JSON', async () => {
    const shop = batchShop();
    shop.aws.events.addRule('nightly', { targets: [target('batch:1')], state: 'DISABLED' });
    shop.aws.scheduler.addSchedule({
      Name: 'report',
      GroupName: 'reports',
      ScheduleExpression: 'cron(30 6 ? * MON *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      Target: target('web', 'elsewhere'),
    });

    expect(await shop.run('inventory')).toBe(0);

    expect(found(shop)).toEqual({
      services: ['web', 'worker'].map((name) => ({
        name,
        revision: `${name}:1`,
        images: [
          `${REGISTRY}/shop@${OLD_DIGEST}`,
          ...(name === 'web' ? ['public.ecr.aws/datadog/agent:7'] : []),
        ],
        desired: 2,
        running: 2,
      })),
      schedules: [
        {
          kind: 'rule',
          name: 'nightly',
          target: 'one',
          revision: 'batch:1',
          images: ['batch:1'],
          enabled: false,
          when: 'rate(1 day)',
          cluster: 'staging',
          behind: 'batch:2',
        },
        {
          kind: 'schedule',
          name: 'reports/report',
          revision: 'web',
          images: [`${REGISTRY}/shop@${OLD_DIGEST}`, 'public.ecr.aws/datadog/agent:7'],
          enabled: true,
          when: 'cron(30 6 ? * MON *) Asia/Tokyo',
          cluster: 'elsewhere',
        },
      ],
      images: [
        { image: `${REGISTRY}/shop@${OLD_DIGEST}`, revisions: ['web', 'web:1', 'worker:1'] },
        { image: 'batch:1', revisions: ['batch:1'] },
        { image: 'public.ecr.aws/datadog/agent:7', revisions: ['web', 'web:1'] },
      ],
    });
    expect(shop.host.lines).toContainEqual(
      expect.stringMatching(
        /^rule nightly, target one +batch:1 +behind batch:2 +rate\(1 day\) \(disabled\) +on staging$/,
      ),
    );
    expect(shop.host.summaries.at(-1)).toContain(
      '| rule `nightly`, target `one` | `batch:1` | ⚠️ behind `batch:2` | `rate(1 day)`, disabled | `staging` | `batch:1` |',
    );
  });

  it('names a revision that is gone, and leaves out what is of another cluster and family', async () => {
    const shop = batchShop();
    shop.aws.events.addRule('forgotten', { targets: [target('batch:9')] });
    shop.aws.events.addRule('theirs', { targets: [target('batch:1', 'production')] });

    expect(await shop.run('inventory')).toBe(0);

    expect(found(shop).schedules).toMatchObject([{ name: 'forgotten', revision: 'batch:9', isGone: true }]);
    expect(shop.host.lines.join('\n')).toMatch(/forgotten.*no such revision/);
  });

  it('needs no services in deploy.yml, and finds none in an empty cluster', async () => {
    const shop = new Shop();
    shop.aws.ecs.addCluster('empty');
    shop.files.entries.delete('.github/deploy.yml');

    expect(await shop.run('inventory', { cluster: 'empty' })).toBe(0);

    expect(found(shop)).toEqual({ services: [], schedules: [], images: [] });
  });

  it('says so where there is no such cluster', async () => {
    const shop = new Shop();

    expect(await shop.run('inventory', { cluster: 'gone' })).toBe(1);

    expect(shop.host.annotations).toMatchObject([{ title: 'CLUSTER_NOT_FOUND' }]);
  });
});
