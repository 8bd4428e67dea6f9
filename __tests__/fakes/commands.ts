import type { Clock } from '../../src/ports/clock.ts';
import type { CommandRequest, RunCommand } from '../../src/ports/run-command.ts';

/** What a command of the user's does; without a word it ends at once with 0. */
export interface CommandScript {
  seconds?: number;
  exitCode?: number;
  lines?: readonly string[];
  /** What happens in the world while it runs. */
  meanwhile?: () => void | Promise<void>;
  /** Seconds that it takes to end once it is told to. */
  resists?: number;
}

/** Runs commands that only take time. A command that is told to end ends by the reason of its signal. */
export class FakeCommands {
  readonly calls: CommandRequest[] = [];
  readonly #clock: Clock;
  readonly #scripts: CommandScript[] = [];
  #begun = 0;
  /** How many run at this moment, and how many did so at the most. */
  running = 0;
  mostRunning = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The next command does this, the one after it what is said next; the last word holds for all that follow. */
  next(script: CommandScript): void {
    this.#scripts.push(script);
  }

  run: RunCommand = async (request) => {
    this.calls.push(request);
    const script = this.#scripts[Math.min(this.#begun, this.#scripts.length - 1)] ?? {};
    this.#begun += 1;
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      for (const line of script.lines ?? []) request.onLine(line);
      await script.meanwhile?.();
      await this.#clock.sleep((script.seconds ?? 0) * 1000, request.signal);
      return { exitCode: script.exitCode ?? 0 };
    } catch (error) {
      await this.#clock.sleep((script.resists ?? 0) * 1000);
      throw error;
    } finally {
      this.running -= 1;
    }
  };
}
