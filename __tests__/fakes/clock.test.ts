import { FakeClock } from './clock.ts';

describe('the fake clock', () => {
  it('interleaves loops that sleep side by side in the order of time', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    const loop = async (name: string, ms: number, times: number) => {
      for (let turn = 0; turn < times; turn += 1) {
        await clock.sleep(ms);
        seen.push(`${name}@${clock.elapsed}`);
      }
    };

    await Promise.all([loop('slow', 5000, 2), loop('fast', 2000, 4)]);

    expect(seen).toEqual(['fast@2000', 'fast@4000', 'slow@5000', 'fast@6000', 'fast@8000', 'slow@10000']);
    expect(clock.sleepers).toBe(0);
  });

  it('lets what was woken finish its other work before time moves on', async () => {
    const clock = new FakeClock();
    const seen: number[] = [];
    const worker = async () => {
      await clock.sleep(1000);
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      seen.push(clock.elapsed);
    };

    await Promise.all([worker(), clock.sleep(60_000)]);

    expect(seen).toEqual([1000]);
  });

  it('waits again from the moment of the last change', async () => {
    const clock = new FakeClock();
    const turns = async () => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const seen: number[] = [];
    const worker = async () => {
      await turns();
      clock.at(90_000, () => undefined);
      await turns();
      seen.push(clock.elapsed);
    };

    await Promise.all([worker(), clock.sleep(60_000)]);

    expect(seen).toEqual([0]);
  });

  it('wakes a sleeper at once when its signal is aborted, with the reason, and time does not move', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(3_600_000, controller.signal);

    controller.abort(new Error('stop'));

    await expect(sleeping).rejects.toThrow('stop');
    expect(clock.elapsed).toBe(0);
    expect(clock.sleepers).toBe(0);
  });

  it('refuses to sleep on a signal that is aborted already', async () => {
    const clock = new FakeClock();
    await expect(clock.sleep(1, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  it('plays a script at its moments while something sleeps', async () => {
    const clock = new FakeClock();
    let state = 'starting';
    clock.at(7000, () => (state = 'running'));
    const polls: string[] = [];
    while (state === 'starting') {
      await clock.sleep(5000);
      polls.push(`${clock.elapsed} ${state}`);
    }
    expect(polls).toEqual(['5000 starting', '10000 running']);
  });

  it('does not run ahead to a script while nobody sleeps', async () => {
    const clock = new FakeClock();
    let isCalled = false;
    clock.at(1000, () => (isCalled = true));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect([isCalled, clock.elapsed]).toEqual([false, 0]);
  });

  it('can be moved by hand through scripts and sleepers, and goes on by itself afterwards', async () => {
    const clock = new FakeClock();
    const seen: string[] = [];
    clock.at(1000, () => seen.push(`script ${clock.elapsed}`));
    await clock.advance(1500);
    expect([seen, clock.elapsed]).toEqual([['script 1000'], 1500]);

    await clock.sleep(500);
    expect(clock.elapsed).toBe(2000);
  });

  it('gives the same random numbers every time', () => {
    expect(new FakeClock().random()).toBe(0.5);
    expect(new FakeClock({ random: () => 0.25 }).random()).toBe(0.25);
  });
});
