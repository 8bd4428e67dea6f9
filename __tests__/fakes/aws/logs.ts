import type { Agenda } from './agenda.ts';
import { AwsException, type Operations } from './wire.ts';

interface StoredEvent {
  timestamp: number;
  message: string;
  /** When CloudWatch Logs shows it: ingestion may lag behind the container. */
  visibleAt: number;
}

interface GetLogEventsInput {
  logGroupName?: string;
  logStreamName?: string;
  startFromHead?: boolean;
  nextToken?: string;
  limit?: number;
}

const PAGE_EVENTS = 10_000;
const PAGE_BYTES = 1_048_576;
/** What CloudWatch Logs counts on top of the message of an event (PutLogEvents, API reference). */
const EVENT_OVERHEAD = 26;

/** CloudWatch Logs: groups, streams, and pages of events between tokens. */
export class FakeLogs {
  readonly #agenda: Agenda;
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #groups = new Set<string>();
  readonly #emptyPages = new Map<string, number>();

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  addGroup(group: string): void {
    this.#groups.add(group);
  }

  /** A line as of now; `lateSeconds` is how long it takes until it can be read. */
  append(
    group: string,
    stream: string,
    message: string,
    { lateSeconds = 0 }: { lateSeconds?: number } = {},
  ): void {
    this.#groups.add(group);
    const events = this.#streams.get(key(group, stream)) ?? [];
    const timestamp = this.#agenda.now;
    events.push({ timestamp, message, visibleAt: timestamp + lateSeconds * 1000 });
    this.#streams.set(key(group, stream), events);
  }

  /** The next pages of the stream come back empty, with a new token: this is allowed while there is more to read. */
  emptyPages(group: string, stream: string, count: number): void {
    this.#emptyPages.set(key(group, stream), count);
  }

  readonly operations: Operations = {
    GetLogEvents: (input: GetLogEventsInput) => this.#getLogEvents(input),

    DescribeLogGroups: ({
      logGroupNamePrefix = '',
      limit = 50,
    }: {
      logGroupNamePrefix?: string;
      limit?: number;
    }) => ({
      logGroups: [...this.#groups]
        .filter((group) => group.startsWith(logGroupNamePrefix))
        .toSorted()
        .slice(0, limit)
        .map((logGroupName) => ({ logGroupName, storedBytes: 0 })),
    }),
  };

  #getLogEvents({
    logGroupName = '',
    logStreamName = '',
    startFromHead = false,
    nextToken,
    limit = PAGE_EVENTS,
  }: GetLogEventsInput): object {
    if (limit < 1 || limit > PAGE_EVENTS)
      throw new AwsException('InvalidParameterException', `limit must be between 1 and ${PAGE_EVENTS}`);
    if (!this.#groups.has(logGroupName))
      throw new AwsException('ResourceNotFoundException', 'The specified log group does not exist.');
    const name = key(logGroupName, logStreamName);
    const events = (this.#streams.get(name) ?? [])
      .filter((event) => event.visibleAt <= this.#agenda.now)
      .toSorted((a, b) => a.visibleAt - b.visibleAt);
    if (events.length === 0)
      throw new AwsException('ResourceNotFoundException', 'The specified log stream does not exist.');

    const from = nextToken === undefined ? undefined : readToken(nextToken);
    if ((from?.direction ?? (startFromHead ? 'f' : 'b')) === 'f') {
      const start = from?.index ?? 0;
      const empty = this.#emptyPages.get(name) ?? 0;
      if (empty > 0) {
        this.#emptyPages.set(name, empty - 1);
        return page([], start, start, { sequence: (from?.sequence ?? 0) + 1, backwardFrom: start });
      }
      const end = fit(events, start, limit, 1);
      return page(events.slice(start, end), start, end, {
        sequence: from?.sequence ?? 0,
        backwardFrom: start,
      });
    }
    const end = from?.index ?? events.length;
    const start = fit(events, end, limit, -1);
    return page(events.slice(start, end), start, end, { sequence: 0, backwardFrom: start });
  }
}

function key(group: string, stream: string): string {
  return `${group}\n${stream}`;
}

/** How far a page reaches from `from` in one direction. */
function fit(events: readonly StoredEvent[], from: number, limit: number, step: 1 | -1): number {
  let bytes = 0;
  let at = from;
  while (Math.abs(at - from) < limit) {
    const event = events[step === 1 ? at : at - 1];
    if (event === undefined) break;
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    if (bytes > PAGE_BYTES) break;
    at += step;
  }
  return at;
}

function page(
  events: readonly StoredEvent[],
  start: number,
  end: number,
  { sequence, backwardFrom }: { sequence: number; backwardFrom: number },
): object {
  return {
    events: events.map(({ timestamp, message, visibleAt }) => ({
      timestamp,
      message,
      ingestionTime: visibleAt,
    })),
    nextForwardToken: token('f', Math.max(start, end), sequence),
    nextBackwardToken: token('b', backwardFrom, 0),
  };
}

function token(direction: 'f' | 'b', index: number, sequence: number): string {
  return `${direction}/${String(index).padStart(50, '0')}${String(sequence).padStart(6, '0')}/s`;
}

function readToken(text: string): { direction: string; index: number; sequence: number } {
  const [, direction, index, sequence] = /^([fb])\/(\d{50})(\d{6})\/s$/.exec(text) ?? [];
  if (direction === undefined)
    throw new AwsException('InvalidParameterException', 'The specified nextToken is invalid.');
  return { direction, index: Number(index), sequence: Number(sequence) };
}
