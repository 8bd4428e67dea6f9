/**
 * Asks an address of the web once, by GET, and follows no redirect. Rejects where no answer came: with an Error whose
 * message says why and holds no header's value, or with the reason of the signal.
 */
export type HttpGet = (request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Header → name of the environment variable that holds its value. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Text from outside, all of it. */
export interface HttpAnswer {
  readonly status: number;
  /** As UTF-8, its beginning where it is long. */
  readonly body: string;
  /** The body is longer than what is here. */
  readonly isCut: boolean;
  /** Where a redirect leads to. */
  readonly location?: string;
}
