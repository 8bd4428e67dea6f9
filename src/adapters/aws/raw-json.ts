import type { Json, JsonObject } from '../../rules/text/json.ts';
import { addMiddleware, type HasMiddleware } from './middleware.ts';

/**
 * SDK v3 writes and reads by the schema it was built with, and drops what it does not know, both ways. A task
 * definition passes through whole all the same: the body of the request is `body` in place of what the SDK made,
 * and the answer is read from the body as it came.
 */
export function withRawJson<C extends HasMiddleware>(
  command: C,
  body?: JsonObject,
): { command: C; answer: () => JsonObject } {
  let received = '{}';
  if (body !== undefined) {
    addMiddleware(
      command,
      (next) => (call) => {
        (call.request as { body: unknown }).body = JSON.stringify(body);
        return next(call);
      },
      // After the SDK serialised, before it counts the length and signs.
      { name: 'sendRawJson', step: 'build', priority: 'high' },
    );
  }
  addMiddleware(
    command,
    (next) => async (call) => {
      const result = await next(call);
      const response = result.response as { statusCode: number; body: unknown };
      const bytes = await collect(response.body);
      if (response.statusCode < 300) received = new TextDecoder().decode(bytes);
      response.body = bytes;
      return result;
    },
    // Nearest to the wire: the SDK reads the collected bytes afterwards.
    { name: 'keepRawJson', step: 'deserialize', priority: 'low' },
  );
  return { command, answer: () => asObject(JSON.parse(received) as Json) };
}

export function asObject(json: Json | undefined): JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
}

async function collect(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (typeof body === 'string') return new TextEncoder().encode(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
