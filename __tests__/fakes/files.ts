import { createHash } from 'node:crypto';
import type { ContextEntry, Files } from '../../src/ports/files.ts';

/** A file's text; or a script, a link, an empty folder. */
export type FakeEntry = string | { executable: string } | { link: string } | typeof EMPTY_FOLDER;

export const EMPTY_FOLDER = { folder: 'empty' } as const;

/** A checkout in memory: paths relative to its root, with forward slashes. "." is the root itself. */
export class FakeFiles implements Files {
  readonly entries: Map<string, FakeEntry>;
  /** Every folder and file that was looked at in a walk. */
  readonly visited: string[] = [];
  /** Files that nobody may read. */
  readonly unreadable = new Set<string>();

  constructor(entries: Record<string, FakeEntry> = {}) {
    this.entries = new Map(Object.entries(entries));
  }

  async read(path: string): Promise<string | undefined> {
    const entry = this.entries.get(normal(path));
    if (entry === undefined) return undefined;
    if (typeof entry === 'string') return entry;
    if ('link' in entry) return this.read(entry.link);
    return 'executable' in entry ? entry.executable : undefined;
  }

  async readBytes(path: string): Promise<Uint8Array | undefined> {
    const text = await this.read(path);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  }

  async exists(path: string): Promise<boolean> {
    const wanted = normal(path);
    return (
      wanted === '' ||
      [...this.entries.keys()].some((known) => known === wanted || known.startsWith(`${wanted}/`))
    );
  }

  async create(path: string, text: string): Promise<boolean> {
    if (await this.exists(path)) return false;
    this.entries.set(normal(path), text);
    return true;
  }

  async isExecutable(path: string): Promise<boolean | undefined> {
    const entry = this.entries.get(normal(path));
    if (entry === undefined || entry === EMPTY_FOLDER) return undefined;
    return typeof entry === 'object' && 'executable' in entry;
  }

  async *walk(
    folder: string,
    ignored: (path: string, isFolder: boolean) => boolean,
  ): AsyncGenerator<ContextEntry> {
    const root = normal(folder);
    const below = [...this.entries.keys()]
      .filter((path) => root === '' || path.startsWith(`${root}/`))
      .sort();
    for (const full of below) {
      const path = root === '' ? full : full.slice(root.length + 1);
      const entry = this.entries.get(full)!;
      const parents = path
        .split('/')
        .slice(0, -1)
        .map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      if (parents.some((parent) => ignored(parent, true)) || ignored(path, entry === EMPTY_FOLDER)) continue;
      this.visited.push(path);
      yield this.unreadable.has(full) ? unreadable(path) : toEntry(path, entry);
    }
  }
}

function unreadable(path: string): ContextEntry {
  const sha256 = Promise.reject<string>(new Error(`EACCES: permission denied, open '${path}'`));
  sha256.catch(() => undefined);
  return { kind: 'file', path, executable: false, sha256 };
}

function toEntry(path: string, entry: FakeEntry): ContextEntry {
  if (typeof entry === 'object' && 'folder' in entry) return { kind: 'folder', path };
  if (typeof entry === 'object' && 'link' in entry) return { kind: 'link', path, target: entry.link };
  const executable = typeof entry === 'object';
  const text = executable ? entry.executable : entry;
  return {
    kind: 'file',
    path,
    executable,
    sha256: Promise.resolve(createHash('sha256').update(text).digest('hex')),
  };
}

function normal(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
