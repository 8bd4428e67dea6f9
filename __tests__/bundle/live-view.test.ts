import { jest } from '@jest/globals';
import { completes } from '../fakes/aws/fake-aws.ts';
import { FakeScreen } from '../fakes/screen.ts';
import { openFakeShop, type FakeShop } from './fake-shop.ts';
import { runOnTerminal } from './pseudo-terminal.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

const ARGS = ['deploy', '--cluster', 'staging', '--repository', 'shop', '--services', 'web', '--image', 'v2'];

describe('the bundle on a pseudo-terminal', () => {
  let shop: FakeShop;

  beforeEach(async () => {
    shop = await openFakeShop({ rollout: completes({ afterSeconds: 4 }) });
  });
  afterEach(() => shop.close());

  const looks = (shown: string) => shown.match(/web: \d+ of \d+ tasks running[^\r\n]*/gu) ?? [];

  it('has one line for a service, rewritten while it rolls out, and all the rest of the log above and below', async () => {
    const { exitCode, shown } = await runOnTerminal(shop.checkout.folder, ARGS, shop.environment);
    expect({ exitCode, shown }).toMatchObject({ exitCode: 0 });
    expect(shown).toContain('\u001b[1m');
    // Several looks were shown, and how it ended stands in their place.
    expect(new Set(looks(shown)).size).toBeGreaterThan(1);
    const screen = new FakeScreen({ columns: 100, rows: 30 });
    screen.write(withoutColours(shown));
    expect(screen.text.match(/^ *web: .*$/gmu)).toEqual(['  web: web:1 → web:2', '  web: completed']);
    expect(screen.text).toContain('staging: completed');
  });

  it('shows the same lines, all that are not rewritten, as without a terminal', async () => {
    const { shown } = await runOnTerminal(shop.checkout.folder, ARGS, { ...shop.environment, NO_COLOR: '1' });
    const screen = new FakeScreen({ columns: 100, rows: 30 });
    screen.write(shown);
    const titles = screen.text.split('\n').filter((line) => /^[✓✗–] /u.test(line));
    expect(titles.length).toBeGreaterThan(5);
    expect(shown).not.toMatch(new RegExp(String.raw`${'\u001b'}\[\d+m`, 'u'));
  });

  it('has no more lines than the screen has rows, however many services there are', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `service-${index + 1}`);
    names.forEach((name, index) => {
      shop.aws.ecs.addService({ cluster: 'staging', name, taskDefinition: 'web:1', desiredCount: 1 });
      shop.aws.ecs.nextRollout(name, completes({ afterSeconds: 4 + index / 10 }));
    });
    const args = ARGS.map((word) => (word === 'web' ? names.join(',') : word));
    const { exitCode, shown } = await runOnTerminal(shop.checkout.folder, args, {
      ...shop.environment,
      NO_COLOR: '1',
    });
    expect({ exitCode, shown }).toMatchObject({ exitCode: 0 });
    expect(shown).toContain('… and 22 more');
    const screen = new FakeScreen({ columns: 100, rows: 30 });
    screen.write(shown);
    // Nothing of what was rewritten has stayed in the scrollback.
    const left = screen.text
      .split('\n')
      .filter((line) => / tasks running|service-\d+: completed|… and/.test(line));
    expect(left.map((line) => line.trim())).toEqual([
      ...names.slice(0, 28).map((name) => `${name}: completed`),
      '… and 22 more (22 completed)',
    ]);
  });

  it('of a CI job has every line as it comes', async () => {
    const { shown } = await runOnTerminal(shop.checkout.folder, ARGS, {
      ...shop.environment,
      CI: 'true',
      NO_COLOR: '1',
    });
    expect(shown).not.toContain('\u001b');
    expect(looks(shown).length).toBeGreaterThan(1);
  });
});

function withoutColours(text: string): string {
  return text.replaceAll(new RegExp(String.raw`${'\u001b'}\[[\d;]*m`, 'gu'), '');
}
