import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';

const pausing = {
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 5,
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
    },
  ],
};
const RULES = ['web', 'worker', 'nightly'];

const pins = (shop: Shop) =>
  RULES.map(
    (rule) => /task-definition\/([^"]+)/.exec(JSON.stringify(shop.aws.events.targets(rule)))?.[1] ?? '',
  );
const tagsOf = (shop: Shop, revision: string) =>
  Object.fromEntries(
    shop.aws.ecs.taskDefinitions.find(revision)?.tags.map(({ key, value }) => [key, value]) ?? [],
  );

/** A deploy that was handed over at the hooks of these services; a rule starts each of three families. */
async function handedOver(...paused: ('web' | 'worker')[]) {
  const shop = new Shop({
    serviceDeployments: true,
    deploymentConfiguration: Object.fromEntries(paused.map((name) => [name, pausing])),
  });
  shop.aws.ecs.register({
    family: 'nightly',
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true }],
  });
  for (const family of RULES)
    shop.aws.events.addRule(family, {
      targets: [
        {
          Id: 'one',
          Arn: clusterArn('staging'),
          EcsParameters: { TaskDefinitionArn: revisionArn(`${family}:1`) },
        },
      ],
    });
  shop.configure(
    (yaml) => `${yaml}rollout: { timeout: 10m, on-pause: hand-over }\nfamilies: [nightly]\nschedules: auto\n`,
  );
  expect(await shop.deploy()).toBe(0);
  expect(shop.host.outputs['outcome']).toBe('paused');
  expect(pins(shop)).toEqual(['web:1', 'worker:1', 'nightly:1']);
  const hooks = JSON.parse(shop.host.outputs['hooks'] ?? '{}') as Record<string, string>;
  shop.host.forget();
  return { shop, hooks };
}

describe('R19 R39: `continue` after a pause', () => {
  it('moves the schedules of services and families when the deployment has completed', async () => {
    const { shop } = await handedOver('web');
    expect(await shop.run('continue')).toBe(0);
    expect(pins(shop)).toEqual(['web:2', 'worker:2', 'nightly:2']);
    const written = shop.aws.mutations().map(({ operation }) => operation);
    expect(written.indexOf('PutTargets')).toBeGreaterThan(written.indexOf('ContinueServiceDeployment'));
    expect(tagsOf(shop, 'nightly:2')).toMatchObject({ 'deploy-action:release': '1' });
  });

  it('with the command as it was told, for the one service, moves them too', async () => {
    const { shop, hooks } = await handedOver('web');
    expect(await shop.run('continue', { services: 'web', 'hook-id': hooks['web'] ?? '' })).toBe(0);
    expect(pins(shop)).toEqual(['web:2', 'worker:2', 'nightly:2']);
  });

  it.each([
    ['by the hook', () => ({})],
    ['by hook and service', (name: string) => ({ services: name })],
  ])('leaves them while another service waits, %s, and moves all with the last', async (_how, more) => {
    const { shop, hooks } = await handedOver('web', 'worker');
    expect(await shop.run('continue', { 'hook-id': hooks['web'] ?? '', ...more('web') })).toBe(0);
    expect(pins(shop)).toEqual(['web:1', 'worker:1', 'nightly:1']);
    expect(shop.host.lines.join('\n')).toContain(
      'The scheduled tasks stay where they are until the release is complete: worker is not',
    );
    expect(await shop.run('continue', { 'hook-id': hooks['worker'] ?? '', ...more('worker') })).toBe(0);
    expect(pins(shop)).toEqual(['web:2', 'worker:2', 'nightly:2']);
  });

  it('does not move a family that a later run has registered', async () => {
    const { shop } = await handedOver('web');
    shop.aws.ecs.register({ family: 'nightly', containerDefinitions: [{ name: 'app', image: 'x' }] }, [
      { key: 'deploy-action:environment', value: 'staging' },
      { key: 'deploy-action:run', value: 'a-later-run' },
    ]);
    expect(await shop.run('continue')).toBe(0);
    expect(pins(shop)).toEqual(['web:2', 'worker:2', 'nightly:1']);
  });
});

describe('R19 R39: `continue` with rollback', () => {
  it('leaves no schedule on the new revision', async () => {
    const { shop } = await handedOver('web', 'worker');
    expect(await shop.run('continue', { rollback: 'true' })).toBe(0);
    expect(pins(shop)).toEqual(['web:1', 'worker:1', 'nightly:1']);
    expect(shop.aws.callsOf('PutTargets')).toEqual([]);
  });

  it('of the second of two, whose first has completed, finds none there to leave', async () => {
    const { shop, hooks } = await handedOver('web', 'worker');
    expect(await shop.run('continue', { 'hook-id': hooks['web'] ?? '' })).toBe(0);
    expect(await shop.run('continue', { 'hook-id': hooks['worker'] ?? '', rollback: 'true' })).toBe(0);
    expect(pins(shop)).toEqual(['web:1', 'worker:1', 'nightly:1']);
  });
});
