/** Runs one command of the user's on this machine, without a shell. */
export type RunCommand = (request: CommandRequest) => Promise<{ exitCode: number | undefined }>;

export interface CommandRequest {
  readonly command: readonly [string, ...string[]];
  /** Added to the environment that this process has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines from outside. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  /** Milliseconds that it has to end by itself once the signal is aborted. */
  readonly graceMs?: number;
}
