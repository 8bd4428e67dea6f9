import type { Clock } from '../../ports/clock.ts';
import type { RegistryLogin } from '../../ports/ecr.ts';
import { redact } from '../../rules/text/redact.ts';
import type { DockerClient } from './client.ts';
import { runProcess, type ProcessResult } from '../process.ts';

/** What the calls to docker of one build share. */
export interface DockerSession {
  client: DockerClient;
  /** Of the child; its DOCKER_CONFIG is our own folder. */
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  /** Output of docker: text from outside, without the secrets. */
  onLine: (line: string) => void;
  /** Secrets that a build may print. GitHub's runner masks its own ones; a terminal masks nothing. */
  secrets: readonly string[];
  /** Our own words. */
  debug: (line: string) => void;
  login: RegistryLogin;
  signal: AbortSignal;
  /** A folder of our own, removed at the end. */
  folder: string;
}

/** Lines go to `onLine`; they and the result are without the secrets. */
export async function runDocker(
  { client, environment, onLine, secrets, signal }: DockerSession,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  const hide = (text: string) => redact(text, secrets);
  const result = await runProcess({
    program: client.program,
    args,
    environment: { ...environment, ...more },
    onLine: (line) => onLine(hide(line)),
    signal,
  });
  return { ...result, tail: result.tail.map(hide), output: hide(result.output) };
}

/** For calls whose output is only for us. */
export function askDocker(session: DockerSession, args: readonly string[]): Promise<ProcessResult> {
  return runDocker({ ...session, onLine: () => undefined }, args);
}
