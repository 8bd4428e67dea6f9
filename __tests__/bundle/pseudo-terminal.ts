import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { quote } from 'shlex';
import { actionPrograms } from '../e2e/support/action-definition.ts';

/**
 * Starts the bundle on a pseudo-terminal of 100 columns and 30 rows, which `script` of util-linux opens. What it shows
 * comes back as the terminal got it; a terminal's driver has made CR LF of each LF.
 */
export async function runOnTerminal(
  folder: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<{ exitCode: number | null; shown: string }> {
  const command = [process.execPath, actionPrograms().main, ...args].map((word) => quote(word)).join(' ');
  const child = spawn(
    'script',
    ['--quiet', '--return', '--command', `stty cols 100 rows 30 && exec ${command}`, '/dev/null'],
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
