import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitIn, type Git } from './git.ts';

export interface Identity {
  login: string;
  contents: 'read' | 'write';
  pullRequests: 'read' | 'write';
}

export interface Comment {
  id: number;
  author: string;
  body: string;
}

export interface Pull {
  number: number;
  head: string;
  base: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  mergedAt: string | null;
  headSha: string;
  labels: string[];
  comments: Comment[];
  author: string;
  /** The full name of the repository that its branch is in. */
  headRepository: string;
  /** Commits on the base branch that it brought. */
  brought: string[];
}

export const BOT: Identity = { login: 'github-actions[bot]', contents: 'write', pullRequests: 'write' };
export const NO_COMMIT = '0'.repeat(40);

/** What the server knows: a real bare repository, and around it what git has no words for. */
export class GitHubState {
  readonly repository: string;
  /** The bare repository. */
  readonly origin: string;
  readonly git: Git;
  readonly tokens = new Map<string, Identity>([['ghs_bot', BOT]]);
  readonly pulls: Pull[] = [];
  /** Ids have outgrown 32 bits. */
  #nextComment = 2_900_000_000;

  /** Settings → Actions: may GITHUB_TOKEN open pull requests? */
  actionsMayOpenPullRequests = true;
  /** Branches that a ruleset keeps everybody from writing to. */
  readonly protectedBranches = new Set<string>();
  readonly #parent: string;

  constructor(repository: string, origin?: string) {
    this.repository = repository;
    this.#parent = mkdtempSync(join(tmpdir(), 'fake-github-'));
    this.origin = origin ?? join(this.#parent, 'origin.git');
    this.git = gitIn(this.#parent);
  }

  async start(branch: string): Promise<void> {
    if (!existsSync(this.origin))
      await this.git('init', '--quiet', '--bare', `--initial-branch=${branch}`, this.origin);
    await this.bare('config', 'uploadpack.allowAnySHA1InWant', 'true');
  }

  bare(...args: string[]): Promise<string> {
    return this.git('-C', this.origin, ...args);
  }

  async refCommit(ref: string): Promise<string | undefined> {
    const found = await this.git.maybe(
      '-C',
      this.origin,
      'rev-parse',
      '--quiet',
      '--verify',
      `${ref}^{commit}`,
    );
    return found === '' ? undefined : found;
  }

  /** A pull request follows its branch while it is open; without the branch, or with nothing new on it, it closes. */
  async followBranches(): Promise<void> {
    for (const pull of this.pulls) {
      if (pull.state !== 'open' || pull.headRepository !== this.repository) continue;
      const head = await this.refCommit(`refs/heads/${pull.head}`);
      if (head === undefined) {
        pull.state = 'closed';
        continue;
      }
      pull.headSha = head;
      if ((await this.commitsBetween(pull.base, pull.head)).length === 0) pull.state = 'closed';
    }
  }

  /** Oldest first. */
  async commitsBetween(base: string, head: string): Promise<string[]> {
    const list = await this.bare('rev-list', '--reverse', `${base}..${head}`);
    return list.split('\n').filter((line) => line !== '');
  }

  pull(number: number): Pull {
    const pull = this.pulls.find((each) => each.number === number);
    if (pull === undefined) throw new Error(`no pull request #${number}`);
    return pull;
  }

  addComment(number: number, author: string, body: string): Comment {
    const comment = { id: (this.#nextComment += 1), author, body };
    this.pull(number).comments.push(comment);
    return comment;
  }

  openPulls(): Pull[] {
    return this.pulls.filter(({ state }) => state === 'open');
  }

  /** What a person does on the page. */
  async merge(
    number: number,
    style: 'merge' | 'squash' | 'rebase',
    { keepBranch = false } = {},
  ): Promise<string> {
    const pull = this.pull(number);
    const work = mkdtempSync(join(this.#parent, 'merge-'));
    const git = gitIn(work);
    await git('clone', '--quiet', this.origin, '.');
    await git('switch', '--quiet', pull.base);
    const before = await git('rev-parse', 'HEAD');
    if (style === 'merge')
      await git(
        'merge',
        '--quiet',
        '--no-ff',
        '--message',
        `Merge pull request #${number} from ${pull.head}`,
        `origin/${pull.head}`,
      );
    else if (style === 'squash') {
      await git('merge', '--quiet', '--squash', `origin/${pull.head}`);
      await git('commit', '--quiet', '--message', `${pull.title} (#${number})`);
    } else {
      await git('switch', '--quiet', '--detach', `origin/${pull.head}`);
      // GitHub always writes rebased commits anew.
      await git('rebase', '--quiet', '--force-rebase', pull.base);
      const rebased = await git('rev-parse', 'HEAD');
      await git('switch', '--quiet', pull.base);
      await git('merge', '--quiet', '--ff-only', rebased);
    }
    const after = await git('rev-parse', 'HEAD');
    await git('push', '--quiet', 'origin', pull.base);
    pull.brought = (await git('rev-list', `${before}..${after}`)).split('\n');
    pull.headSha = await git('rev-parse', `origin/${pull.head}`);
    pull.state = 'closed';
    pull.mergedAt = '2026-11-21T00:00:00Z';
    if (!keepBranch) await git('push', '--quiet', 'origin', `:refs/heads/${pull.head}`);
    return after;
  }

  /** A pull request of a person, from a branch that is pushed. */
  async openBy(
    author: string,
    request: { head: string; base: string; title: string; labels?: string[] },
  ): Promise<Pull> {
    const pull: Pull = {
      number: this.pulls.length + 1,
      body: '',
      state: 'open',
      mergedAt: null,
      headSha: (await this.refCommit(`refs/heads/${request.head}`)) ?? NO_COMMIT,
      labels: [],
      comments: [],
      author,
      headRepository: this.repository,
      brought: [],
      ...request,
    };
    this.pulls.push(pull);
    return pull;
  }

  /** Every object is well-formed, and every ref leads to one. */
  async fsck(): Promise<void> {
    await this.bare('fsck', '--strict', '--no-dangling', '--full');
  }

  remove(): void {
    rmSync(this.#parent, { recursive: true, force: true });
  }
}
