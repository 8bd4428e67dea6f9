import { liveLines } from '../../../src/adapters/host/live-lines.ts';
import { FakeScreen } from '../../fakes/screen.ts';

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

  describe('where they are more than the rows', () => {
    const names = Array.from({ length: 50 }, (_, index) => `service-${index + 1}`);

    it('leave the rest to the last line, and nothing on the way up', () => {
      const { screen, lines } = live({ rows: 24 });
      lines.above('start\n');
      for (const name of names) lines.set(name, `${name}: waits`);
      for (const name of names) lines.set(name, `${name}: runs`);
      expect(screen.text.split('\n')).toEqual([
        'start',
        ...names.slice(0, 22).map((name) => `${name}: runs`),
        '… and 28 more',
      ]);
    });

    it('show what did not go well and what goes on, in their order, and count what has completed', () => {
      const { screen, lines } = live({ rows: 6 });
      for (const name of names.slice(0, 8)) lines.set(name, `${name}: runs`);
      lines.set('service-1', 'service-1: done', 'completed');
      lines.set('service-2', 'service-2: done', 'completed');
      lines.set('service-7', 'service-7: failed', 'ended');
      expect(screen.text.split('\n')).toEqual([
        'service-3: runs',
        'service-4: runs',
        'service-5: runs',
        'service-7: failed',
        '… and 4 more (2 completed)',
      ]);
    });

    it('keep what is written above of them whole', () => {
      const { screen, lines } = live({ rows: 5 });
      const told: string[] = [];
      for (const name of names) {
        lines.set(name, `  ${name}: runs`);
        lines.above(`${name} was updated\n`);
        told.push(`${name} was updated`);
      }
      for (const name of names) lines.set(name, `  ${name}: done`, 'completed');
      expect(screen.text.split('\n')).toEqual([
        ...told,
        ...names.slice(0, 3).map((name) => `  ${name}: done`),
        '  … and 47 more (47 completed)',
      ]);
    });

    it('become fewer on a screen that was made lower', () => {
      const { screen, lines } = live({ rows: 12 });
      for (const name of names.slice(0, 10)) lines.set(name, `${name}: waits`);
      screen.rows = 6;
      for (const name of names.slice(0, 10)) lines.set(name, `${name}: done`);
      expect(screen.text.split('\n').slice(-5)).toEqual([
        ...names.slice(0, 4).map((name) => `${name}: done`),
        '… and 6 more',
      ]);
      expect(screen.text.split('\n').filter((line) => line.endsWith('done'))).toHaveLength(4);
    });
  });
});
