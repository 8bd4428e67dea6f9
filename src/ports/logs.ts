/** CloudWatch Logs. Rejects with `AwsError`; a stream that does not exist yet is `undefined`. */
export interface Logs {
  /**
   * One page from the head of a stream on, or from a forward token on. The end is reached when the same token
   * comes back; empty pages before it are normal (AWS API reference, GetLogEvents).
   */
  readPage(stream: LogStream, token?: string): Promise<LogPage | undefined>;
  /** The last lines of a stream, oldest first. */
  readTail(stream: LogStream, lines: number): Promise<LogEvent[] | undefined>;
  groupExists(group: string, region: string): Promise<boolean>;
}

export interface LogStream {
  group: string;
  stream: string;
  /** The region of `awslogs-region`; the adapter keeps a client for each. */
  region: string;
}

export interface LogPage {
  events: readonly LogEvent[];
  nextToken: string | undefined;
}

export interface LogEvent {
  /** Milliseconds since the epoch, as the container wrote it. */
  timestamp: number;
  message: string;
}
