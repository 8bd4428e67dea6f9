import { liveLines } from '../../src/adapters/live-lines.ts';
import { FakeScreen } from '../fakes/screen.ts';

function live(size?: { columns?: number; rows?: number }) {
  const screen = new FakeScreen(size);
  return { screen, lines: liveLines(screen) };
}

describe('lines that are rewritten in place', () => {
  it('show the last that was said of each name, in the order the names came', () => {
    const { screen, lines } = live();
    lines.above('Update 2 services\n');
    lines.set('web', 'web: 0 of 2');
    lines.set('worker', 'worker: 0 of 1');
    lines.set('web', 'web: 1 of 2');
    lines.set('web', 'web: 2 of 2, COMPLETED');
    expect(screen.text).toBe('Update 2 services\nweb: 2 of 2, COMPLETED\nworker: 0 of 1');
  });

  it('leave nothing of a longer line behind a shorter one', () => {
    const { screen, lines } = live();
    lines.set('web', 'web: a long line');
    lines.set('web', 'web');
    expect(screen.text).toBe('web');
  });

  it('stay below of what is written meanwhile, which stays whole', () => {
    const { screen, lines } = live();
    lines.set('web', 'web: 0 of 2');
    lines.above('event one\nevent two\n');
    lines.set('web', 'web: 1 of 2');
    lines.above('event three, longer than the line of the service was\n');
    expect(screen.text).toBe(
      'event one\nevent two\nevent three, longer than the line of the service was\nweb: 1 of 2',
    );
  });

  it('settle: what comes next stands below, and the same name begins anew', () => {
    const { screen, lines } = live();
    lines.set('web', 'web: forward');
    lines.settle();
    lines.above('result\n');
    lines.set('web', 'web: back');
    lines.set('web', 'web: back, done');
    expect(screen.text).toBe('web: forward\nresult\nweb: back, done');
  });

  it('are cut rather than broken by the edge of the screen', () => {
    const { screen, lines } = live({ columns: 10 });
    lines.set('web', 'web: 0123456789');
    lines.set('web', 'web: 9876543210');
    expect(screen.text).toBe('web: 987…');
  });

  it('find their place again on a screen that became narrower', () => {
    const screen = new FakeScreen({ columns: 8 });
    // What a screen of 16 columns had in one line has two rows now.
    const wide = { columns: 16, rows: 24, write: (text: string) => screen.write(text) };
    const lines = liveLines(wide);
    lines.above('before\n');
    lines.set('web', 'web: 12345');
    wide.columns = 8;
    lines.set('web', 'web: 6');
    expect(screen.text.split('\n').slice(0, 2)).toEqual(['before', 'web: 6']);
  });

  it.each([3, 5])('lose nothing where %i rows are fewer than the services', (rows) => {
    const { screen, lines } = live({ rows });
    const names = Array.from({ length: 7 }, (_, index) => `service-${index}`);
    lines.above('start\n');
    for (const name of names) lines.set(name, `${name}: waits`);
    for (const name of names) lines.set(name, `${name}: done`);
    const shown = screen.text.split('\n');
    expect(shown[0]).toBe('start');
    for (const name of names) expect(shown).toContain(`${name}: done`);
  });
});
