import { CancelledError } from '../errors.ts';

/** Between the runner's SIGINT and its SIGTERM there are 7.5 s (actions/runner, ProcessInvoker): by then we are gone. */
const LAST_MOMENT_MS = 6_500;

/**
 * Aborts with a CancelledError at the first SIGINT or SIGTERM. A second one, or a clean-up that takes too long, ends
 * the process at once.
 */
export function cancellation(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: 'SIGINT' | 'SIGTERM') => {
    const cancelled = new CancelledError(name);
    if (controller.signal.aborted) process.exit(cancelled.exitCode);
    controller.abort(cancelled);
    setTimeout(() => process.exit(cancelled.exitCode), LAST_MOMENT_MS).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
