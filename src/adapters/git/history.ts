import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import type { CommitMessage, CopyRequest, CopyResult, History, RepositoryFile } from '../../ports/history.ts';
import type { CommitChanges, FileChange } from '../../rules/cookbook/timeline.ts';
import { gitIn, type GitCall } from './history-call.ts';
import { runProcess } from '../process.ts';

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u;
const NO_BLOB = /^0+$/u;

export interface HistoryOptions {
  /** The checkout. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  /** Authenticates the fetches where the checkout itself has no credentials. */
  token?: string | undefined;
  /** "https://github.com" */
  serverUrl?: string | undefined;
}

/** The objects of a checkout. It never changes the work tree; fetching adds objects and tags, nothing else. */
export function createHistory({ folder, environment, token, serverUrl }: HistoryOptions): History {
  const git = gitIn(folder, environment);

  const has = async (commit: string) =>
    isCommit(commit) && (await git(['cat-file', '-e', `${commit}^{commit}`])).code === 0;
  const isShallow = async () => (await git.text('rev-parse', '--is-shallow-repository')) !== 'false';

  return {
    has,
    isComplete: async (commit) => (await has(commit)) && !(await isShallow()),

    async fetch(commit) {
      if (!isCommit(commit)) return false;
      const access = await accessFor(git, token, serverUrl);
      const fetch = (...args: string[]) =>
        git(['fetch', '--quiet', '--no-write-fetch-head', ...args], access);
      if (await isShallow()) await fetch('--unshallow', '--tags', '--force', 'origin');
      if (!(await has(commit))) await fetch('origin', commit);
      return has(commit);
    },

    async files(commit) {
      const listed = await git.must('ls-tree', '-r', '-z', '--full-tree', checked(commit));
      return fields(listed).flatMap(fileOf);
    },

    blobs: (ids) => readBlobs(git, ids),

    async changes(commit, folders) {
      const log = [
        '-c',
        'log.showRoot=true',
        'log',
        '--first-parent',
        '-m',
        '--raw',
        '--no-renames',
        '--no-abbrev',
      ];
      const shape = ['-z', '--no-show-signature', '--format=%x01%H', checked(commit), '--', ...folders];
      return commitsOf(fields(await git.must(...log, ...shape)));
    },

    async messages(since, commit, inFolder) {
      const range = since === undefined ? checked(commit) : `${checked(since)}..${checked(commit)}`;
      const shape = ['-z', '--no-show-signature', '--date=format-local:%Y-%m-%d', '--format=%H%x00%cd%x00%B'];
      const path = inFolder === '.' ? [] : [inFolder];
      return messagesOf(fields(await git.must('log', ...shape, range, '--', ...path)));
    },

    tags: async () => (await git.must('tag', '--list')).split('\n').filter((tag) => tag !== ''),

    mergeBase: async (one, other) => git.text('merge-base', checked(one), checked(other)),

    async otherBranches(branch) {
      const refs = await git.must('for-each-ref', '--format=%(objectname) %(refname)', 'refs/remotes/origin');
      return refs.split('\n').flatMap((line) => {
        const [id = '', name = ''] = line.split(' ');
        return id === '' || name === `refs/remotes/origin/${branch}` || name.endsWith('/HEAD') ? [] : [id];
      });
    },

    runInCopy: (request) => runInCopy(git, folder, environment, request),
  };
}

function isCommit(text: string): boolean {
  return COMMIT.test(text);
}

/** A commit that could be read as an option, or as anything but an id, never reaches git. */
function checked(commit: string): string {
  if (!isCommit(commit)) throw new Error(`not the id of a commit: ${JSON.stringify(commit)}`);
  return commit;
}

function fields(output: string): string[] {
  const list = output.split('\0');
  if (list.at(-1) === '') list.pop();
  return list;
}

function fileOf(entry: string): RepositoryFile[] {
  const [, mode = '', kind = '', blob = '', path = ''] =
    /^(\d+) (\w+) ([0-9a-f]+)\t([^]*)$/u.exec(entry) ?? [];
  return kind === 'blob' ? [{ mode, blob, path }] : [];
}

