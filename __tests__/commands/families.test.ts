import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import { Shop, OLD_DIGEST, REGISTRY } from '../fakes/shop.ts';

const ONLY_FAMILIES = `version: 1
image: { repository: shop, platform: linux/amd64 }
services: []
families: [nightly]
environments: { staging: { branch: develop } }
`;

const sent = (shop: Shop, operation: string) => shop.aws.callsOf(operation).map(({ input }) => input);
const operations = (shop: Shop) => shop.aws.mutations().map(({ operation }) => operation);

function addFamily(shop: Shop, family: string, image = `${REGISTRY}/shop@${OLD_DIGEST}`): void {
  shop.aws.ecs.register({
    family,
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image, essential: true, command: ['bin/nightly'] }],
  });
}

describe('a deploy of families alone', () => {
  function shopOfFamilies(yaml = ONLY_FAMILIES): Shop {
    const shop = new Shop();
    addFamily(shop, 'nightly');
    shop.configure(() => yaml);
    return shop;
  }

  it('R39 registers the revision with the new image, writes it down, and asks nothing of a cluster', async () => {
    const shop = shopOfFamilies();
    expect(await shop.deploy()).toBe(0);
    expect(operations(shop)).toEqual(['RegisterTaskDefinition', 'TagResource']);
    expect(shop.aws.callsOf('DescribeServices')).toEqual([]);
    expect(shop.host.outputs).toMatchObject({
      outcome: 'completed',
      'task-definitions': '{"nightly":"nightly:2"}',
    });
    expect(shop.digestOf('nightly:2')).toBe(shop.host.outputs['image-digest']);
    const [registered] = sent(shop, 'RegisterTaskDefinition');
    expect(registered).toMatchObject({
      family: 'nightly',
      containerDefinitions: [{ name: 'app', command: ['bin/nightly'] }],
      tags: expect.arrayContaining([
        { key: 'deploy-action:commit', value: shop.host.currentEvent.commit },
        { key: 'deploy-action:replaces', value: 'nightly:1' },
      ]) as unknown,
    });
    expect(sent(shop, 'TagResource')).toEqual([
      expect.objectContaining({
        tags: expect.arrayContaining([{ key: 'deploy-action:release', value: '1' }]) as unknown,
      }),
    ]);
    expect(shop.host.summaries.join('')).toContain('`nightly:2`');
  });

  it('registers nothing the second time', async () => {
    const shop = shopOfFamilies();
    await shop.deploy();
    const before = shop.aws.mutations().length;
    expect(await shop.deploy()).toBe(0);
    expect(operations(shop).slice(before)).toEqual(['TagResource']);
    expect(shop.host.outputs).toMatchObject({
      outcome: 'no-change',
      'task-definitions': '{"nightly":"nightly:2"}',
    });
  });

  it('refuses a commit that is older than the registered one', async () => {
    const shop = shopOfFamilies();
    await shop.deploy();
    shop.commit('b'.repeat(40));
    shop.ancestry = (ancestor) => ancestor === 'b'.repeat(40);
    const before = shop.aws.mutations().length;
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('refused');
    expect(operations(shop).slice(before)).toEqual([]);
  });

  it('names all families that are not there, before anything is built', async () => {
    const shop = shopOfFamilies(ONLY_FAMILIES.replace('[nightly]', '[nightly, gone, lost]'));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.map(({ message }) => message).join()).toContain('gone, lost');
    expect(shop.builder.builds).toEqual([]);
    expect(operations(shop)).toEqual([]);
  });

  it('begins a family from a file', async () => {
    const shop = shopOfFamilies(
      ONLY_FAMILIES.replace('[nightly]', '[{ family: import, task-definition: ecs/import.json }]'),
    );
    shop.files.entries.set(
      'ecs/import.json',
      JSON.stringify({
        family: 'import',
        containerDefinitions: [{ name: 'app', image: `${REGISTRY}/shop:any`, essential: true }],
      }),
    );
    expect(await shop.deploy()).toBe(0);
    expect(shop.host.outputs['task-definitions']).toBe('{"import":"import:1"}');
  });

  it('refuses a file of another family', async () => {
    const shop = shopOfFamilies(
      ONLY_FAMILIES.replace('[nightly]', '[{ family: nightly, task-definition: ecs/import.json }]'),
    );
    shop.files.entries.set(
      'ecs/import.json',
      JSON.stringify({ family: 'import', containerDefinitions: [{ name: 'app', image: 'x' }] }),
    );
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.map(({ message }) => message).join()).toContain(
      'it is of family import, and deploy.yml names it under family nightly',
    );
    expect(operations(shop)).toEqual([]);
  });

  it('says which container it needs where none runs the repository', async () => {
    const shop = shopOfFamilies(ONLY_FAMILIES.replace('[nightly]', '[other]'));
    addFamily(shop, 'other', 'nginx:1');
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.map(({ message }) => message).join()).toContain(
      'family other: no container runs',
    );
    expect(operations(shop)).toEqual([]);
  });
});

