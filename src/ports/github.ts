/** What the cookbook part asks of GitHub. Every refusal rejects with a GitHubError that says what to do. */
export interface GitHub {
  /** "owner/name" */
  readonly repository: string;
  /** The commit a ref is at; undefined where there is no such ref. `ref` is full: "refs/heads/master". */
  refCommit(ref: string): Promise<string | undefined>;
  commit(id: string): Promise<GitHubCommit>;
  /** Commits of `head` that `base` does not have, oldest first; at most 250. */
  commitsBetween(base: string, head: string): Promise<GitHubCommit[]>;
  /** A tree that is `base` with these files; answers its id. */
  createTree(base: string, files: readonly TreeFile[]): Promise<string>;
  createCommit(request: {
    message: string;
    tree: string;
    parents: readonly string[];
  }): Promise<CreatedCommit>;
  /**
   * Moves refs, all or none, each only if it is still where we saw it; `undefined` is "no such ref". Answers "stale" where
   * somebody else was faster.
   */
  moveRefs(moves: readonly RefMove[]): Promise<'moved' | 'stale'>;
  /** Pull requests from a branch of this repository, of any state, newest first. */
  pullRequests(head: string, base: string): Promise<PullRequest[]>;
  createPullRequest(request: {
    head: string;
    base: string;
    title: string;
    body: string;
  }): Promise<PullRequest>;
  updatePullRequest(
    number: number,
    change: { title?: string; body?: string; state?: 'closed' },
  ): Promise<PullRequest>;
  comment(number: number, body: string): Promise<void>;
  comments(number: number): Promise<string[]>;
  /** Those that this token has written, oldest first. */
  ownComments(number: number): Promise<OwnComment[]>;
  updateComment(id: number, body: string): Promise<void>;
  /** One that is gone already is fine. */
  deleteComment(id: number): Promise<void>;
  /** Merged pull requests by the commits that they brought. */
  pullsOfCommits(commits: readonly string[]): Promise<Map<string, MergedPullRequest[]>>;
  /** The page on which a person can open the pull request. */
  compareUrl(base: string, head: string): string;
}

export interface OwnComment {
  readonly id: number;
  readonly body: string;
  readonly url: string;
}

export interface GitHubCommit {
  readonly id: string;
  readonly tree: string;
  readonly message: string;
  readonly parents: readonly string[];
}

export interface CreatedCommit {
  readonly id: string;
  /** GitHub signed it. */
  readonly verified: boolean;
}

export interface TreeFile {
  readonly path: string;
  readonly mode: string;
  readonly content: Uint8Array;
}

export interface RefMove {
  readonly ref: string;
  readonly before: string | undefined;
  /** undefined deletes the ref. */
  readonly after: string | undefined;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly author: string;
  /** Where its branch is, or was when it was closed. */
  readonly headCommit: string;
}

export interface MergedPullRequest {
  readonly number: number;
  readonly labels: readonly string[];
  readonly byBot: boolean;
}
