import { containersOf, textOf } from '../../src/rules/task-definition/task-definition.ts';
import type { JsonObject } from '../../src/rules/text/json.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';

// What the deploy systems that we replace did, one promise for each row that no other test names.

const inputsOf = (shop: Shop, operation: string) =>
  shop.aws.calls.filter((call) => call.operation === operation).map(({ input }) => input as JsonObject);
const operations = (shop: Shop) => shop.aws.calls.map(({ operation }) => operation);

/** The images of the newest revision of a family, by container. */
function imagesOf(shop: Shop, family: string): Record<string, string> {
  const definition = shop.aws.ecs.taskDefinitions.find(family)?.definition ?? {};
  return Object.fromEntries(containersOf(definition).map(({ name, image }) => [textOf(name), textOf(image)]));
}

it('R22 a before-deploy task runs to its end on the new image before any service changes', async () => {
  const shop = new Shop();
  shop.configure((yaml) => `${yaml}before-deploy:\n  - { service: web, command: [bin/assets, sync] }\n`);
  expect(await shop.deploy()).toBe(0);
  const [assets] = inputsOf(shop, 'RunTask');
  expect(JSON.stringify(assets)).toContain('"bin/assets","sync"');
  expect(textOf(assets?.['taskDefinition'])).toMatch(/web:2$/);
  const order = operations(shop);
  expect(order.indexOf('RunTask')).toBeLessThan(order.indexOf('UpdateService'));
});

it('R31 what a scale-out starts later is the very image that was deployed: the revision names a digest', async () => {
  const shop = new Shop();
  await shop.deploy();
  expect(imagesOf(shop, 'worker')['worker']).toMatch(new RegExp(`^${REGISTRY}/shop@sha256:[0-9a-f]{64}$`));
});

it('R35 develop deploys staging and master production; no other branch deploys', async () => {
  const shop = new Shop();
  shop.host.currentEvent = { ...shop.host.currentEvent, branch: 'feature' };
  expect(await shop.deploy()).toBe(2);
  expect(shop.aws.calls).toEqual([]);
  shop.host.currentEvent = { ...shop.host.currentEvent, branch: 'develop' };
  expect(await shop.deploy()).toBe(0);
  expect(shop.host.outputs['environment']).toBe('staging');
});

it('R8 R33 staging and production are deployed in one way: the same calls in the same order', async () => {
  const callsOf = async (branch: string) => {
    const shop = new Shop();
    // The fake has one cluster, which serves as both.
    shop.configure((yaml) => yaml.replace('cluster: production', 'cluster: staging'));
    shop.host.currentEvent = { ...shop.host.currentEvent, branch };
    expect(await shop.deploy()).toBe(0);
    return { environment: shop.host.outputs['environment'], calls: operations(shop) };
  };
  const [staging, production] = [await callsOf('develop'), await callsOf('master')];
  expect([staging.environment, production.environment]).toEqual(['staging', 'production']);
  expect(production.calls).toEqual(staging.calls);
});

it('R36 an environment has its own Dockerfile', async () => {
  const shop = new Shop();
  shop.files.entries.set('Dockerfile.staging', 'FROM scratch\nCOPY . .\nENV STAGE=staging\n');
  shop.configure((yaml) =>
    yaml.replace('{ branch: develop,', '{ branch: develop, image: { dockerfile: Dockerfile.staging },'),
  );
  expect(await shop.deploy()).toBe(0);
  expect(shop.builder.builds.map(({ dockerfile }) => dockerfile)).toEqual(['Dockerfile.staging']);
});

it('R37 R61 the update of a service names its new revision, and no count: autoscaling is not undone', async () => {
  const shop = new Shop();
  await shop.deploy();
  const updates = inputsOf(shop, 'UpdateService');
  expect(updates).toHaveLength(2);
  for (const update of updates)
    expect(Object.keys(update).sort()).toEqual(['cluster', 'service', 'taskDefinition']);
});

it('R40 every container of the repository gets the image, in every service; sidecars keep theirs', async () => {
  const shop = new Shop();
  shop.aws.ecs.register({
    family: 'tools',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [
      { name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true },
      { name: 'devops', image: `${REGISTRY}/shop:old`, essential: false },
      { name: 'agent', image: 'public.ecr.aws/agent:1', essential: false },
    ],
  });
  shop.aws.ecs.addService({ cluster: 'staging', name: 'tools', taskDefinition: 'tools', desiredCount: 1 });
  shop.configure((yaml) => yaml.replace('[web, worker]', '[web, tools]'));
  expect(await shop.deploy()).toBe(0);
  const { app, devops, agent } = imagesOf(shop, 'tools');
  expect(app).toBe(imagesOf(shop, 'web')['web']);
  expect(devops).toBe(app);
  expect(agent).toBe('public.ecr.aws/agent:1');
});

it('R58 the configuration may come from another path, and nothing of the application has to be installed', async () => {
  const shop = new Shop();
  const file = shop.files.entries.get('.github/deploy.yml') ?? '';
  shop.files.entries.delete('.github/deploy.yml');
  shop.files.entries.set('platform/shop/deploy.yml', file);
  expect(await shop.run('deploy', { config: 'platform/shop/deploy.yml', image: 'old' })).toBe(0);
  expect(shop.builder.builds).toEqual([]);
});

it('R59 a setting that reads like a secret in plain text is warned of by name, and its value is not shown', async () => {
  const shop = new Shop();
  const [web] = containersOf(shop.aws.ecs.taskDefinitions.find('web')?.definition ?? {});
  Object.assign(web ?? {}, { environment: [{ name: 'DATABASE_PASSWORD', value: 'hunter2' }] });
  await shop.deploy();
  const said = shop.host.lines.join('\n');
  expect(said).toContain('DATABASE_PASSWORD');
  expect(said).not.toContain('hunter2');
});
