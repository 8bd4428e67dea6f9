import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, mustRun } from './command.mjs';
import { install, mirror, release, unpack } from './debian.mjs';
import { stageFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { fetchNode24 } from './node24.mjs';
import { withProgress } from './progress.mjs';

/** A small Debian with Node 24, as a tar of its root file system. */
export async function makeSmallNode(tar, title) {
  if (!findProgram('mmdebstrap')) {
    await whileLocked('packages', () => install('Installing mmdebstrap', ['mmdebstrap']));
  }
  const node = await fetchNode24(`linux-${process.arch}`);
  const source = await mirror();
  await withProgress(title, () =>
    mustRun('mmdebstrap', [
      '--mode=root',
      '--format=tar',
      '--variant=minbase',
      // What Node's own build links to.
      '--include=ca-certificates,libstdc++6,libatomic1',
      ...['doc', 'man', 'locale', 'info'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
      `--customize-hook=upload ${node} /usr/local/bin/node`,
      '--customize-hook=chmod 755 "$1/usr/local/bin/node"',
      release().VERSION_CODENAME,
      tar,
      source,
    ]),
  );
}

/** One static program under all its names: the smallest image that has a shell, as a tar. */
export async function makeBusybox(tar, title) {
  await withProgress(title, () => packBusybox(tar));
}

async function packBusybox(tar) {
  const root = join(stageFolder, 'busybox');
  rmSync(root, { recursive: true, force: true });
  await unpack('busybox-static', root);
  const bin = join(root, 'bin');
  for (const name of (await mustRun(join(bin, 'busybox'), ['--list'])).trim().split('\n')) {
    if (name !== 'busybox') symlinkSync('busybox', join(bin, name));
  }
  mkdirSync(join(root, 'tmp'));
  await mustRun('tar', ['--create', '--file', tar, '--directory', root, 'bin', 'tmp']);
  rmSync(root, { recursive: true, force: true });
}
