import { parse } from 'yaml';
import { parseConfigFile } from '../../src/config/file.ts';
import { REGISTRY, Shop } from '../fakes/shop.ts';

/** A checkout without a file of ours. */
function emptyShop(): Shop {
  const shop = new Shop();
  shop.files.entries.delete('.github/deploy.yml');
  shop.host.currentEvent = { ...shop.host.currentEvent, repository: 'acme/shop' };
  return shop;
}

const textOf = (shop: Shop, path: string) => {
  const entry = shop.files.entries.get(path);
  return typeof entry === 'string' ? entry : '';
};
const MUTATING = /^(?:Create|Update|Delete|Register|Deregister|Put|Run|Start|Stop|Tag|Continue)/;

describe('from a live service', () => {
  it('writes a deploy.yml that deploys it, a workflow, and the role in each form', async () => {
    const shop = emptyShop();
    expect(
      await shop.run('init', { cluster: 'staging', services: 'web,worker', migrate: 'bin/migrate' }),
    ).toBe(0);
    expect(parse(textOf(shop, '.github/deploy.yml'))).toEqual({
      version: 1,
      image: { repository: 'shop' },
      environments: { staging: { branch: 'develop', region: 'ap-northeast-1', cluster: 'staging' } },
      services: ['web', 'worker'],
      migrate: { command: ['bin/migrate'] },
    });
    expect([...shop.files.entries.keys()]).toEqual(
      expect.arrayContaining([
        '.github/workflows/deploy.yml',
        'deploy-role/staging/policy.json',
        'deploy-role/staging/trust-policy.json',
        'deploy-role/staging/role.tf',
        'deploy-role/staging/role.cloudformation.yml',
      ]),
    );
    expect(parseConfigFile('deploy.yml', textOf(shop, '.github/deploy.yml')).problems).toEqual([]);
  });

  it('and that file then deploys', async () => {
    const shop = emptyShop();
    await shop.run('init', { cluster: 'staging', services: 'web,worker' });
    expect(await shop.deploy()).toBe(0);
    expect(shop.aws.calls.map(({ operation }) => operation)).toContain('UpdateService');
  });

  it('changes nothing in AWS', async () => {
    const shop = emptyShop();
    await shop.run('init', { cluster: 'staging', services: 'web,worker' });
    const operations = shop.aws.calls.map(({ operation }) => operation);
    expect(operations).toContain('DescribeServices');
    expect(operations.filter((operation) => MUTATING.test(operation))).toEqual([]);
  });

  it('names in the policy what is there: families, roles, log groups, the repository', async () => {
    const shop = emptyShop();
    await shop.run('init', { cluster: 'staging', services: 'web' });
    const policy = textOf(shop, 'deploy-role/staging/policy.json');
    for (const resource of [
      'repository/shop',
      'task-definition/web:*',
      'role/shop-execution',
      'log-group:/shop:log-stream:*',
      'service/staging/web',
    ])
      expect(policy).toContain(resource);
    expect(policy).not.toContain('worker');
    expect(textOf(shop, 'deploy-role/staging/trust-policy.json')).toContain(
      'repo:acme/shop:environment:staging',
    );
  });

  it('never changes a file that exists', async () => {
    const shop = emptyShop();
    shop.files.entries.set('.github/workflows/deploy.yml', 'mine');
    shop.files.entries.set('deploy-role/staging/policy.json', 'mine too');
    expect(await shop.run('init', { cluster: 'staging', services: 'web' })).toBe(0);
    expect(textOf(shop, '.github/workflows/deploy.yml')).toBe('mine');
    expect(textOf(shop, 'deploy-role/staging/policy.json')).toBe('mine too');
    expect(textOf(shop, '.github/workflows/deploy-action.yml')).toContain('org/deploy-action@v1');
    expect(shop.host.lines.join('\n')).toContain(
      'Kept deploy-role/staging/policy.json: it exists, and is not changed',
    );
  });

  it('a second time writes nothing', async () => {
    const shop = emptyShop();
    shop.files.entries.set('.github/workflows/deploy-action.yml', 'there too');
    await shop.run('init', { cluster: 'staging', services: 'web' });
    const before = new Map(shop.files.entries);
    await shop.run('init', { cluster: 'staging', services: 'web' });
    expect(shop.files.entries).toEqual(before);
    expect(shop.host.outputs).toMatchObject({ outcome: 'no-change' });
  });

  it('a service with a placeholder image gets the container to write', async () => {
    const shop = emptyShop();
    shop.aws.ecs.register({ family: 'new', containerDefinitions: [{ name: 'app', image: 'busybox' }] });
    shop.aws.ecs.addService({ cluster: 'staging', name: 'new', taskDefinition: 'new', desiredCount: 0 });
    expect(await shop.run('init', { cluster: 'staging', services: 'new' })).toBe(1);
    expect(shop.host.lines.join('\n')).toContain('no container of new runs an image of Amazon ECR');
    expect(await shop.run('init', { cluster: 'staging', services: 'new', repository: 'shop' })).toBe(0);
    expect(parse(textOf(shop, '.github/deploy.yml'))).toMatchObject({
      services: [{ name: 'new', container: 'app', 'minimum-tasks': 0 }],
    });
  });

  it.each([
    [{}, '`cluster` is missing'],
    [{ cluster: 'staging' }, '`services` is missing'],
  ])('with %j it says what is missing', async (inputs, said) => {
    const shop = emptyShop();
    expect(await shop.run('init', inputs)).toBe(2);
    expect(shop.host.lines.join('\n')).toContain(said);
    expect(shop.aws.calls).toEqual([]);
  });
});

