import { addMiddleware, type HasMiddleware } from './middleware.ts';

/** How long an answer that names what we started is awaited after a cancel; the cleaning up needs the rest of the 7 s. */
const PATIENCE_MS = 2_500;

/**
 * A cancelled run does not sit out the SDK's retries: a read that is under way is given up at once. What changes
 * something is awaited for a moment, since its answer names what we started; where none comes, the cleaning up looks
 * for it. What is asked after the cancel belongs to the cleaning up.
 */
export function giveUpOnCancel(client: HasMiddleware, signal: AbortSignal): void {
  addMiddleware(
    client,
    (next, { commandName = '' }) =>
      (call) => {
        const isRead = /^(Describe|List|Get|BatchGet)/.test(commandName);
        return signal.aborted ? next(call) : unlessAborted(next(call), signal, isRead ? 0 : PATIENCE_MS);
      },
    { name: 'giveUpOnCancel', step: 'initialize', priority: 'high' },
  );
}

async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal, patienceMs: number): Promise<T> {
  const listening = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    const begin = () => (patienceMs === 0 ? giveUp() : void setTimeout(giveUp, patienceMs).unref());
    signal.addEventListener('abort', begin, { once: true, signal: listening.signal });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    listening.abort();
  }
}
