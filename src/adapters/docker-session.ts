import type { Clock } from '../ports/clock.ts';
import type { DockerClient } from './docker-client.ts';
import { runProcess, type ProcessResult } from './process.ts';

/** What the calls to docker of one build share. */
export interface DockerSession {
  client: DockerClient;
  /** Of the child; its DOCKER_CONFIG is our own folder. */
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  /** Build output: text from outside. */
  onLine: (line: string) => void;
  /** Our own words. */
  debug: (line: string) => void;
  signal: AbortSignal;
  /** A folder of our own, removed at the end. */
  folder: string;
}

export function runDocker(
  { client, environment, onLine, signal }: DockerSession,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  return runProcess({
    program: client.program,
    args,
    environment: { ...environment, ...more },
    onLine,
    signal,
  });
}

/** For calls whose output is only for us. */
export function askDocker(session: DockerSession, args: readonly string[]): Promise<ProcessResult> {
  return runDocker({ ...session, onLine: () => undefined }, args);
}
