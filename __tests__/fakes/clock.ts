import type { Clock } from '../../src/ports/clock.ts';

/** 2026-01-05 09:00 UTC: a Monday, so that dates in expected texts are readable. */
const START = Date.UTC(2026, 0, 5, 9, 0, 0);

/** Turns of the event loop without a new sleep after which we take it that everybody is asleep. */
const QUIET_TURNS = 8;

interface Alarm {
  time: number;
  ring: () => void;
  /** Time moves on its own for a sleeper, not for a script: scripts wait for the code under test. */
  isSleeper: boolean;
}

/**
 * A clock on which nobody waits. When all that is going on is asleep, time jumps to the earliest alarm, so that
 * loops which sleep side by side interleave in the order of time, and an hour passes in a millisecond.
 */
export class FakeClock implements Clock {
  readonly startedAt: number;
  readonly #random: () => number;
  #now: number;
  #alarms: Alarm[] = [];
  #changes = 0;
  #isDriving = false;
  #isHeld = false;

  constructor({ start = START, random = () => 0.5 }: { start?: number; random?: () => number } = {}) {
    this.startedAt = start;
    this.#now = start;
    this.#random = random;
  }

  now(): number {
    return this.#now;
  }

  /** Milliseconds since the clock was made. */
  get elapsed(): number {
    return this.#now - this.startedAt;
  }

  /** How many are asleep right now: 0 after a test that left no loop behind. */
  get sleepers(): number {
    return this.#alarms.filter((alarm) => alarm.isSleeper).length;
  }

  random(): number {
    return this.#random();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = () => {
        const reason: unknown = signal?.reason;
        reject(reason instanceof Error ? reason : new Error(String(reason)));
      };
      if (signal?.aborted === true) {
        refuse();
        return;
      }
      const abort = () => {
        this.#remove(alarm);
        refuse();
      };
      const alarm: Alarm = {
        time: this.#now + Math.max(0, ms),
        ring: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
        isSleeper: true,
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#add(alarm);
    });
  }

  /** Calls back when the clock stands `ms` after its start; before the sleepers of the same moment that came later. */
  at(ms: number, callback: () => void): void {
    this.#add({ time: Math.max(this.#now, this.startedAt + ms), ring: callback, isSleeper: false });
  }

  /** Moves time by hand, through every alarm on the way, and lets the woken run until they sleep again. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    this.#isHeld = true;
    try {
      await this.#quiet();
      for (let next = this.#earliest(); next !== undefined && next.time <= end; next = this.#earliest()) {
        this.#ring(next);
        await this.#quiet();
      }
      this.#now = end;
    } finally {
      this.#isHeld = false;
      this.#drive();
    }
  }

  #add(alarm: Alarm): void {
    this.#alarms.push(alarm);
    this.#changes += 1;
    this.#drive();
  }

  #remove(alarm: Alarm): void {
    this.#alarms = this.#alarms.filter((other) => other !== alarm);
    this.#changes += 1;
  }

  #earliest(): Alarm | undefined {
    return this.#alarms.reduce<Alarm | undefined>(
      (first, alarm) => (first === undefined || alarm.time < first.time ? alarm : first),
      undefined,
    );
  }

  #ring(alarm: Alarm): void {
    this.#remove(alarm);
    this.#now = Math.max(this.#now, alarm.time);
    alarm.ring();
  }

  #drive(): void {
    if (this.#isDriving) return;
    this.#isDriving = true;
    void (async () => {
      await this.#quiet();
      while (!this.#isHeld && this.sleepers > 0) {
        const next = this.#earliest();
        if (next !== undefined) this.#ring(next);
        await this.#quiet();
      }
      this.#isDriving = false;
    })();
  }

  async #quiet(): Promise<void> {
    let seen = this.#changes;
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#changes !== seen) {
        seen = this.#changes;
        turn = -1;
      }
    }
  }
}
