/** What the SDK throws, as far as it tells: every member may be missing. */
export interface SdkError {
  name?: string;
  message?: string;
  code?: string;
  hostname?: string;
  errors?: readonly SdkError[];
  $retryable?: { throttling?: boolean };
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

const THROTTLED = [
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
];
export const NEVER_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const CONNECTION_LOST = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'];

/** AWS looked at the call and put it off: it was not carried out. */
export function isThrottled(thrown: unknown): boolean {
  const error = thrown as SdkError;
  return (
    THROTTLED.includes(error.name ?? '') ||
    error.$metadata?.httpStatusCode === 429 ||
    // Two registrations of one family at the same moment: ECS turns one away with a plain ClientException.
    (error.name === 'ClientException' && /too many concurrent attempts/i.test(error.message ?? ''))
  );
}

/** No connection came to be, so nothing can have been carried out. */
export function isNeverSent(thrown: unknown): boolean {
  return NEVER_SENT.includes(networkCode(thrown as SdkError) ?? '');
}

/** A later try may well succeed. */
export function isRetryable(error: SdkError): boolean {
  const code = networkCode(error) ?? '';
  return (
    isThrottled(error) ||
    NEVER_SENT.includes(code) ||
    CONNECTION_LOST.includes(code) ||
    error.$retryable !== undefined ||
    error.name === 'TimeoutError' ||
    (error.$metadata?.httpStatusCode ?? 0) >= 500
  );
}

/** The code of Node's network errors; where several addresses were tried, that of the first. */
export function networkCode(error: SdkError): string | undefined {
  const code = error.code ?? error.errors?.find((inner) => inner.code !== undefined)?.code;
  return code !== undefined && /^E[A-Z_]+$/.test(code) ? code : undefined;
}
