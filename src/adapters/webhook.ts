import type { PostWebhook } from '../ports/webhook.ts';

/** `mask` hides a text in all later output. */
export function createPostWebhook({
  environment,
  mask,
}: {
  environment: Readonly<Record<string, string | undefined>>;
  mask: (secret: string) => void;
}): PostWebhook {
  return async ({ variable, body, timeoutMs }) => {
    const address = (environment[variable] ?? '').trim();
    if (address === '') throw new Error(`the environment variable ${variable} is not set`);
    mask(address);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== 'https:' && url?.hostname !== '127.0.0.1')
      throw new Error(`the environment variable ${variable} holds no https address`);
    // The host may be told; what stands behind it is the secret.
    mask(url.pathname + url.search);
    let status: number;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        // A redirect would carry the message to where nobody meant it to go.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      ({ status } = answer);
      await answer.body?.cancel();
    } catch (thrown) {
      // eslint-disable-next-line preserve-caught-error -- causes are shown, and this one may hold the address
      throw new Error(`${url.hostname} ${reasonOf(thrown, timeoutMs)}`);
    }
    if (status < 200 || status > 299) throw new Error(`${url.hostname} answered ${status}`);
  };
}

/** By name and code, and not by message: that may hold the address. */
function reasonOf(thrown: unknown, timeoutMs: number): string {
  const { name, code, cause } = (thrown ?? {}) as { name?: unknown; code?: unknown; cause?: unknown };
  if (name === 'TimeoutError') return `did not answer within ${timeoutMs / 1000} s`;
  const { code: inner = code } = (cause ?? {}) as { code?: unknown };
  return `could not be reached${typeof inner === 'string' ? ` (${inner})` : ''}`;
}
