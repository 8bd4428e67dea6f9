import { CancelledError, type DeployError } from '../errors.ts';
import type { RunReport } from './run-report.ts';

/**
 * The exit code of the process: 0 completed, no-change, or paused where that was asked for, 2 when the request itself was wrong and nothing was touched,
 * 124 timed out, 128+N ended by signal N, 1 everything else. Without a known outcome it is never 0. A container that
 * `run` started passes its own code on.
 */
export function exitCodeOf(
  { outcome, command, tasks = [] }: Partial<Pick<RunReport, 'outcome' | 'command' | 'tasks'>>,
  error?: DeployError,
): number {
  if (error instanceof CancelledError) return error.exitCode;
  if (error?.isUsage === true) return 2;
  if (outcome === 'timed-out') return 124;
  const ran =
    command === 'run'
      ? tasks.find(({ state, exitCode = 0 }) => state === 'failed' && exitCode > 0)
      : undefined;
  if (error !== undefined) return ran?.exitCode ?? 1;
  return outcome === 'completed' || outcome === 'no-change' || outcome === 'paused' ? 0 : 1;
}
