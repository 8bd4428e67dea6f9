import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { actionPrograms } from '../e2e/support/action-definition.ts';

export interface TerminalRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the bundle as a person does in a checkout: `node dist/index.js …`; `terminate` sends SIGTERM. */
export async function runInTerminal(
  folder: string,
  args: readonly string[],
  environment: Record<string, string>,
  {
    terminate,
    node = process.execPath,
    program = actionPrograms().main,
  }: { terminate?: AbortSignal; node?: string; program?: string } = {},
): Promise<TerminalRun> {
  const child = spawn(node, [program, ...args], {
    cwd: folder,
    env: { HOME: tmpdir(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  terminate?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
}
