import { isAwsError } from '../../errors.ts';
import { MOST_BUILDS_A_CALL, type Build, type CodeBuild, type Project } from '../../ports/codebuild.ts';
import type { Clock } from '../../ports/clock.ts';

/** A build as CodeBuild describes it; or that CodeBuild does not know it; or that this look told nothing. */
export type Look = Build | 'missing' | 'unclear';

interface Waiter {
  id: string;
  due: number;
  answer: (look: Look) => void;
  refuse: (reason: Error) => void;
}

/**
 * All looks at CodeBuild of one run. However many builds are followed side by side, they are looked at in one call: who
 * wants to know waits for the next look, and the one who is due first decides when that is.
 */
export class BuildLooks {
  readonly #codebuild: CodeBuild;
  readonly #clock: Clock;
  readonly #projects = new Map<string, Promise<Project | undefined>>();
  readonly #newest = new Map<string, Promise<Build[]>>();
  #waiting: Waiter[] = [];
  #alarm: { due: number; ring: AbortController } | undefined;
  #isDriving = false;
  /** Logs that are being followed: they share the calls that CloudWatch Logs allows. */
  followedLogs = 0;

  constructor({ codebuild, clock }: { codebuild: CodeBuild; clock: Clock }) {
    this.#codebuild = codebuild;
    this.#clock = clock;
  }

  /**
   * The next look at a build, in `ms` at the latest. Rejects with an error that no retry can mend, and at once with the
   * signal's reason.
   */
  next(id: string, { ms, signal }: { ms: number; signal: AbortSignal }): Promise<Look> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        leave();
        this.#alarm?.ring.abort();
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        id,
        due: this.#clock.now() + ms,
        answer: (look) => {
          leave();
          resolve(look);
        },
        refuse: (reason) => {
          leave();
          reject(reason);
        },
      };
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiter);
      if (this.#alarm !== undefined && waiter.due < this.#alarm.due) this.#alarm.ring.abort();
      void this.#drive();
    });
  }

  /** What a project is set to, read once; undefined where there is none, or where it may not be read. */
  project(name: string): Promise<Project | undefined> {
    const known = this.#projects.get(name) ?? this.#readProject(name);
    this.#projects.set(name, known);
    return known;
  }

  /** The newest builds of a project; `fresh` where what another look under way will find is too old. */
  newest(project: string, { fresh }: { fresh: boolean }): Promise<Build[]> {
    const underWay = fresh ? undefined : this.#newest.get(project);
    if (underWay !== undefined) return underWay;
    const reading = this.#readNewest(project).finally(() => {
      if (this.#newest.get(project) === reading) this.#newest.delete(project);
    });
    this.#newest.set(project, reading);
    return reading;
  }

  async #readProject(name: string): Promise<Project | undefined> {
    try {
      return await this.#codebuild.batchGetProjects(name);
    } catch (error) {
      // It only makes the messages better.
      if (isAwsError(error) && error.code === 'AWS_ACCESS_DENIED') return undefined;
      this.#projects.delete(name);
      throw error;
    }
  }

  async #readNewest(project: string): Promise<Build[]> {
    const ids = await this.#codebuild.listBuildsForProject(project);
    if (ids.length === 0) return [];
    return (await this.#codebuild.batchGetBuilds(ids.slice(0, MOST_BUILDS_A_CALL))).builds;
  }

  async #drive(): Promise<void> {
    if (this.#isDriving) return;
    this.#isDriving = true;
    while (this.#waiting.length > 0) {
      const due = Math.min(...this.#waiting.map((waiter) => waiter.due));
      this.#alarm = { due, ring: new AbortController() };
      const isDue = await this.#clock
        .sleep(Math.max(0, due - this.#clock.now()), this.#alarm.ring.signal)
        .then(() => true)
        .catch(() => false);
      this.#alarm = undefined;
      if (isDue) await this.#look(this.#waiting);
    }
    this.#isDriving = false;
  }

  async #look(waiters: readonly Waiter[]): Promise<void> {
    const ids = [...new Set(waiters.map(({ id }) => id))];
    for (let from = 0; from < ids.length; from += MOST_BUILDS_A_CALL) {
      const some = ids.slice(from, from + MOST_BUILDS_A_CALL);
      const asking = waiters.filter(({ id }) => some.includes(id));
      try {
        const { builds, missing } = await this.#codebuild.batchGetBuilds(some);
        for (const { id, answer } of asking)
          answer(builds.find((build) => build.id === id) ?? (missing.includes(id) ? 'missing' : 'unclear'));
      } catch (error) {
        const passes = isAwsError(error) && error.retryable;
        for (const { answer, refuse } of asking) {
          if (passes) answer('unclear');
          else refuse(error as Error);
        }
      }
    }
  }
}