function commitsOf(list: readonly string[]): CommitChanges[] {
  const commits: { commit: string; changes: FileChange[] }[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const field = (list[index] ?? '').replace(/^\n/u, '');
    if (field.startsWith('\u0001')) commits.push({ commit: field.slice(1).trim(), changes: [] });
    const [, before = '', after = ''] = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) [A-Z]/u.exec(field) ?? [];
    if (before === '') continue;
    index += 1;
    commits.at(-1)?.changes.push({
      path: list[index] ?? '',
      ...(NO_BLOB.test(before) ? {} : { before }),
      ...(NO_BLOB.test(after) ? {} : { after }),
    });
  }
  return commits;
}

function messagesOf(list: readonly string[]): CommitMessage[] {
  const messages: CommitMessage[] = [];
  for (let index = 0; index + 2 < list.length; index += 3)
    messages.push({
      commit: (list[index] ?? '').trim(),
      date: list[index + 1] ?? '',
      message: (list[index + 2] ?? '').trim(),
    });
  return messages;
}

/** `git cat-file --batch`: "ID blob SIZE", a line feed, the content, a line feed; "ID missing" for what is not there. */
async function readBlobs(git: GitCall, ids: Iterable<string>): Promise<Map<string, Uint8Array>> {
  const wanted = [...new Set(ids)];
  const blobs = new Map<string, Uint8Array>();
  if (wanted.length === 0) return blobs;
  const { output } = await git(['cat-file', '--batch'], {}, `${wanted.join('\n')}\n`);
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(0x0a, at);
    if (end < 0) break;
    const [id = '', kind, size = '0'] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (kind !== 'blob') continue;
    blobs.set(id, new Uint8Array(output.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return blobs;
}

/** Through the environment, because arguments can be seen by everybody on the machine. */
async function accessFor(
  git: GitCall,
  token: string | undefined,
  serverUrl: string | undefined,
): Promise<NodeJS.ProcessEnv> {
  if (token === undefined || serverUrl === undefined) return {};
  const key = `http.${serverUrl.replace(/\/$/u, '')}/.extraheader`;
  // actions/checkout has left its own; GitHub refuses a request with two.
  if ((await git.text('config', '--get-all', key)) !== undefined) return {};
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  };
}

/** A clone that borrows the checkout's objects: a real repository for the command, and nothing of it is kept. */
async function runInCopy(
  git: GitCall,
  folder: string,
  environment: NodeJS.ProcessEnv,
  { commit, files, folders, command, onLine, signal }: CopyRequest,
): Promise<CopyResult> {
  const copy = await mkdtemp(join(tmpdir(), 'deploy-action-copy-'));
  try {
    await git.must('clone', '--quiet', '--shared', '--no-checkout', '--', folder, copy);
    const inCopy = gitIn(copy, environment);
    await inCopy.must('-c', 'core.hooksPath=/dev/null', 'checkout', '--quiet', '--detach', checked(commit));
    for (const { path, content } of files) {
      const target = within(copy, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    const before = await treeOf(inCopy);
    const [program, ...args] = command;
    for (const each of folders) {
      const { exitCode } = await runProcess({
        program,
        args,
        environment,
        folder: within(copy, each),
        onLine,
        signal,
      });
      if (exitCode !== 0) return { exitCode: exitCode ?? undefined, changed: [] };
    }
    const after = await treeOf(inCopy);
    const listed = await inCopy.must('diff-tree', '-r', '-z', '--name-only', '--no-renames', before, after);
    const changed = await Promise.all(
      fields(listed).map(async (path) => ({ path, content: await contentOf(within(copy, path)) })),
    );
    return { exitCode: 0, changed };
  } catch (error) {
    if (signal.aborted || !isStartFailure(error)) throw error;
    onLine(error instanceof Error ? error.message : String(error));
    return { exitCode: undefined, changed: [] };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function isStartFailure(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('spawn');
}

async function treeOf(git: GitCall): Promise<string> {
  await git.must('-c', 'core.autocrlf=false', 'add', '--all');
  return (await git.must('write-tree')).trim();
}

/** A path that leads out of the copy, through ".." or a link, is nobody's. */
function within(root: string, path: string): string {
  const target = resolve(root, path);
  if (target !== root && !target.startsWith(root + sep)) throw new Error(`outside the repository: ${path}`);
  return target;
}

async function contentOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch {
    return undefined;
  }
}
