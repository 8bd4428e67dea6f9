import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, mustRun, run } from './command.mjs';
import { install, isDebianRoot, mirror, release } from './debian.mjs';
import { stageFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { Missing } from './missing.mjs';
import { fetchNode24 } from './node24.mjs';
import { withProgress } from './progress.mjs';

const image = 'node:24-slim';

/**
 * The image that our Dockerfiles start FROM. Where the engine cannot pull it, the same thing is made from Debian's
 * packages and npm's Node: a small Debian with Node 24.
 * @param {string} host the engine, as in DOCKER_HOST
 */
export async function provideBaseImage(host) {
  if (await isThere(host)) return image;
  await whileLocked('base-image', async () => {
    if (await isThere(host)) return;
    if (await pull(host)) return;
    if (!isDebianRoot()) {
      throw new Missing({
        what: `the image ${image}`,
        why: 'as the base of the images that tests and demo build',
        todo: `Give the engine a way to pull it, or load it with \`docker load\``,
      });
    }
    const tar = join(stageFolder, `${image.replace(':', '-')}.tar`);
    if (!existsSync(tar)) await makeFromPackages(tar);
    await withProgress(`Importing ${image}`, () =>
      mustRun('docker', ['-H', host, 'import', '--change', 'CMD ["node"]', tar, image]),
    );
  });
  return image;
}

async function isThere(host) {
  return (await run('docker', ['-H', host, 'image', 'inspect', image])).code === 0;
}

async function pull(host) {
  return (await run('docker', ['-H', host, 'pull', image], { timeout: 300_000 })).code === 0;
}

async function makeFromPackages(tar) {
  if (!findProgram('mmdebstrap')) {
    await whileLocked('packages', () => install('Installing mmdebstrap', ['mmdebstrap']));
  }
  const node = await fetchNode24(`linux-${process.arch}`);
  // Under another name until it is whole: a killed run must not leave half an image in the cache.
  const unfinished = `${tar}.unfinished`;
  mkdirSync(stageFolder, { recursive: true });
  rmSync(unfinished, { force: true });
  await withProgress(`Making ${image} from Debian packages`, async () => {
    await mustRun('mmdebstrap', [
      '--mode=root',
      '--format=tar',
      '--variant=minbase',
      // What Node's own build links to.
      '--include=ca-certificates,libstdc++6,libatomic1',
      '--dpkgopt=path-exclude=/usr/share/doc/*',
      '--dpkgopt=path-exclude=/usr/share/man/*',
      '--dpkgopt=path-exclude=/usr/share/locale/*',
      `--customize-hook=upload ${node} /usr/local/bin/node`,
      '--customize-hook=chmod 755 "$1/usr/local/bin/node"',
      release().VERSION_CODENAME,
      unfinished,
      await mirror(),
    ]);
    renameSync(unfinished, tar);
  });
}
