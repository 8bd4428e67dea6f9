import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const person = { name: 'Ada', email: 'ada@example.com' };
const neverPushed = '0'.repeat(40);

/** What a host tells about a push. */
export interface PushFacts {
  /** `refs/heads/…` */
  ref: string;
  /** The branch's commit before the push, forty zeros where there was none. */
  before: string;
  after: string;
}

/** A real git repository in a temporary folder, with a bare `origin` beside it. */
export interface GitRepository {
  folder: string;
  /** The bare repository that `push` pushes to. */
  origin: string;
  /** Writes files (path → content; null deletes) on the current branch and commits them; returns the commit. */
  commit(files: Record<string, string | null>, message: string): Promise<string>;
  /** Switches to a branch, made from the current commit where it does not exist. */
  checkout(branch: string): Promise<void>;
  /** Merges a branch into the current one with a merge commit, as GitHub does; returns the commit. */
  merge(branch: string): Promise<string>;
  /** Pushes the current branch. */
  push(): Promise<PushFacts>;
  /** Runs git in the folder and returns what it prints. */
  git(...args: string[]): Promise<string>;
  remove(): void;
}

/** Starts with one commit that is on `master` and `develop`, both pushed; `develop` is checked out. */
export async function createGitRepository(files: Record<string, string> = {}): Promise<GitRepository> {
  const parent = mkdtempSync(join(tmpdir(), 'git-'));
  const folder = join(parent, 'work');
  const origin = join(parent, 'origin.git');
  const git = (...args: string[]): Promise<string> => runGit(folder, args);
  mkdirSync(folder);
  await runGit(parent, ['init', '--quiet', '--bare', '--initial-branch=master', origin]);
  await git('init', '--quiet', '--initial-branch=master');
  await git('remote', 'add', 'origin', origin);

  const head = (): Promise<string> => git('rev-parse', 'HEAD');
  const repository: GitRepository = {
    folder,
    origin,
    git,
    commit: async (changes, message) => {
      write(folder, changes);
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      return head();
    },
    checkout: async (branch) => {
      const exists = await git('branch', '--list', branch);
      await (exists ? git('switch', '--quiet', branch) : git('switch', '--quiet', '--create', branch));
    },
    merge: async (branch) => {
      await git('merge', '--quiet', '--no-ff', '--message', `Merge ${branch}`, branch);
      return head();
    },
    push: async () => {
      const ref = await git('symbolic-ref', 'HEAD');
      const [before = neverPushed] = (await git('ls-remote', 'origin', ref)).split(/\s/).filter(Boolean);
      await git('push', '--quiet', 'origin', ref);
      return { ref, before, after: await head() };
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };

  await repository.commit({ 'README.md': '# A shop\n', ...files }, 'First commit');
  await repository.push();
  await repository.checkout('develop');
  await repository.push();
  return repository;
}

function write(folder: string, files: Record<string, string | null>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    if (content === null) {
      rmSync(file);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
}

/** As some person, and untouched by the configuration of whoever runs the tests. */
async function runGit(folder: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute('git', args, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: person.name,
      GIT_AUTHOR_EMAIL: person.email,
      GIT_COMMITTER_NAME: person.name,
      GIT_COMMITTER_EMAIL: person.email,
    },
  });
  return stdout.trim();
}
