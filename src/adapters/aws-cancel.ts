import { addMiddleware, type HasMiddleware } from './aws-middleware.ts';

/**
 * A cancelled run does not sit out the SDK's retries: a read that is under way is given up at once. What changes
 * something is awaited, since its answer names what we started; and what is asked after the cancel belongs to the
 * cleaning up.
 */
export function giveUpReads(client: HasMiddleware, signal: AbortSignal): void {
  addMiddleware(
    client,
    (next, { commandName = '' }) =>
      (call) => {
        const isRead = /^(Describe|List|Get|BatchGet)/.test(commandName);
        return isRead && !signal.aborted ? unlessAborted(next(call), signal) : next(call);
      },
    { name: 'giveUpReads', step: 'initialize', priority: 'high' },
  );
}

async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const listening = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true, signal: listening.signal });
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    listening.abort();
  }
}
