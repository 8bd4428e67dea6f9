import { spawn } from 'node:child_process';

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
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}
