import type { Clock } from '../../../src/ports/clock.ts';

interface Entry {
  at: number;
  happen: () => void;
}

/**
 * What is going to happen in AWS and when. Nothing runs by itself: whoever looks calls `catchUp` first, and all
 * that is due by the clock happens then, in the order of its time and dated as of its time. So the fake works on
 * a real clock and on a fake one alike.
 */
export class Agenda {
  readonly #clock: Pick<Clock, 'now'>;
  #entries: Entry[] = [];
  #replaying: number | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch: of the moment that is being caught up with, else of the clock. */
  get now(): number {
    return this.#replaying ?? this.#clock.now();
  }

  /** Never happens when `seconds` is Infinity. */
  after(seconds: number, happen: () => void): void {
    if (Number.isFinite(seconds)) this.#entries.push({ at: this.now + seconds * 1000, happen });
  }

  catchUp(): void {
    if (this.#replaying !== undefined) return;
    const now = this.#clock.now();
    try {
      for (let entry = this.#nextUntil(now); entry !== undefined; entry = this.#nextUntil(now)) {
        this.#entries.splice(this.#entries.indexOf(entry), 1);
        this.#replaying = entry.at;
        entry.happen();
      }
    } finally {
      this.#replaying = undefined;
    }
  }

  /** The earliest; of two at the same moment, the one that was written down first. */
  #nextUntil(now: number): Entry | undefined {
    return this.#entries
      .filter((entry) => entry.at <= now)
      .reduce<Entry | undefined>(
        (first, entry) => (first === undefined || entry.at < first.at ? entry : first),
        undefined,
      );
  }
}
