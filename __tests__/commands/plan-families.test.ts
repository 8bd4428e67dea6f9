import type { PlanReport } from '../../src/report/plan-report.ts';
import { planShop } from '../fakes/plan-shop.ts';
import { PUSH_TO_DEVELOP } from '../fakes/host.ts';
import { OLD_DIGEST, REGISTRY, type Shop } from '../fakes/shop.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';

const planned = (shop: Shop): PlanReport =>
  (JSON.parse(shop.host.results.at(-1) ?? '{}') as { plan: PlanReport }).plan;
const found = (shop: Shop, check: string) =>
  planned(shop)
    .checks.filter((one) => one.check === check)
    .map(({ subject, state, message }) => `${state} ${subject}: ${message}`);
const written = (shop: Shop) => shop.host.lines.join('\n');

function addFamily(shop: Shop, family: string, more: { container?: object; [member: string]: unknown } = {}) {
  const { container = {}, ...members } = more;
  shop.aws.ecs.register({
    family,
    cpu: '256',
    memory: '512',
    ...members,
    containerDefinitions: [
      { name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true, ...container },
    ],
  });
}

/** A rule that starts this revision. */
function addRule(shop: Shop, name: string, revision: string): void {
  shop.aws.events.addRule(name, {
    targets: [
      {
        Id: 'one',
        Arn: clusterArn('staging'),
        EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
      },
    ],
  });
}

/** The shop with a family nightly beside its services. */
function shopWithNightly(more: Parameters<typeof addFamily>[2] = {}): Shop {
  const shop = planShop();
  addFamily(shop, 'nightly', more);
  shop.configure((yaml) => `${yaml}families: [web, nightly]\n`);
  return shop;
}

describe('the families of a plan', () => {
  it('R3 R39 get the revisions that the deploy then registers, and what pins them would move', async () => {
    const shop = shopWithNightly();
    addRule(shop, 'nightly', 'nightly:1');
    shop.configure((yaml) => `${yaml}families: [web, nightly]\nschedules: [{ rule: nightly }]\n`);
    shop.host.currentEvent = PUSH_TO_DEVELOP;
    expect(await shop.run('plan')).toBe(0);
    expect(shop.aws.mutations()).toEqual([]);
    // That of web is the service's.
    expect(planned(shop).definitions).toMatchObject([
      { family: 'web', services: ['web'], action: 'register' },
      { family: 'worker', services: ['worker'], action: 'register' },
      { family: 'nightly', services: [], from: 'nightly:1', action: 'register' },
    ]);
    const diff = planned(shop).definitions[2]?.diff ?? [];
    expect(diff.slice(0, 2)).toEqual(['--- nightly:1', '+++ nightly:(new)']);
    expect(diff.filter((line) => /^[-+] /.test(line))).toHaveLength(2);
    expect(planned(shop).schedules).toEqual([
      { schedule: 'rule nightly', target: 'one', from: 'nightly:1', to: 'nightly:(new)', isBehind: false },
    ]);
    expect(written(shop)).toMatch(/task definition +register +nightly:1 → nightly:\(new\), registered only/);
    expect(shop.host.summaries.join('')).toContain('task definition of family `nightly`');

    expect(await shop.deploy()).toBe(0);
    expect(JSON.parse(shop.host.outputs['task-definitions'] ?? '')).toEqual({
      web: 'web:2',
      worker: 'worker:2',
      nightly: 'nightly:2',
    });
    expect(JSON.stringify(shop.aws.events.targets('nightly'))).toContain('nightly:2');

    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop).definitions[2]).toEqual({
      family: 'nightly',
      services: [],
      from: 'nightly:2',
      to: 'nightly:2',
      action: 'unchanged',
      diff: [],
    });
    expect(planned(shop).schedules).toEqual([]);
  });

  it('R39 that lag behind are told: a target that pins another than the newest', async () => {
    const shop = shopWithNightly();
    addFamily(shop, 'nightly', { memory: '1024' });
    addRule(shop, 'late', 'nightly:1');
    shop.configure((yaml) => `${yaml}families: [nightly]\nschedules: auto\n`);
    await shop.run('plan');
    expect(planned(shop).schedules).toMatchObject([{ from: 'nightly:1', isBehind: true }]);
    expect(written(shop)).toContain('nightly:1 → nightly:(new) (it lags behind already)');
  });

  it('are checked as services are: role, secret, log group, CPU', async () => {
    const shop = shopWithNightly({
      executionRoleArn: 'arn:aws:iam::111111111111:role/gone',
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      container: {
        secrets: [{ name: 'KEY', valueFrom: '/nightly/gone' }],
        logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/nightly/gone' } },
      },
    });
    expect(await shop.run('plan', { image: 'old' })).toBe(1);
    expect(found(shop, 'execution-role')).toContain('fail gone: there is no such role');
    expect(found(shop, 'secret')).toEqual(['fail /nightly/gone: Parameter Store has no such parameter']);
    expect(found(shop, 'log-group')[0]).toMatch(/^fail \/nightly\/gone: /);
    expect(found(shop, 'image')[0]).toMatch(/the tasks run on .*linux\/arm64/);
  });

  it('that cannot be made are a failed check, and the rest is told', async () => {
    const shop = shopWithNightly({ container: { image: 'nginx:1' } });
    expect(await shop.run('plan')).toBe(1);
    expect(found(shop, 'task-definition')).toEqual([
      expect.stringContaining('fail nightly: family nightly: no container runs'),
    ]);
    expect(planned(shop).definitions.map(({ family }) => family)).toEqual(['web', 'worker']);
  });

  it('R7 of a newer commit would refuse an older one', async () => {
    const shop = shopWithNightly();
    shop.host.currentEvent = PUSH_TO_DEVELOP;
    await shop.deploy();
    shop.commit('b'.repeat(40));
    shop.ancestry = (ancestor) => ancestor === 'b'.repeat(40);
    for (const { tags } of [shop.aws.ecs.taskDefinitions.find('web:2')!]) tags.length = 0;
    for (const { tags } of [shop.aws.ecs.taskDefinitions.find('worker:2')!]) tags.length = 0;
    expect(await shop.run('plan')).toBe(1);
    expect(found(shop, 'service')).toContainEqual(expect.stringMatching(/^fail staging: commit b+ is older/));
  });
});

