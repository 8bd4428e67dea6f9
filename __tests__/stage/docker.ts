import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs the docker client against an engine and returns what it prints; a failure carries what it said. */
export async function docker(host: string, args: readonly string[], environment = {}): Promise<string> {
  const { stdout } = await execute('docker', ['--host', host, ...args], {
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** Like `docker`, one entry per line of the answer. */
export async function dockerLines(host: string, args: readonly string[]): Promise<string[]> {
  return (await docker(host, args)).split('\n').filter((line) => line !== '');
}
