import { asDeployError, isAwsError } from '../../errors.ts';
import type { LogStream } from '../../ports/logs.ts';
import { advance, HEAD_OF_LOG } from '../../rules/task/log-cursor.ts';
import type { StepContext } from '../context.ts';

type Context = Pick<StepContext, 'logs' | 'clock' | 'log' | 'signal'>;

export interface FollowedLog {
  /** Prints what is new; returns at the end of what there is, or after a bounded number of pages. Never rejects. */
  read(): Promise<void>;
  /** After the task has stopped: reads until nothing has come for some seconds, or we are cancelled. Never rejects. */
  drain(): Promise<void>;
}

/** A log that grows faster than it is read may not keep us from looking at its task. */
const MOST_PAGES_AT_ONCE = 20;
/** How patient to be at the end of a log, in milliseconds. */
export interface LogPatience {
  /** This long without a new line, and the log is taken as complete. */
  quietMs: number;
  /** So long for a stream that is not there yet. */
  lateStreamMs: number;
}

/** Lines arrive late in CloudWatch: this long without a new one, and the log is taken as complete. */
const QUIET_MS = 3_000;
/** A stream may appear after its container has ended. */
const LATE_STREAM_MS = 6_000;
/** Throttled reads are repeated this long after the end of the task before the rest of the log is given up. */
const LONGEST_DRAIN_MS = 120_000;
const DRAIN_PAUSE_MS = 500;

/**
 * Follows one log stream from its head: each line once and in order, printed as text from outside. What goes wrong
 * with the log is said once and has no say in how the task ended.
 */
export function followLog(
  { logs, clock, log, signal }: Context,
  stream: LogStream,
  onLines: (lines: readonly string[]) => void,
  { quietMs, lateStreamMs }: LogPatience = { quietMs: QUIET_MS, lateStreamMs: LATE_STREAM_MS },
): FollowedLog {
  let cursor = HEAD_OF_LOG;
  let isLost = false;
  let isThere = false;
  let lastChange = clock.now();

  /** One page; false where there is nothing more to read for now. */
  async function readPage(): Promise<boolean> {
    try {
      const page = await logs.readPage(stream, cursor.token);
      if (page === undefined) return false;
      isThere = true;
      const step = advance(cursor, page);
      cursor = step.cursor;
      const lines = step.events.flatMap(({ message }) => message.replace(/\r?\n$/, '').split('\n'));
      if (lines.length > 0) {
        lastChange = clock.now();
        log.outside(lines);
        onLines(lines);
      }
      return !cursor.atEnd;
    } catch (thrown) {
      if (signal.aborted) return false;
      if (isAwsError(thrown) && thrown.retryable) {
        log.debug(`The log could not be read, it is tried again: ${thrown.message}`);
        lastChange = clock.now();
        return false;
      }
      isLost = true;
      log.warn(
        'Log not shown',
        `The log ${stream.stream} in ${stream.group} cannot be read: ${asDeployError(thrown).message}. How it ended is decided without it.`,
      );
      return false;
    }
  }

  async function read(): Promise<void> {
    for (let page = 0; page < MOST_PAGES_AT_ONCE && !isLost; page += 1) {
      if (!(await readPage())) return;
    }
  }

  async function drain(): Promise<void> {
    const stoppedAt = clock.now();
    lastChange = stoppedAt;
    const isQuiet = () => clock.now() - lastChange >= (isThere ? quietMs : lateStreamMs);
    await read();
    while (!isLost && !isQuiet() && !signal.aborted) {
      if (clock.now() - stoppedAt >= LONGEST_DRAIN_MS) {
        log.warn(
          'Log incomplete',
          `The end of the log ${stream.stream} in ${stream.group} could not be read in time.`,
        );
        return;
      }
      await clock.sleep(DRAIN_PAUSE_MS);
      await read();
    }
  }

  return { read, drain };
}
