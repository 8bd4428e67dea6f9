import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, isExecutable, mustRun } from './command.mjs';
import { download } from './download.mjs';
import { stageFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { withProgress } from './progress.mjs';

const version = 'v0.2.89';

/**
 * nektos/act, which runs a workflow as GitHub's runner would, built from the Go module proxy.
 * @returns {Promise<string | undefined>} its path; undefined where there is no Go to build it with
 */
export async function provideAct() {
  const folder = join(stageFolder, `act-${version}`);
  const act = join(folder, 'act');
  if (isExecutable(act)) return act;
  if (!findProgram('go')) return undefined;
  await whileLocked('act', async () => {
    if (isExecutable(act)) return;
    mkdirSync(folder, { recursive: true });
    await withProgress(`Building act ${version}`, () =>
      download('act', () =>
        mustRun('go', ['install', '-trimpath', `github.com/nektos/act@${version}`], {
          env: { ...process.env, GOBIN: folder, GOFLAGS: '', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
        }),
      ),
    );
  });
  return act;
}
