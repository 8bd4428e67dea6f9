import type { Count } from './count.ts';
import { runProgram } from './program.ts';

/** Runs a program that counts as one check. */
export async function runOnce(command: string, args: string[]): Promise<Count> {
  const isGood = await runProgram(command, args);
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, leftOut: [] };
}

/** Runs a script of package.json as one check. */
export function runScript(name: string): Promise<Count> {
  return runOnce('npm', ['run', '--silent', name]);
}
