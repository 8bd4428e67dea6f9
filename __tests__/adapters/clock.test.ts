import { systemClock } from '../../src/adapters/clock.ts';

describe('the clock of the machine', () => {
  it('sleeps, and its time goes on', async () => {
    const clock = systemClock();
    const before = clock.now();
    await clock.sleep(1);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });

  it('wakes at once with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled by SIGINT');
    const sleeping = systemClock().sleep(3_600_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });

  it('does not fall asleep on an aborted signal', async () => {
    const reason = new Error('too late');
    await expect(systemClock().sleep(3_600_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('gives jitter in [0, 1)', () => {
    const numbers = Array.from({ length: 100 }, () => systemClock().random());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });
});
