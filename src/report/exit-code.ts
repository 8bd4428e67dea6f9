import { CancelledError, type DeployError } from '../errors.ts';
import type { RunReport } from './run-report.ts';

/**
 * The exit code of the process: 0 completed or no-change, 2 when the request itself was wrong and nothing was touched,
 * 124 timed out, 128+N ended by signal N, 1 everything else. Without a known outcome it is never 0.
 */
export function exitCodeOf({ outcome }: Pick<RunReport, 'outcome'>, error?: DeployError): number {
  if (error instanceof CancelledError) return error.exitCode;
  if (error?.isUsage === true) return 2;
  if (outcome === 'timed-out') return 124;
  if (error !== undefined) return 1;
  return outcome === 'completed' || outcome === 'no-change' ? 0 : 1;
}
