/** A page of a log stream, read from a cursor's token on. */
export interface CursorPage<E> {
  events: readonly E[];
  nextToken: string | undefined;
}

/** How far a log stream has been read. */
export interface LogCursor {
  /** The forward token to read from; absent at the head. */
  readonly token?: string;
  /** Events already taken from behind this token. */
  readonly taken: number;
  /** The last page moved nothing: there is no more for now. */
  readonly atEnd: boolean;
}

export const HEAD_OF_LOG: LogCursor = { taken: 0, atEnd: false };

/**
 * Moves a cursor over a page and gives the events that are new. The end is reached when the token comes back
 * unchanged; an empty page with another token is not the end (AWS API reference, GetLogEvents). Where a token comes
 * back together with events, those taken before are not given again.
 */
export function advance<E>(
  cursor: LogCursor,
  page: CursorPage<E>,
): { cursor: LogCursor; events: readonly E[] } {
  const { nextToken } = page;
  if (nextToken !== undefined && nextToken !== cursor.token) {
    return { cursor: { token: nextToken, taken: 0, atEnd: false }, events: page.events.slice(cursor.taken) };
  }
  const events = page.events.slice(cursor.taken);
  return { cursor: { ...cursor, taken: cursor.taken + events.length, atEnd: true }, events };
}
