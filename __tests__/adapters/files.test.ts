import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFiles } from '../../src/adapters/files.ts';
import type { ContextEntry } from '../../src/ports/files.ts';

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'files-test-'))));
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  chmodSync(join(root, path), mode);
}

async function walk(ignored: (path: string, isFolder: boolean) => boolean = () => false, folder = '.') {
  const seen: ContextEntry[] = [];
  for await (const entry of createFiles(root).walk(folder, ignored)) seen.push(entry);
  return Promise.all(
    seen.map(async (entry) => (entry.kind === 'file' ? { ...entry, sha256: await entry.sha256 } : entry)),
  );
}

describe('the files of a checkout', () => {
  it('are read by paths below its root or absolute ones', async () => {
    write('a/b.txt', 'text');
    const files = createFiles(root);
    expect([await files.read('a/b.txt'), await files.read(join(root, 'a/b.txt'))]).toEqual(['text', 'text']);
  });

  it('may be missing, which is no error', async () => {
    write('a', 'file');
    const files = createFiles(root);
    expect([
      await files.read('b'),
      await files.read('a/b'),
      await files.exists('b'),
      await files.exists('a'),
    ]).toEqual([undefined, undefined, false, true]);
  });

  it('that cannot be read are an error, not missing', async () => {
    mkdirSync(join(root, 'folder'));
    await expect(createFiles(root).read('folder')).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('walking a build context', () => {
  it('gives every file with its hash and executable bit, links as they are, and empty folders', async () => {
    write('z.txt', 'z');
    write('bin/run', '#!/bin/sh', 0o755);
    mkdirSync(join(root, 'tmp/cache'), { recursive: true });
    symlinkSync('bin', join(root, 'current'));
    symlinkSync('/nowhere', join(root, 'dangling'));
    expect(await walk()).toEqual([
      { kind: 'file', path: 'bin/run', executable: true, sha256: sha256('#!/bin/sh') },
      { kind: 'link', path: 'current', target: 'bin' },
      { kind: 'link', path: 'dangling', target: '/nowhere' },
      { kind: 'folder', path: 'tmp/cache' },
      { kind: 'file', path: 'z.txt', executable: false, sha256: sha256('z') },
    ]);
  });

  it('gives the same whatever the order in which files were made, and whenever', async () => {
    for (const name of ['b', 'a', 'c/d', 'B']) write(name, name);
    const one = await walk();
    rmSync(root, { recursive: true });
    for (const name of ['B', 'c/d', 'a', 'b']) write(name, name);
    utimesSync(join(root, 'a'), 1, 1);
    expect(await walk()).toEqual(one);
    expect(one.map(({ path }) => path)).toEqual(['B', 'a', 'b', 'c/d']);
  });

  it.each([0o744, 0o755, 0o654])(
    'takes mode %o as executable: umask differs from machine to machine',
    async (mode) => {
      write('run', 'x', mode);
      expect(await walk()).toMatchObject([{ executable: true }]);
    },
  );

  it('does not enter a folder that is ignored', async () => {
    write('node_modules/a/index.js', '1');
    write('app.js', '1');
    const asked: string[] = [];
    const entries = await walk((path) => asked.push(path) > 0 && path === 'node_modules');
    expect([entries.map(({ path }) => path), asked.sort()]).toEqual([['app.js'], ['app.js', 'node_modules']]);
  });

  it('says of each path whether it is a folder; a link to one is none', async () => {
    write('a/b', '1');
    symlinkSync('a', join(root, 'link'));
    const asked: Record<string, boolean> = {};
    await walk((path, isFolder) => {
      asked[path] = isFolder;
      return false;
    });
    expect(asked).toEqual({ a: true, 'a/b': false, link: false });
  });

  it('hashes large files like small ones', async () => {
    const large = Buffer.alloc(3_000_000, 'large');
    write('large', large);
    write('empty', '');
    expect(await walk()).toMatchObject([{ sha256: sha256('') }, { sha256: sha256(large) }]);
  });

  it('begins at the folder that was asked for', async () => {
    write('web/a.js', '1');
    write('b.js', '1');
    expect((await walk(undefined, 'web')).map(({ path }) => path)).toEqual(['a.js']);
  });

  it('leaves out what no builder gets: sockets', async () => {
    write('a', '1');
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(join(root, 'socket'), resolve));
    const entries = await walk();
    await new Promise((resolve) => void server.close(resolve));
    expect(entries.map(({ path }) => path)).toEqual(['a']);
  });

  it('rejects when a file cannot be read, even if nobody looks at its hash for a while', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `file-${10 + index}`);
    for (const name of names) write(name, name);
    const seen: ContextEntry[] = [];
    for await (const entry of createFiles(root).walk('.', () => false)) {
      rmSync(join(root, 'file-59'), { force: true });
      seen.push(entry);
    }
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const last = seen.at(-1);
    await expect(last?.kind === 'file' ? last.sha256 : undefined).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
