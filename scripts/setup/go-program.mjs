import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, isExecutable, mustRun } from './command.mjs';
import { download } from './download.mjs';
import { stageFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { withProgress } from './progress.mjs';

/**
 * A program written in Go, built from the Go module proxy.
 * @param {{name: string, module: string, version: string}} program
 * @returns {Promise<string | undefined>} its path; undefined where there is no Go to build it with
 */
export async function provideGoProgram({ name, module, version }) {
  const folder = join(stageFolder, `${name}-${version}`);
  const path = join(folder, name);
  if (isExecutable(path)) return path;
  if (!findProgram('go')) return undefined;
  await whileLocked(name, async () => {
    if (isExecutable(path)) return;
    mkdirSync(folder, { recursive: true });
    await withProgress(`Building ${name} ${version}`, () =>
      download(name, () =>
        mustRun('go', ['install', '-trimpath', `${module}@${version}`], {
          env: { ...process.env, GOBIN: folder, GOFLAGS: '', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
        }),
      ),
    );
  });
  return path;
}
