import type { CommandVerifyPlan } from '../../config/plan.ts';
import { verifyEnvironment, type VerifiedRelease } from '../../rules/verify/verify-environment.ts';
import type { StepContext } from '../context.ts';
import { within } from './deadline.ts';
import { MOST_TAIL_LINES, type Finding, type Progress } from './finding.ts';

/** From SIGINT to SIGKILL, in milliseconds. On a cancel there are other things to be done after it, within 7 s. */
const GRACE_MS = 2_000;

/** Runs the command once, in the checkout; it is ended with all that it started when its time is over. */
export async function verifyByCommand(
  { runCommand, clock, log, signal }: Pick<StepContext, 'runCommand' | 'clock' | 'log' | 'signal'>,
  { command, timeoutSeconds }: CommandVerifyPlan,
  release: VerifiedRelease,
  progress: Progress,
): Promise<Finding> {
  progress.attempts = 1;
  const ran = await within({ clock, signal }, timeoutSeconds * 1000, (ending) =>
    runCommand({
      command,
      environment: verifyEnvironment(release),
      signal: ending,
      graceMs: GRACE_MS,
      onLine: (line) => {
        progress.tail = [...progress.tail, line].slice(-MOST_TAIL_LINES);
        log.outside([line]);
      },
    }),
  );
  if (ran === 'late') return { state: 'timed-out', reason: `did not end within ${timeoutSeconds} s` };
  const { exitCode } = ran.value;
  if (exitCode === 0) return { state: 'passed' };
  return {
    state: 'failed',
    reason:
      exitCode === undefined ? 'could not be run, or was ended by a signal' : `exited with code ${exitCode}`,
  };
}
