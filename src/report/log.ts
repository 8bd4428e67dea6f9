import { asDeployError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Host, ProgressState } from '../ports/host.ts';
import type { RunReport, StepId, StepReport } from './run-report.ts';

/** GitHub shows ten warnings of a step; what comes after them is still in the log and the summary. */
const MOST_ANNOTATIONS = 10;

/** What the run says while it goes: one group per step with one result line at its end, and each warning once. */
export class Log {
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #report: RunReport;
  readonly #prefix: string;

  constructor(host: Host, clock: Clock, report: RunReport, prefix = '') {
    this.#host = host;
    this.#clock = clock;
    this.#report = report;
    this.#prefix = prefix;
  }

  /** The same log for one of several things that happen side by side: each line says of which it is. */
  prefixed(prefix: string): Log {
    return new Log(this.#host, this.#clock, this.#report, this.#prefix + prefix);
  }

  info(line: string): void {
    this.#host.info(this.#prefix + line);
  }

  /** Where something stands that goes on: the next line of the same name may take the place of this one. */
  progress(name: string, line: string, state: ProgressState = 'open'): void {
    if (this.#host.progress === undefined) this.info(line);
    else this.#host.progress(name, this.#prefix + line, state);
  }

  /** Lines of progress take the place of one another, so that many of them may be given. */
  get isLive(): boolean {
    return this.#host.progress !== undefined;
  }

  debug(line: string): void {
    this.#host.debug(this.#prefix + line);
  }

  /** Text from outside, line by line: it is shown, never obeyed. */
  outside(lines: readonly string[]): void {
    if (lines.length > 0) this.#host.outside(lines.map((line) => this.#prefix + line));
  }

  /** Said once each, however often it is found. */
  warn(title: string, message: string): void {
    const { warnings } = this.#report;
    if (warnings.some((known) => known.title === title && known.message === message)) return;
    warnings.push({ title, message });
    if (warnings.length <= MOST_ANNOTATIONS) this.#host.annotate({ level: 'warning', title, message });
    else this.#host.info(`Warning: ${title}: ${message}`);
  }

  /** Runs one step of the story in its own group; `finish` gives the result line, or names why it was skipped. */
  async step<T>(id: StepId, title: string, body: (step: StepLine) => Promise<T>): Promise<T> {
    const report: StepReport = { id, title, startedAt: this.#clock.now(), state: 'running' };
    this.#report.steps.push(report);
    let isThrown = false;
    this.#host.openGroup(title);
    try {
      const value = await body({
        finish: (result) => (report.result = result),
        fail: (result) => {
          report.state = 'failed';
          report.result = result;
          this.#report.failedStep ??= id;
        },
        skip: (result) => {
          report.state = 'skipped';
          report.result = result;
        },
      });
      if (report.state === 'running') report.state = 'done';
      return value;
    } catch (thrown) {
      report.state = 'failed';
      report.result = asDeployError(thrown).message;
      isThrown = true;
      this.#report.failedStep ??= id;
      throw thrown;
    } finally {
      report.endedAt = this.#clock.now();
      this.#host.closeGroup();
      const seconds = ((report.endedAt - report.startedAt) / 1000).toFixed(1);
      const mark = report.state === 'failed' ? '✗' : report.state === 'skipped' ? '–' : '✓';
      // An error is told once, in full, at the end of the run.
      this.#host.info(`${mark} ${isThrown ? title : (report.result ?? title)} (${seconds} s)`);
    }
  }
}

export interface StepLine {
  finish(result: string): void;
  skip(reason: string): void;
  /** The step did its work, and what it found is red: the story goes on to what a failure asks for. */
  fail(result: string): void;
}
