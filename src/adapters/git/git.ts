import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Git } from '../../ports/git.ts';

const run = promisify(execFile);

/** Commits between what is deployed and what is pushed; an old job run again is seldom further away. */
const DEEPER = '--deepen=1000';
const FETCH_TIMEOUT_MS = 30_000;

/**
 * The checkout in a folder, through the git on PATH. It only reads (`deepen` alone asks the network), never asks a
 * person, and answers undefined wherever git is missing, the folder is no checkout, or the history is cut off.
 */
export function gitCheckout({ folder }: { folder: string }): Git {
  const git = (...args: readonly string[]) => ask(folder, args);

  const commitExists = async (commit: string) =>
    (await git('cat-file', '-e', '--end-of-options', `${commit}^{commit}`)).code === 0;

  return {
    headCommit: async () => text(await git('rev-parse', '--quiet', '--verify', 'HEAD^{commit}')),

    currentBranch: async () => text(await git('symbolic-ref', '--quiet', '--short', 'HEAD')),

    async originRepository() {
      const address = text(await git('remote', 'get-url', 'origin'));
      return address === undefined ? undefined : repositoryOf(address);
    },

    async isAncestor(ancestor, commit) {
      if (!(await commitExists(ancestor)) || !(await commitExists(commit))) return undefined;
      const { code } = await git('merge-base', '--is-ancestor', '--end-of-options', ancestor, commit);
      if (code === 0) return true;
      if (code !== 1) return undefined;
      // In a shallow clone the path between the two may be what is missing.
      const shallow = text(await git('rev-parse', '--is-shallow-repository'));
      return shallow === 'false' ? false : undefined;
    },

    async deepen() {
      if (text(await git('rev-parse', '--is-shallow-repository')) !== 'true') return false;
      const args = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', DEEPER, 'origin'];
      return (await ask(folder, args, FETCH_TIMEOUT_MS)).code === 0;
    },

    async subject(commit) {
      const args = ['log', '-1', '--no-show-signature', '--format=%s', '--end-of-options', commit, '--'];
      return text(await git(...args));
    },
  };
}

/** "owner/name" of a remote's address; undefined for a path on this machine, which names no repository. */
function repositoryOf(address: string): string | undefined {
  const path =
    /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/u.exec(address)?.[1] ??
    /^[^/:\\]{2,}:(?!\/\/)\/*(.+)$/u.exec(address)?.[1];
  const name = path?.replace(/\/+$/u, '').replace(/\.git$/u, '');
  return name?.includes('/') === true ? name : undefined;
}

async function ask(
  folder: string,
  args: readonly string[],
  timeout = 0,
): Promise<{ code: number | undefined; stdout: string }> {
  try {
    const { stdout } = await run(
      'git',
      // A checkout made by another user (a container job's) is refused otherwise, and we only read.
      ['--no-pager', '-c', 'safe.directory=*', '-c', 'core.fsmonitor=false', ...args],
      {
        cwd: folder,
        timeout,
        env: {
          ...process.env,
          LC_ALL: 'C',
          GIT_TERMINAL_PROMPT: '0',
          GIT_OPTIONAL_LOCKS: '0',
          GIT_NO_LAZY_FETCH: '1',
        },
      },
    );
    return { code: 0, stdout };
  } catch (error) {
    // execFile rejects with the exit code of the child, or with a name such as ENOENT where there is no git.
    const { code, stdout } = error as { code?: unknown; stdout?: unknown };
    return {
      code: typeof code === 'number' ? code : undefined,
      stdout: typeof stdout === 'string' ? stdout : '',
    };
  }
}

function text({ code, stdout }: { code: number | undefined; stdout: string }): string | undefined {
  const line = stdout.trim();
  return code === 0 && line !== '' ? line : undefined;
}
