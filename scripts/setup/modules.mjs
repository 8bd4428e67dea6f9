import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './command.mjs';
import { download } from './download.mjs';
import { repositoryFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { withProgress } from './progress.mjs';

const wanted = join(repositoryFolder, 'package-lock.json');
// npm keeps here what it has put into node_modules.
const installed = join(repositoryFolder, 'node_modules', '.package-lock.json');

/** `npm ci`, where node_modules is absent or older than package-lock.json. */
export async function provideModules() {
  if (areFresh()) return;
  await whileLocked('modules', async () => {
    if (areFresh()) return;
    await withProgress('Installing npm packages', () =>
      download('the npm packages', () =>
        mustRun('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: repositoryFolder }),
      ),
    );
  });
}

function areFresh() {
  if (!existsSync(installed)) return false;
  return statSync(installed).mtimeMs >= statSync(wanted).mtimeMs || holdTheSame();
}

/** A later time alone proves nothing: `npm install` itself touches package-lock.json last. */
function holdTheSame() {
  const there = packagesOf(installed);
  return Object.entries(packagesOf(wanted)).every(
    ([path, { version, optional }]) =>
      path === '' || there[path]?.version === version || (optional && !there[path]),
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