const ONLY_FAMILIES = `version: 1
image: { repository: shop, platform: linux/amd64 }
services: []
families: [nightly]
environments: { staging: { branch: develop } }
`;

describe('the plan of families alone', () => {
  function shopOfFamilies(yaml = ONLY_FAMILIES): Shop {
    const shop = planShop();
    addFamily(shop, 'nightly', {
      container: { environment: [{ name: 'TOKEN', value: 'value-nobody-may-read' }] },
    });
    shop.configure(() => yaml);
    return shop;
  }

  it('asks nothing of a cluster, and changes nothing', async () => {
    const shop = shopOfFamilies();
    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop)).toMatchObject({
      images: [{ action: 'build' }],
      definitions: [{ family: 'nightly', services: [], from: 'nightly:1', action: 'register' }],
      services: [],
      tasks: [],
    });
    expect(shop.aws.callsOf('DescribeServices')).toEqual([]);
    expect(shop.aws.mutations()).toEqual([]);
    expect(JSON.stringify([shop.host.lines, shop.host.summaries, shop.host.results])).not.toContain(
      'nobody-may-read',
    );
  });

  it('tells of the schedules that follow them', async () => {
    const shop = shopOfFamilies(
      `${ONLY_FAMILIES.replace('branch: develop', 'branch: develop, cluster: staging')}schedules: [{ rule: nightly }]\n`,
    );
    addRule(shop, 'nightly', 'nightly:1');
    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop).schedules).toMatchObject([{ from: 'nightly:1', to: 'nightly:(new)' }]);
    expect(shop.aws.mutations()).toEqual([]);
  });

  it('shows all of the first revision of a family, but no value of an environment variable', async () => {
    const shop = shopOfFamilies(
      ONLY_FAMILIES.replace('[nightly]', '[{ family: import, task-definition: ecs/import.json }]'),
    );
    shop.files.entries.set(
      'ecs/import.json',
      JSON.stringify({
        family: 'import',
        containerDefinitions: [
          {
            name: 'app',
            image: `${REGISTRY}/shop:any`,
            environment: [{ name: 'TOKEN', value: 'value-nobody-may-read' }],
          },
        ],
      }),
    );
    expect(await shop.run('plan')).toBe(0);
    const [first] = planned(shop).definitions;
    expect(first).toMatchObject({ family: 'import', services: [], action: 'register' });
    expect(first).not.toHaveProperty('from');
    expect(first?.diff).toEqual(expect.arrayContaining(['--- (none)', '+++ import:(new)']));
    expect(written(shop)).toContain('import:(new), the first');
    expect(JSON.stringify([shop.host.lines, shop.host.summaries, shop.host.results])).not.toContain(
      'nobody-may-read',
    );
  });

  it('goes to each target', async () => {
    const shop = shopOfFamilies(
      ONLY_FAMILIES.replace(
        'branch: develop',
        "branch: develop, targets: [{ name: tokyo, role: 'arn:aws:iam::111111111111:role/tokyo' }, { name: osaka, role: 'arn:aws:iam::111111111111:role/osaka' }]",
      ),
    );
    const osaka = shop.addPlace();
    osaka.ecs.register({ family: 'nightly', containerDefinitions: [{ name: 'app', image: 'nginx:1' }] });
    shop.placeOf = ({ role = '' }) => (role.endsWith('osaka') ? osaka : shop.aws);
    expect(await shop.run('plan')).toBe(1);
    expect(planned(shop).definitions).toMatchObject([{ family: 'nightly', target: 'tokyo' }]);
    expect(found(shop, 'task-definition')).toEqual([
      expect.stringContaining('fail osaka/nightly: family nightly: no container runs'),
    ]);
    expect([...shop.aws.mutations(), ...osaka.mutations()]).toEqual([]);
  });
});
