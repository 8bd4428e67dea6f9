import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { quote } from 'shlex';
import { shellOnTerminal, type Shown, type TerminalSize } from '../../__tests__/bundle/pseudo-terminal.ts';
import { actionPrograms } from '../../__tests__/e2e/support/action-definition.ts';
import { checkOut } from '../../__tests__/e2e/support/checkout.ts';
import { githubRepository } from '../../__tests__/e2e/support/runner.ts';
import type { Shop } from '../../__tests__/e2e/support/shop.ts';

export const TERMINAL: TerminalSize = { columns: 110, rows: 40 };

/**
 * Types one command in a checkout of what was pushed last, with `deploy-action` on the PATH as npm would put it there.
 * The shell itself echoes the line (`set -x`), so that even the prompt is what a terminal was shown.
 */
export async function typedByAPerson(
  shop: Shop,
  command: string,
  environment: Record<string, string>,
): Promise<Shown> {
  const checkout = await checkOut(shop.git, await shop.git.push());
  const programs = mkdtempSync(join(tmpdir(), 'bin-'));
  try {
    symlinkSync(actionPrograms().main, join(programs, 'deploy-action'));
    const inFolder = (...args: string[]) => shop.git.git('-C', checkout.folder, ...args);
    // A person's clone has its history.
    await inFolder('fetch', '--quiet', '--unshallow', `file://${shop.git.origin}`);
    const origin = `https://github.com/${githubRepository}.git`;
    await inFolder('remote', 'set-url', 'origin', origin);
    const path = [programs, dirname(process.execPath), shop.jobEnvironment['PATH']].join(delimiter);
    const typed = `PS4=${quote('$ ')} exec sh -xc ${quote(command)}`;
    return await shellOnTerminal(
      checkout.folder,
      typed,
      { ...shop.stage.environment, PATH: path, USER: 'ada', LANG: 'C.UTF-8', ...environment },
      TERMINAL,
    );
  } finally {
    checkout.remove();
    rmSync(programs, { recursive: true, force: true });
  }
}
