import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, lstat, mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import pLimit from 'p-limit';
import type { ContextEntry, Files } from '../ports/files.ts';

/** Files read at a time: enough to keep a disk busy, few enough for any limit on open files. */
const AT_ONCE = 16;
/** Larger files are hashed piece by piece. */
const SMALL_BYTES = 512 * 1024;

/** The checkout at `root`. */
export function createFiles(root: string): Files {
  return {
    read: async (path) => ifThere(readFile(resolve(root, path), 'utf8')),
    readBytes: async (path) => ifThere(readFile(resolve(root, path))),
    exists: async (path) => (await ifThere(access(resolve(root, path)).then(() => true))) ?? false,
    create: (path, text) => create(resolve(root, path), text),
    isExecutable: async (path) => {
      const found = await ifThere(stat(resolve(root, path)));
      return found?.isFile() === true ? isExecutable(found.mode) : undefined;
    },
    walk: (folder, ignored) => walk(resolve(root, folder), ignored),
  };
}

async function create(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    // One call both looks and writes: nothing that appears in between is lost.
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

type Ignored = (path: string, isFolder: boolean) => boolean;

/** In the order of names, so that it is the same on every file system. Links are not followed. */
async function* walk(root: string, ignored: Ignored): AsyncGenerator<ContextEntry> {
  const limit = pLimit(AT_ONCE);
  const hash = (file: string, size: number) => {
    const sha256 = limit(() => (size <= SMALL_BYTES ? hashWhole(file) : hashInPieces(file)));
    // Whoever awaits it gets the error; without this, one that nobody awaited yet would end the process.
    sha256.catch(() => undefined);
    return sha256;
  };

  async function* below(parent: string): AsyncGenerator<ContextEntry> {
    const children = (await readdir(join(root, parent), { withFileTypes: true }))
      .map((child) => ({ child, path: parent === '' ? child.name : `${parent}/${child.name}` }))
      .filter(({ child, path }) => !ignored(path, child.isDirectory()))
      .sort((one, other) => (one.path < other.path ? -1 : 1));
    if (children.length === 0 && parent !== '') yield { kind: 'folder', path: parent };

    const files = children.filter(({ child }) => child.isFile());
    const stats = await Promise.all(files.map(({ path }) => limit(() => lstat(join(root, path)))));
    const statOf = new Map(files.map(({ path }, index) => [path, stats[index]]));

    for (const { child, path } of children) {
      const stat = statOf.get(path);
      if (child.isDirectory()) yield* below(path);
      else if (child.isSymbolicLink()) yield { kind: 'link', path, target: await readlink(join(root, path)) };
      // Sockets and devices are left out: they are not sent to a builder either.
      else if (stat !== undefined) {
        const executable = isExecutable(stat.mode);
        yield { kind: 'file', path, executable, sha256: hash(join(root, path), stat.size) };
      }
    }
  }

  yield* below('');
}

/** Any of the three bits: umask and file systems differ in which of them they keep. */
function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0;
}

async function hashWhole(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function hashInPieces(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: SMALL_BYTES }))
    hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** undefined where there is nothing at that path. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
