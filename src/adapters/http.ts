import type { HttpAnswer, HttpGet } from '../ports/http.ts';

/** What is read of a body at most, in bytes: a health check answers in a few lines. */
const LONGEST_BODY = 1024 * 1024;

/** Node's own fetch. Values of secret headers come from `environment` and go nowhere but into the request. */
export function createHttpGet({ environment }: { environment: NodeJS.ProcessEnv }): HttpGet {
  return async ({ url, headers, secretHeaders, signal }) => {
    const sent = headersOf(headers, secretHeaders, environment);
    try {
      const response = await fetch(url, { headers: sent, redirect: 'manual', signal });
      const location = response.headers.get('location');
      return {
        status: response.status,
        ...(await bodyOf(response)),
        ...(location === null ? {} : { location }),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw new Error(reasonOf(error), { cause: error });
    }
  };
}

/** What fetch says of a value that cannot be sent would hold the value. */
function headersOf(
  plain: Readonly<Record<string, string>>,
  secret: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
): Headers {
  const headers = new Headers({ 'user-agent': 'deploy-action', ...plain });
  for (const [name, variable] of Object.entries(secret)) {
    try {
      headers.set(name, (environment[variable] ?? '').trim());
    } catch {
      throw new Error(`the value of ${variable} cannot be sent as the header ${name}`);
    }
  }
  return headers;
}

async function bodyOf(response: Response): Promise<Pick<HttpAnswer, 'body' | 'isCut'>> {
  const decoder = new TextDecoder();
  let body = '';
  let bytes = 0;
  // Leaving the loop early cancels the rest of the answer.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const left = LONGEST_BODY - bytes;
    body += decoder.decode(chunk.subarray(0, left), { stream: true });
    bytes += chunk.length;
    if (chunk.length > left) return { body, isCut: true };
  }
  return { body: body + decoder.decode(), isCut: false };
}

/** What Node's network errors are made of. */
interface Failure {
  message?: string;
  code?: string;
  cause?: Failure;
  /** Where a name has several addresses, one for each. */
  errors?: readonly Failure[];
}

/** fetch itself says "fetch failed"; why stands in its cause. */
function reasonOf(error: unknown): string {
  const failure = error as Failure;
  const cause = failure.cause ?? failure;
  const { message = '', code = 'no reason is known' } = cause.errors?.[0] ?? cause;
  return message === '' ? code : message;
}
