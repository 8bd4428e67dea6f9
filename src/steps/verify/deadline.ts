import type { Clock } from '../../ports/clock.ts';

/** What is told to end gets this long, in milliseconds, before nobody waits for it any more. */
const PATIENCE_MS = 10_000;

/**
 * Does something within a time, in milliseconds. When the time is over its signal is aborted, and the answer is 'late'
 * once it has ended; when `signal` is aborted it ends by that, and rejects.
 */
export async function within<T>(
  { clock, signal }: { clock: Clock; signal: AbortSignal },
  milliseconds: number,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<{ value: T } | 'late'> {
  const over = new AbortController();
  const late = new AbortController();
  const alarm = async () => {
    await clock.sleep(milliseconds, over.signal);
    late.abort(new Error('the time is over'));
    await clock.sleep(PATIENCE_MS, over.signal);
    return 'late' as const;
  };
  const work = async () => {
    try {
      return { value: await body(AbortSignal.any([signal, late.signal])) };
    } catch (error) {
      signal.throwIfAborted();
      if (late.signal.aborted) return 'late' as const;
      throw error;
    }
  };
  try {
    return await Promise.race([work(), alarm()]);
  } finally {
    over.abort(new Error('it is over'));
  }
}
