import { join } from 'node:path';
import { isExecutable } from './command.mjs';
import { isDebianRoot, unpack } from './debian.mjs';
import { stageFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { fetchNode24 } from './node24.mjs';
import { withProgress } from './progress.mjs';

const folder = join(stageFolder, 'arm64');
const emulator = join(folder, 'usr', 'bin', 'qemu-aarch64-static');
/** Where Debian's packages for cross building have the libraries of an arm64 system. */
const libraries = join(folder, 'usr', 'aarch64-linux-gnu');
// The emulator comes last: where it is, the rest is.
const packages = ['libc6-arm64-cross', 'libgcc-s1-arm64-cross', 'libstdc++6-arm64-cross', 'qemu-user-static'];

/**
 * How Node 24 for Linux on arm64 is started here: by itself on such a machine, elsewhere emulated. Nothing is installed.
 * @returns {Promise<string[] | undefined>} program and arguments; undefined where there is no emulator to be had
 */
export async function provideArm64Node() {
  if (process.platform !== 'linux') return undefined;
  if (process.arch === 'arm64') return [await fetchNode24('linux-arm64')];
  if (!isExecutable(emulator)) {
    if (!isDebianRoot()) return undefined;
    await whileLocked('arm64', async () => {
      if (isExecutable(emulator)) return;
      await withProgress('Fetching an emulator of arm64', async () => {
        for (const name of packages) await unpack(name, folder);
      });
    });
  }
  return [emulator, '-L', libraries, await fetchNode24('linux-arm64')];
}
