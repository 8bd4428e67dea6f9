import type { Clock } from '../../ports/clock.ts';
import { isGitHubError, type GitHubError } from '../../rules/cookbook/github-error.ts';

const MOST_TRIES = 4;
/** A longer wait than this is told to the user instead. */
const LONGEST_WAIT_SECONDS = 60;

/**
 * Tries again what may be tried again. A limit refuses a request before it is carried out, and so does what GitHub made a
 * moment ago and does not know yet: any call may follow. After no answer, or a 5xx, only calls that are `safe` to be
 * carried out twice.
 */
export async function withRetries<T>(
  { clock, signal }: { clock: Clock; signal?: AbortSignal },
  safe: boolean,
  call: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries === MOST_TRIES || !isGitHubError(error)) throw error;
      const wait = waitBefore(error, tries, safe, clock);
      if (wait === undefined) throw error;
      await clock.sleep(wait, signal);
    }
  }
}

/** Milliseconds; undefined where another try is unsafe or useless. */
function waitBefore(error: GitHubError, tries: number, safe: boolean, clock: Clock): number | undefined {
  const { waitSeconds } = error.refusal;
  if (error.kind === 'rate-limit' || error.kind === 'secondary-limit') {
    const seconds = waitSeconds ?? (error.kind === 'secondary-limit' ? LONGEST_WAIT_SECONDS : undefined);
    return seconds === undefined || seconds > LONGEST_WAIT_SECONDS ? undefined : seconds * 1000;
  }
  if (error.kind !== 'not-yet' && (error.kind !== 'unavailable' || !safe)) return undefined;
  return 2 ** tries * 500 * (0.5 + clock.random());
}
