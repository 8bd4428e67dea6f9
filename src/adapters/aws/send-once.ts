import { isNeverSent, isThrottled } from './failure.ts';
import { addMiddleware, type HasMiddleware } from './middleware.ts';

/**
 * Takes an error out of the SDK's sight, which would send the call again: neither name, status nor cause may tell
 * what happened.
 */
class SentOnce extends Error {
  readonly original: unknown;

  constructor(original: unknown) {
    super('sent once');
    this.name = 'SentOnce';
    this.original = original;
  }
}

export function withoutSentOnce(thrown: unknown): unknown {
  return thrown instanceof SentOnce ? thrown.original : thrown;
}

/**
 * For calls that create something and carry no token: sent again only where it is known that AWS did not carry
 * them out, since it put them off (throttling) or was never reached. A lost answer goes to the caller, who reads
 * back first: the SDK's own retry registers a revision twice.
 */
export function sendOnce<C extends HasMiddleware>(command: C): C {
  addMiddleware(
    command,
    (next) => async (call) => {
      try {
        return await next(call);
      } catch (thrown) {
        throw isThrottled(thrown) || isNeverSent(thrown) ? thrown : new SentOnce(thrown);
      }
    },
    { name: 'sendOnce', step: 'finalizeRequest', priority: 'low' },
  );
  return command;
}