describe('families alone in several targets', () => {
  it('are registered in each, as one report', async () => {
    const shop = new Shop();
    const osaka = shop.addPlace();
    shop.placeOf = ({ role = '' }) => (role.endsWith('osaka') ? osaka : shop.aws);
    addFamily(shop, 'nightly');
    osaka.ecs.register({
      family: 'nightly',
      containerDefinitions: [{ name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true }],
    });
    shop.configure(() =>
      ONLY_FAMILIES.replace(
        'branch: develop',
        "branch: develop, targets: [{ name: tokyo, role: 'arn:aws:iam::111111111111:role/tokyo' }, { name: osaka, role: 'arn:aws:iam::111111111111:role/osaka' }]",
      ),
    );
    expect(await shop.deploy()).toBe(0);
    expect(JSON.parse(shop.host.outputs['task-definitions'] ?? '')).toEqual({
      'tokyo/nightly': 'nightly:2',
      'osaka/nightly': 'nightly:2',
    });
    expect(osaka.callsOf('DescribeServices')).toEqual([]);
    expect(shop.host.summaries.join('')).toMatch(/`osaka`.*completed/);
  });
});

describe('a family that a schedule starts', () => {
  it('R39 is followed by it, without any service', async () => {
    const shop = new Shop();
    addFamily(shop, 'nightly');
    shop.aws.events.addRule('nightly', {
      targets: [
        {
          Id: 'one',
          Arn: clusterArn('staging'),
          EcsParameters: { TaskDefinitionArn: revisionArn('nightly:1') },
        },
      ],
    });
    shop.configure(
      () =>
        `${ONLY_FAMILIES.replace('branch: develop', 'branch: develop, cluster: staging')}schedules: [{ rule: nightly }]\n`,
    );
    expect(await shop.deploy()).toBe(0);
    expect(JSON.stringify(shop.aws.events.targets('nightly'))).toContain('nightly:2');
    expect(shop.host.outputs['outcome']).toBe('completed');
  });
});

describe('families beside services', () => {
  it('are registered once where a service runs them, and released with the others', async () => {
    const shop = new Shop();
    addFamily(shop, 'nightly');
    shop.configure((yaml) => `${yaml}families: [web, nightly]\n`);
    expect(await shop.deploy()).toBe(0);
    expect(sent(shop, 'RegisterTaskDefinition').map((input) => input['family'])).toEqual([
      'web',
      'worker',
      'nightly',
    ]);
    expect(JSON.parse(shop.host.outputs['task-definitions'] ?? '')).toEqual({
      web: 'web:2',
      worker: 'worker:2',
      nightly: 'nightly:2',
    });
    expect(operations(shop).filter((operation) => operation === 'TagResource')).toHaveLength(3);
  });

  it('that cannot be made keep the services from being registered', async () => {
    const shop = new Shop();
    addFamily(shop, 'nightly', 'nginx:1');
    shop.configure((yaml) => `${yaml}families: [nightly]\n`);
    expect(await shop.deploy()).toBe(1);
    expect(operations(shop)).toEqual([]);
  });

  it('a family that several services run is registered once', async () => {
    const shop = new Shop();
    shop.aws.ecs.addService({
      cluster: 'staging',
      name: 'web-canary',
      taskDefinition: 'web',
      desiredCount: 1,
    });
    shop.configure((yaml) => yaml.replace('[web, worker]', '[web, web-canary, worker]'));
    expect(await shop.deploy()).toBe(0);
    expect(sent(shop, 'RegisterTaskDefinition').map((input) => input['family'])).toEqual(['web', 'worker']);
    expect(JSON.parse(shop.host.outputs['task-definitions'] ?? '')).toEqual({
      web: 'web:2',
      'web-canary': 'web:2',
      worker: 'worker:2',
    });
  });
});

describe('a file with templates of ecspresso', () => {
  function shopWithFile(variables: Record<string, string>): Shop {
    const shop = new Shop();
    addFamily(shop, 'nightly');
    shop.variables = variables;
    shop.configure(() =>
      ONLY_FAMILIES.replace('[nightly]', '[{ family: nightly, task-definition: ecs/nightly.json }]'),
    );
    shop.files.entries.set(
      'ecs/nightly.json',
      `{
  // what runs at night
  "family": "nightly", "memory": "512", "placementConstraints": [], "taskRoleArn": null,
  "cpu": "{{ env \`CPU\` \`256\` }}",
  "containerDefinitions": [{
    "name": "app", "image": "${REGISTRY}/shop", "entryPoint": [],
    "environment": [{ "name": "LEVEL", "value": "{{ must_env \`LEVEL\` }}" }]
  }]
}`,
    );
    return shop;
  }

  it('is filled in with the variables of the job, and registered without what is empty', async () => {
    const shop = shopWithFile({ LEVEL: 'debug' });
    expect(await shop.deploy()).toBe(0);
    expect(sent(shop, 'RegisterTaskDefinition')[0]).toEqual({
      tags: expect.any(Array) as unknown,
      family: 'nightly',
      memory: '512',
      cpu: '256',
      containerDefinitions: [
        { name: 'app', image: shop.host.outputs['image'], environment: [{ name: 'LEVEL', value: 'debug' }] },
      ],
    });
  });

  it('whose variable is missing is an error before anything is built', async () => {
    const shop = shopWithFile({});
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.map(({ title, message }) => `${title} ${message}`).join()).toMatch(
      /TASK_DEFINITION_INVALID.*nightly\.json: line 7: the job has no environment variable LEVEL/,
    );
    expect([shop.builder.builds, operations(shop)]).toEqual([[], []]);
  });
});
