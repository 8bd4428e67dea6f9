import { existsSync, mkdirSync, rmSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, run } from './command.mjs';
import { isDebianRoot } from './debian.mjs';
import { stageFolder } from './folders.mjs';
import { makeBusybox, makeSmallNode } from './image-from-packages.mjs';
import { whileLocked } from './lock.mjs';
import { Missing } from './errors.mjs';
import { withProgress } from './progress.mjs';

/** What Dockerfiles of tests and demo start from, and how it is made where the engine cannot pull it. */
const images = [
  { name: 'node:24-slim', command: ['node'], makeRootFilesystem: makeSmallNode },
  { name: 'busybox:stable', command: ['sh'], makeRootFilesystem: makeBusybox },
];

/**
 * Brings the base images into an engine: pulled, or else made of Debian's packages and npm's Node.
 * @param {string} host the engine, as in DOCKER_HOST
 * @returns {Promise<{node: string, busybox: string}>} their names
 */
export async function provideBaseImages(host) {
  for (const image of images) {
    if (!(await isThere(host, image.name))) await whileLocked('base-image', () => bring(host, image));
  }
  return { node: 'node:24-slim', busybox: 'busybox:stable' };
}

async function bring(host, image) {
  if ((await isThere(host, image.name)) || (await pull(host, image.name))) return;
  if (!isDebianRoot()) {
    throw new Missing({
      what: `the image ${image.name}`,
      why: 'as a base of the images that tests and demo build',
      todo: 'Give the Docker engine a way to pull it, or load it with `docker load`',
    });
  }
  const tar = join(stageFolder, `${image.name.replace(':', '-')}.tar`);
  if (!existsSync(tar)) await makeTar(image, tar);
  await withProgress(`Importing ${image.name}`, () =>
    mustRun('docker', [
      '-H',
      host,
      'import',
      '--change',
      `CMD ${JSON.stringify(image.command)}`,
      tar,
      image.name,
    ]),
  );
}

/** Under another name until it is whole: a killed run must not leave half an image in the cache. */
async function makeTar({ name, makeRootFilesystem }, tar) {
  const unfinished = `${tar}.unfinished`;
  mkdirSync(stageFolder, { recursive: true });
  rmSync(unfinished, { force: true });
  await makeRootFilesystem(unfinished, `Making ${name} from Debian packages`);
  renameSync(unfinished, tar);
}

async function isThere(host, name) {
  return (await run('docker', ['-H', host, 'image', 'inspect', name])).code === 0;
}

async function pull(host, name) {
  return (await run('docker', ['-H', host, 'pull', name], { timeout: 300_000 })).code === 0;
}
