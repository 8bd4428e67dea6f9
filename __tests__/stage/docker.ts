import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** An engine, and what the client needs to act on it. */
export interface Engine {
  /** At least PATH, DOCKER_HOST and DOCKER_CONFIG. */
  environment: Record<string, string>;
}

/** Runs the docker client to its end and returns what it prints; a failure carries what it said. */
export async function docker({ environment }: Engine, args: readonly string[]): Promise<string> {
  const { stdout } = await execute('docker', args, {
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** Like `docker`, one entry per line of the answer. */
export async function dockerLines(engine: Engine, args: readonly string[]): Promise<string[]> {
  return (await docker(engine, args)).split('\n').filter((line) => line !== '');
}

/** Like `docker`, for commands that print one JSON document. */
export async function dockerJson(engine: Engine, args: readonly string[]): Promise<unknown> {
  return JSON.parse(await docker(engine, args)) as unknown;
}
