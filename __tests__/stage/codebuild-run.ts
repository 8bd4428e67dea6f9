import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
} from '@aws-sdk/client-cloudwatch-logs';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'yaml';

/** The phases of a buildspec, in their order. */
export const BUILDSPEC_PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type BuildspecPhase = (typeof BUILDSPEC_PHASES)[number];
export type Buildspec = Partial<Record<BuildspecPhase, { commands?: string[] }>>;

/** Its commands by phase; throws where there is none, or where it is no YAML. `given`: a path, or what it says itself. */
export function readBuildspec(source: string, given: string): Buildspec {
  const text = given.includes('\n') ? given : readFileSync(join(source, given), 'utf8');
  const { phases = {} } = parse(text) as { phases?: Buildspec };
  return phases;
}

/** One stream in CloudWatch Logs, written as a build container's agent does: lines in batches. */
export class BuildLogStream {
  readonly #logs: CloudWatchLogsClient;
  readonly group: string;
  readonly stream: string;
  #waiting: { timestamp: number; message: string }[] = [];
  #writing = Promise.resolve();
  /** What is written before waits. */
  #isThere = false;

  constructor(logs: CloudWatchLogsClient, group: string, stream: string) {
    this.#logs = logs;
    this.group = group;
    this.stream = stream;
  }

  async create(): Promise<void> {
    const { group: logGroupName, stream: logStreamName } = this;
    await this.#logs.send(new CreateLogGroupCommand({ logGroupName })).catch(() => undefined);
    await this.#logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    this.#isThere = true;
  }

  write(line: string): void {
    this.#waiting.push({ timestamp: Date.now(), message: `${line}\n` });
    this.#writing = this.#writing.then(() => this.#flush());
  }

  /** Everything that was written is there. */
  async end(): Promise<void> {
    await this.#writing;
  }

  async #flush(): Promise<void> {
    if (!this.#isThere) return;
    const logEvents = this.#waiting.splice(0);
    if (logEvents.length === 0) return;
    const { group: logGroupName, stream: logStreamName } = this;
    await this.#logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
}

/** Runs a program to its end, its lines going to the log; answers its exit code. */
export function runLogged(
  args: readonly [string, ...string[]],
  { environment, log }: { environment: Record<string, string | undefined>; log: (line: string) => void },
): Promise<number> {
  const [program, ...rest] = args;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', log);
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
