import { breaker } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';

/** worker comes after web. */
function ordered(after = 'web'): Shop {
  const shop = new Shop();
  shop.configure((yaml) =>
    yaml.replace('services: [web, worker]', `services:\n  - web\n  - { name: worker, after: [${after}] }`),
  );
  return shop;
}

const updates = (shop: Shop) =>
  shop.aws.calls
    .filter(({ operation }) => operation === 'UpdateService')
    .map(({ input, at }) => ({ service: String(input['service']), at }));
const written = (shop: Shop) => shop.host.lines.join('\n');

describe('services that come after others', () => {
  it('are updated when these have completed', async () => {
    const shop = ordered();
    expect(await shop.deploy()).toBe(0);
    const [first, second] = updates(shop);
    expect([first?.service, second?.service]).toEqual(['web', 'worker']);
    const completed = shop.host.lines.findIndex((line) => line.includes('deployment completed'));
    const begun = shop.host.lines.findIndex((line) => line.includes('Updating service worker'));
    expect(completed).toBeGreaterThan(0);
    expect(begun).toBeGreaterThan(completed);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it('are left alone when one of these fails, and the release goes back', async () => {
    const shop = ordered();
    shop.aws.ecs.nextRollout('web', breaker({ rollback: false }));
    expect(await shop.deploy()).toBe(1);
    expect(updates(shop).map(({ service }) => service)).toEqual(['web', 'web']);
    expect(written(shop)).toContain('not begun: web did not complete');
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect(shop.aws.ecs.service('worker').taskDefinition).toMatch(/worker:1$/);
  });

  it('go back with the others when they fail themselves', async () => {
    const shop = ordered();
    shop.aws.ecs.nextRollout('worker', breaker({ rollback: false }));
    expect(await shop.deploy()).toBe(1);
    expect(
      updates(shop)
        .map(({ service }) => service)
        .slice(0, 2),
    ).toEqual(['web', 'worker']);
    expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/web:1$/);
  });

  it.each([
    ['wep', '`wep`, which is not among `services`', 'Did you mean `web`?'],
    ['worker', 'in a circle: worker after worker', 'Leave one `after` of them out.'],
  ])('after %s is wrong before anything is asked', async (after, said, hint) => {
    const shop = ordered(after);
    expect(await shop.deploy()).toBe(2);
    expect(written(shop)).toContain(said);
    expect(written(shop)).toContain(hint);
    expect(shop.aws.calls).toEqual([]);
  });
});
