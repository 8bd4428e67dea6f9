import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable, mustRun } from './command.mjs';
import { download } from './download.mjs';
import { repositoryFolder, stageFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { Missing } from './errors.mjs';
import { withProgress } from './progress.mjs';

const version = '24.21.0';
// npm has the Node binary itself as one package per platform; these carry every version.
const published = ['linux-x64', 'linux-arm64'];
const thisPlatform = `${process.platform}-${process.arch}`;

/** @returns {Promise<string>} path of a Node of at least version 24: the running one, or one fetched from npm */
export async function provideNode24() {
  const running = Number(process.versions.node.split('.')[0]);
  return running >= 24 ? process.execPath : fetchNode24();
}

/** Path of the pinned Node 24 for a platform, by default this one; it is also put into container images. */
export async function fetchNode24(platform = thisPlatform) {
  if (!published.includes(platform)) {
    throw new Missing({
      what: `Node 24 (npm has no such build for ${platform})`,
      why: 'because it is what GitHub runs the action with',
      todo: 'Start this command with Node 24 or newer',
    });
  }
  return fetchNode(version, platform);
}

/**
 * The least Node that package.json asks for, to try the package with.
 * @returns {Promise<string | undefined>} its path; undefined where npm has no build of it for this platform
 */
export async function provideLeastNode() {
  const { engines } = JSON.parse(readFileSync(join(repositoryFolder, 'package.json'), 'utf8'));
  const least = `${engines.node.replace('>=', '')}.0`;
  return published.includes(thisPlatform) ? fetchNode(least, thisPlatform) : undefined;
}

async function fetchNode(version, platform) {
  const name = `node-${platform}`;
  const folder = join(stageFolder, `${name}-${version}`);
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  if (isExecutable(node)) return node;
  return whileLocked('node24', async () => {
    if (isExecutable(node)) return node;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
    await withProgress(`Fetching Node ${version}`, () =>
      download(`Node ${version}`, () =>
        mustRun(
          'npm',
          [
            'install',
            '--no-audit',
            '--no-fund',
            '--loglevel=error',
            '--no-save',
            '--force',
            `${name}@${version}`,
          ],
          {
            cwd: folder,
          },
        ),
      ),
    );
    return node;
  });
}
