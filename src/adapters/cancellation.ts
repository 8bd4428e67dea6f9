import { CancelledError } from '../errors.ts';

/**
 * What is left between the runner's SIGINT and its SIGTERM: 7.5 s (actions/runner, ProcessInvoker). By then we are gone.
 */
const LAST_MOMENT_MS = 6_500;
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/** The exit code of a process that a signal ended. */
export function exitCodeOfSignal(signal: keyof typeof SIGNAL_NUMBERS): number {
  return 128 + SIGNAL_NUMBERS[signal];
}

/**
 * Aborts with a CancelledError at the first SIGINT or SIGTERM. A second one, or a clean-up that takes too long, ends
 * the process at once.
 */
export function cancellation(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    if (controller.signal.aborted) process.exit(exitCodeOfSignal(signal));
    controller.abort(new CancelledError(signal));
    setTimeout(() => process.exit(exitCodeOfSignal(signal)), LAST_MOMENT_MS).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
