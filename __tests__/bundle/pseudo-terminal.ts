import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { quote } from 'shlex';
import { actionPrograms } from '../e2e/support/action-definition.ts';

export interface TerminalSize {
  columns: number;
  rows: number;
}

/** What a terminal was shown, as it got it: its driver has made CR LF of each LF. */
export interface Shown {
  exitCode: number | null;
  shown: string;
}

/** Starts the bundle on a pseudo-terminal of 100 columns and 30 rows. */
export function runOnTerminal(
  folder: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<Shown> {
  const command = [process.execPath, actionPrograms().main, ...args].map((word) => quote(word)).join(' ');
  return shellOnTerminal(folder, `exec ${command}`, environment, { columns: 100, rows: 30 });
}

/** Runs a shell command on a pseudo-terminal, which `script` of util-linux opens. */
export async function shellOnTerminal(
  folder: string,
  command: string,
  environment: Record<string, string>,
  { columns, rows }: TerminalSize,
): Promise<Shown> {
  const child = spawn(
    'script',
    ['--quiet', '--return', '--command', `stty cols ${columns} rows ${rows} && ${command}`, '/dev/null'],
    {
      cwd: folder,
      env: { HOME: tmpdir(), TERM: 'xterm', SHELL: '/bin/sh', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [shown, exitCode] = await Promise.all([text(child.stdout), ended]);
  return { exitCode, shown };
}