describe('from a file of another tool', () => {
  const WORKFLOW = `on: { push: { branches: [develop] } }
jobs:
  deploy:
    steps:
      - uses: docker/build-push-action@v7
        with: { context: ., tags: "${REGISTRY}/shop:\${{ github.sha }}", labels: a=b }
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with: { service: web, cluster: staging }
`;

  it('what it says and what runs come together, beside the file', async () => {
    const shop = emptyShop();
    shop.files.entries.set('.github/workflows/deploy.yml', WORKFLOW);
    expect(await shop.run('init', { from: '.github/workflows/deploy.yml' })).toBe(0);
    expect(parse(textOf(shop, '.github/deploy.yml'))).toMatchObject({
      image: { repository: 'shop' },
      environments: { staging: { branch: 'develop', cluster: 'staging' } },
      services: ['web'],
    });
    expect(textOf(shop, '.github/workflows/deploy.yml')).toBe(WORKFLOW);
    expect(textOf(shop, '.github/workflows/deploy-action.yml')).toContain('org/deploy-action@v1');
    expect(shop.host.lines.join('\n')).toContain('`labels` of docker/build-push-action has no counterpart');
  });

  it('without AWS the files are written all the same, but for the role', async () => {
    const shop = emptyShop();
    shop.files.entries.set('.github/workflows/deploy.yml', WORKFLOW.replace('service: web', 'service: gone'));
    expect(await shop.run('init', { from: '.github/workflows/deploy.yml' })).toBe(0);
    expect(textOf(shop, '.github/deploy.yml')).toContain('gone');
    expect([...shop.files.entries.keys()].filter((path) => path.startsWith('deploy-role/'))).toEqual([]);
    expect(shop.host.lines.join('\n')).toContain('For the role, run `init` once more');
  });

  it('a CircleCI configuration gets ours beside it', async () => {
    const shop = emptyShop();
    const config = `version: 2.1
orbs: { aws-ecs: circleci/aws-ecs@8 }
workflows: { deploy: { jobs: [{ aws-ecs/deploy_service_update: { family: web, cluster: staging, service_name: web } }] } }
`;
    shop.files.entries.set('.circleci/config.yml', config);
    expect(await shop.run('init', { from: '.circleci/config.yml' })).toBe(0);
    expect(textOf(shop, '.circleci/config.yml')).toBe(config);
    expect(textOf(shop, '.circleci/config.deploy-action.yml')).toContain('deploy-action/deploy');
    expect(textOf(shop, 'deploy-role/staging/trust-policy.json')).toContain('oidc.circleci.com');
  });

  it.each([
    ['gone.yml', undefined, '`gone.yml` does not exist'],
    ['other.yml', 'just: text', '`other.yml` is nothing that can be read'],
  ])('%s: says so, and writes nothing', async (path, text, said) => {
    const shop = emptyShop();
    if (text !== undefined) shop.files.entries.set(path, text);
    const before = new Map(shop.files.entries);
    expect(await shop.run('init', { from: path })).toBe(2);
    expect(shop.host.lines.join('\n')).toContain(said);
    expect(shop.files.entries).toEqual(before);
  });
});
