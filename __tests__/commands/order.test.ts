import { breaker, completes } from '../fakes/aws/fake-aws.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';

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
  /** Four services; what comes after what stands in `order`. */
  function shopOfFour(order: string): Shop {
    const shop = new Shop();
    for (const name of ['mail', 'edge']) {
      shop.aws.ecs.register({
        family: name,
        containerDefinitions: [{ name, image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true }],
      });
      shop.aws.ecs.addService({ cluster: 'staging', name, taskDefinition: name, desiredCount: 1 });
    }
    shop.configure((yaml) => yaml.replace('services: [web, worker]', `services:\n${order}`));
    return shop;
  }
  const secondsOf = (shop: Shop, service: string) => {
    const [first, second] = updates(shop);
    const at = updates(shop).find((update) => update.service === service)?.at;
    expect([first, second]).not.toContain(undefined);
    return at === undefined ? undefined : Math.round((at - (first?.at ?? 0)) / 1000);
  };

  it('begin when exactly those that they name have completed, whatever else is on its way', async () => {
    const shop = shopOfFour(
      '  - web\n  - worker\n  - { name: mail, after: [web] }\n  - { name: edge, after: [mail, web] }\n',
    );
    shop.aws.ecs.nextRollout('web', completes({ afterSeconds: 60 }));
    shop.aws.ecs.nextRollout('worker', completes({ afterSeconds: 600 }));
    shop.aws.ecs.nextRollout('mail', completes({ afterSeconds: 60 }));
    expect(await shop.deploy()).toBe(0);
    expect(secondsOf(shop, 'worker')).toBe(0);
    expect(secondsOf(shop, 'mail')).toBeLessThan(70);
    expect(secondsOf(shop, 'edge')).toBeLessThan(140);
    // One loop: while worker and mail are on their way, one call asks for both.
    const asked = shop.aws.callsOf('DescribeServices').map(({ input }) => input['services']);
    expect(asked).toContainEqual(['worker', 'mail']);
  });

  it('have the whole time-out each', async () => {
    const shop = shopOfFour('  - web\n  - { name: mail, after: [web] }\n');
    shop.configure((yaml) =>
      yaml.replace(
        'services: [web, worker]',
        'services: [web, { name: mail, after: [web] }]\nrollout: { timeout: 100s }',
      ),
    );
    shop.aws.ecs.nextRollout('web', completes({ afterSeconds: 80 }));
    shop.aws.ecs.nextRollout('mail', completes({ afterSeconds: 80 }));
    expect(await shop.deploy()).toBe(0);
  });

  it('are not begun where the release goes back, also those that come after others', async () => {
    const shop = shopOfFour('  - web\n  - worker\n  - { name: mail, after: [worker] }\n');
    shop.aws.ecs.nextRollout('web', breaker({ afterSeconds: 20, rollback: false }));
    shop.aws.ecs.nextRollout('worker', completes({ afterSeconds: 100 }));
    expect(await shop.deploy()).toBe(1);
    expect(updates(shop).map(({ service }) => service)).not.toContain('mail');
    expect(written(shop)).toContain('mail: refused: not begun: web did not complete');
    // What was on its way is followed to its end, and goes back with the release.
    expect(written(shop)).toContain('worker: completed');
    expect(shop.aws.ecs.service('worker').taskDefinition).toMatch(/worker:1$/);
  });

  it('with on-failure leave only those stay behind that come after the failed one, at any distance', async () => {
    const shop = shopOfFour('');
    shop.configure((yaml) =>
      yaml.replace(
        'services: [web, worker]',
        'services: [web, worker, { name: mail, after: [web] }, { name: edge, after: [worker] }]\nrollout: { on-failure: leave }',
      ),
    );
    shop.aws.ecs.nextRollout('web', breaker({ afterSeconds: 20, rollback: false }));
    shop.aws.ecs.nextRollout('worker', completes({ afterSeconds: 100 }));
    expect(await shop.deploy()).toBe(1);
    expect(updates(shop).map(({ service }) => service)).toEqual(['web', 'worker', 'edge']);
    expect(written(shop)).toContain('mail: refused: not begun: web did not complete');
    expect(written(shop)).toContain('edge: completed');
  });

  it('that come after one that is kept back are kept back too', async () => {
    const shop = shopOfFour('');
    shop.configure((yaml) =>
      yaml.replace(
        'services: [web, worker]',
        'services: [web, { name: mail, after: [web] }, { name: edge, after: [mail] }]\nrollout: { on-failure: leave }',
      ),
    );
    shop.aws.fault({ operation: 'UpdateService', kind: 'access-denied', times: Infinity });
    expect(await shop.deploy()).toBe(1);
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(1);
    expect(written(shop)).toContain('mail: refused: not begun: web did not complete');
    expect(written(shop)).toContain('edge: refused: not begun: mail did not complete');
  });

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
