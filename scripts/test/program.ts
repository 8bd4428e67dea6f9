import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Runs a program with our output as its own; returns whether it ended well. */
export function runProgram(
  command: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<boolean> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  // A job runner's SIGTERM reaches us alone; what we run must not outlive us, and nothing follows it.
  const end = (): void => {
    child.once('close', () => process.exit(128 + constants.signals.SIGTERM));
    child.kill('SIGTERM');
  };
  process.once('SIGTERM', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGTERM', end);
      resolve(code === 0);
    });
  });
}
