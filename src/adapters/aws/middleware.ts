/** A client or a command: what carries a middleware stack. */
export interface HasMiddleware {
  readonly middlewareStack: object;
}
export type Middleware = (next: Handler, context: { readonly commandName?: string }) => Handler;
export type Handler = (call: {
  input: object;
  request?: unknown;
}) => Promise<{ response: unknown; output: object }>;
export interface Place {
  name: string;
  /** In this order around the call; `finalizeRequest` holds the retry, `deserialize` reads the answer. */
  step: 'initialize' | 'build' | 'finalizeRequest' | 'deserialize';
  /** `high` stands outside, `low` inside what the SDK itself does in this step. */
  priority: 'high' | 'low';
}

/**
 * The SDK types its middleware anew for every client and every command, with types of a package that is none of
 * our dependencies; all of them share this shape.
 */
export function addMiddleware(carrier: HasMiddleware, middleware: Middleware, place: Place): void {
  const stack = carrier.middlewareStack as { add(middleware: Middleware, place: Place): void };
  stack.add(middleware, place);
}
