import { liveLines } from '../../src/adapters/host/live-lines.ts';
import type { ProgressState } from '../../src/ports/host.ts';
import { breaker, completes } from '../fakes/aws/fake-aws.ts';
import { FakeScreen } from '../fakes/screen.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';

const NAMES = Array.from({ length: 50 }, (_, index) => `service-${index + 1}`);

/** Fifty services of one family, whose rollouts take from ten seconds to one minute. */
function shopOfFifty(): Shop {
  const shop = new Shop({ serviceDeployments: true });
  shop.aws.ecs.register({
    family: 'shop',
    containerDefinitions: [{ name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true }],
  });
  NAMES.forEach((name, index) => {
    shop.aws.ecs.addService({
      cluster: 'staging',
      name,
      taskDefinition: 'shop',
      desiredCount: 2,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      serviceDeployments: true,
    });
    if (name !== 'service-7') shop.aws.ecs.nextRollout(name, completes({ afterSeconds: 10 + index }));
  });
  shop.configure((yaml) =>
    yaml.replace('[web, worker]', `[${NAMES.join(', ')}]`).replace(/^migrate:.*\n/m, ''),
  );
  return shop;
}

describe('a deploy of fifty services', () => {
  it('that share a family registers it once, and tells what changes, not each look at each', async () => {
    const shop = shopOfFifty();
    expect(await shop.deploy()).toBe(0);
    expect(shop.aws.callsOf('RegisterTaskDefinition')).toHaveLength(1);
    const { infos } = shop.host;
    for (const name of NAMES) expect(infos.filter((line) => line === `${name}: completed`)).toHaveLength(1);
    const together = infos.filter((line) => line.includes(' of 50 services '));
    expect(together[0]).toBe('0 of 50 services completed, 50 on their way with 0 of 100 tasks running');
    // A minute, and one line every half of it.
    expect(together).toHaveLength(2);
    expect(infos.filter((line) => line.includes(' tasks running'))).toEqual(together);
    // Routine events of ECS say nothing more.
    expect(shop.host.lines.join('\n')).not.toContain('has started 2 tasks');
    expect(shop.host.lines).toContainEqual(expect.stringMatching(/^✓ 50 completed \(/));
    expect(shop.host.lines).toContain('> Roll out to service-1, service-2, service-3 and 47 more');

    // At its end, one table has them all.
    const [summary = ''] = shop.host.summaries;
    const rows = summary.split('\n').filter((line) => /^\| \[`service-\d+`\].* completed \|/.test(line));
    expect(rows.map((row) => /`(service-\d+)`/.exec(row)?.[1])).toEqual(NAMES);
    expect(summary).toContain(rows.join('\n'));
  });

  it('one of which fails says which and why, before all others, and what ECS said of it', async () => {
    const shop = shopOfFifty();
    shop.aws.ecs.nextRollout('service-7', breaker({ afterSeconds: 40 }));
    expect(await shop.deploy()).toBe(1);
    const lines = shop.host.lines.join('\n');
    expect(lines).toContain('(service service-7) rolling back to deployment');
    expect(lines).toMatch(/service-7: \d stopped: /);
    expect(lines).toMatch(/✗ 49 completed, 1 rolled-back: service-7/);
    const error = shop.host.annotations.find(({ level }) => level === 'error');
    expect(error?.message).toMatch(/^rollout: service-7 rolled-back \(Service deployment rolled back/);
    expect(error?.message).toContain('; and 42 more services');
  });

  it('fits a terminal of 24 rows, whatever has scrolled away', async () => {
    const shop = shopOfFifty();
    const screen = new FakeScreen({ columns: 100, rows: 24 });
    const live = liveLines(screen);
    const { host } = shop;
    const looks: string[] = [];
    Object.assign(host, {
      info: (line: string) => live.above(`${line}\n`),
      closeGroup: () => live.settle(),
      progress: (name: string, line: string, state?: ProgressState) => {
        live.set(name, line, state);
        looks.push(screen.text);
      },
    });
    expect(await shop.deploy()).toBe(0);
    const screenful = (text: string) => text.split('\n').slice(-23);
    const atWork = looks.find((text) => text.includes('(12 completed)')) ?? '';
    expect(screenful(atWork).at(-1)).toBe('… and 28 more (12 completed)');
    expect(screenful(atWork).slice(0, -1)).toEqual(
      NAMES.slice(12, 34).map(
        (name) => expect.stringMatching(new RegExp(`^${name}: \\d of 2 tasks running`)) as string,
      ),
    );
    // What stays at the end is one screenful, of how they ended.
    const left = screen.text
      .split('\n')
      .filter((line) => /^service-\d+: (?:completed|\d of)|^… and/.test(line));
    expect(left).toEqual([
      ...NAMES.slice(0, 22).map((name) => `${name}: completed`),
      '… and 28 more (28 completed)',
    ]);
  });
});
