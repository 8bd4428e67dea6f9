import { isThrottled } from './failure.ts';
import { addMiddleware, type HasMiddleware } from './middleware.ts';

/**
 * An answer that cannot be read, or that lacks what every answer of this call holds, is a lost answer and not an
 * empty result: "no services" would be a wrong fact. Thrown inside the retry, so that the SDK asks again.
 */
export function expectMember<C extends HasMiddleware>(command: C, ...members: string[]): C {
  addMiddleware(
    command,
    (next) => async (call) => {
      const result = await next(call);
      const missing = members.find((name) => (result.output as Record<string, unknown>)[name] === undefined);
      if (missing !== undefined)
        throw lost('IncompleteAnswer', `the answer holds no ${missing}`, result.response);
      return result;
    },
    { name: 'expectMember', step: 'deserialize', priority: 'high' },
  );
  return command;
}

/** For every client: tells the SDK's retry which failures pass, where it does not know by itself. */
export function markPassingFailures(client: HasMiddleware): void {
  addMiddleware(
    client,
    (next) => async (call) => {
      try {
        return await next(call);
      } catch (thrown) {
        if (isUnparsed(thrown)) throw unreadable((thrown as { $response?: unknown }).$response);
        throw isThrottled(thrown) && thrown instanceof Error
          ? Object.assign(thrown, { $retryable: { throttling: true } })
          : thrown;
      }
    },
    { name: 'markPassingFailures', step: 'deserialize', priority: 'high' },
  );
}

/** JSON fails as a SyntaxError, XML as a plain Error; the SDK hangs the body on either. */
function isUnparsed(thrown: unknown): boolean {
  return (
    thrown instanceof SyntaxError ||
    (thrown instanceof Error && Object.hasOwn(thrown, '$responseBodyText') && !('$fault' in thrown))
  );
}

/** Cut off on the way, or the page of a proxy that stands between: only a refusal by such a proxy is final. */
function unreadable(response: unknown): Error {
  const { statusCode = 0 } = (response ?? {}) as { statusCode?: number };
  const message = `the answer (HTTP ${statusCode}) is not whole, or not from AWS`;
  const error = lost('UnreadableAnswer', message, response);
  return statusCode >= 400 && statusCode < 500
    ? Object.assign(new Error(message), { name: error.name })
    : error;
}

function lost(name: string, message: string, response: unknown): Error {
  const { headers } = (response ?? {}) as { headers?: Record<string, string> };
  const requestId = headers?.['x-amzn-requestid'];
  return Object.assign(new Error(message), {
    name,
    $retryable: {},
    $metadata: requestId === undefined ? {} : { requestId },
  });
}
