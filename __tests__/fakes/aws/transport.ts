import type { AwsRequestHandler, AwsRetryStrategy } from '../../../src/adapters/aws/client-settings.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

interface SdkRequest {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Takes the SDK's requests in place of the network. */
export function inProcess(answer: (request: WireRequest) => WireAnswer): AwsRequestHandler {
  const handler = {
    handle: (request: SdkRequest) => {
      const { headers, body = '' } = request;
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
      const answered = answer({
        method: request.method,
        path: pathOf(request),
        headers: lowerCased(headers),
        body: text,
        ...(typeof body === 'string' ? {} : { bytes: body }),
      });
      if (answered.kind === 'reset') {
        return Promise.reject(
          Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', name: 'TimeoutError' }),
        );
      }
      const bytes = new TextEncoder().encode(answered.body);
      return Promise.resolve({
        response: {
          statusCode: answered.status,
          headers: { ...answered.headers },
          body: answered.kind === 'truncated' ? bytes.subarray(0, bytes.length / 2) : bytes,
        },
      });
    },
    metadata: { handlerProtocol: 'http/1.1' },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  return handler;
}

/** The SDK's own rules on what is retried and how often, without its waiting. */
export function retryWithoutWaiting(maxAttempts: number): AwsRetryStrategy {
  const token = (count: number) => ({
    getRetryCount: () => count,
    getRetryDelay: () => 0,
    getRetryCost: () => 0,
  });
  return {
    acquireInitialRetryToken: () => Promise.resolve(token(0)),
    refreshRetryTokenForRetry: (spent, { errorType }) => {
      const count = spent.getRetryCount() + 1;
      const isWorthIt = errorType === 'THROTTLING' || errorType === 'TRANSIENT';
      return isWorthIt && count < maxAttempts
        ? Promise.resolve(token(count))
        : Promise.reject(new Error('No retry token available'));
    },
    recordSuccess: () => undefined,
  };
}

function pathOf({ path, query = {} }: SdkRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
