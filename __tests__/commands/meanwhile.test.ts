import { breaker, completes, crashLoops, type RolloutScript } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';

const ANOTHER_COMMIT = 'f'.repeat(40);

const running = (shop: Shop, service: string) =>
  shop.aws.ecs.service(service).taskDefinition.split('/').at(-1);
const updates = (shop: Shop) => shop.aws.callsOf('UpdateService');

/** Somebody else deploys web: the next revision of its family, with a commit in the ledger where it is ours. */
function deployWeb(shop: Shop, script: RolloutScript, commit?: string): void {
  const { revision } = shop.aws.ecs.register(
    { ...shop.aws.ecs.taskDefinitions.find('web')?.definition, family: 'web', memory: '1024' },
    commit === undefined
      ? []
      : [
          { key: 'deploy-action:environment', value: 'staging' },
          { key: 'deploy-action:commit', value: commit },
        ],
  );
  shop.aws.ecs.nextRollout('web', script);
  shop.aws.ecs.updateService('web', { taskDefinition: `web:${revision}` });
}

describe('somebody else’s deploy while this run builds and migrates', () => {
  it.each([
    ['that is over before our rollout', 1],
    ['that is still under way', 600],
  ])('%s is not undone: the run is superseded and changes no service', async (_when, afterSeconds) => {
    const shop = new Shop();
    shop.builder.beforePush = () => deployWeb(shop, completes({ afterSeconds }));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs).toMatchObject({ outcome: 'superseded', 'failed-step': 'rollout' });
    expect(updates(shop)).toEqual([]);
    expect(running(shop, 'web')).toBe('web:2');
    expect(shop.host.annotations.at(-1)?.message).toContain('web (web:1 → web:2)');
  });

  it('is replaced for a reason only, and a failure goes back to what it left', async () => {
    const shop = new Shop();
    shop.host.inputs['force'] = 'the shop is down';
    shop.builder.beforePush = () => deployWeb(shop, completes({ afterSeconds: 1 }));
    shop.aws.ecs.nextTask({}, { runSeconds: 90 });
    shop.aws.ecs.nextRollout('worker', breaker());
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.lines.join('\n')).toContain('forced: the shop is down');
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:2', 'worker:1']);
  });

  it('is none where ECS took back what was failing when we came', async () => {
    const shop = new Shop();
    deployWeb(shop, crashLoops({ everySeconds: 5 }));
    await shop.clock.advance(30_000);
    shop.builder.beforePush = () => shop.aws.ecs.updateService('web', { taskDefinition: 'web:1' });
    expect(await shop.deploy()).toBe(0);
    expect(running(shop, 'web')).toBe('web:3');
  });
});

it('judges the order of commits again after it waited for a deployment in flight', async () => {
  const shop = new Shop();
  shop.ancestry = (_ancestor, commit) => commit === ANOTHER_COMMIT;
  deployWeb(shop, completes({ afterSeconds: 60 }));
  shop.clock.at(30_000, () => deployWeb(shop, completes({ afterSeconds: 60 }), ANOTHER_COMMIT));
  expect(await shop.deploy()).toBe(1);
  expect(shop.host.outputs).toMatchObject({ outcome: 'refused', 'failed-step': 'services' });
  expect(shop.builder.builds).toEqual([]);
});
