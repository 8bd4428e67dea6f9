import type { CommitChanges } from '../rules/cookbook/timeline.ts';

/** What the cookbook part asks of git's objects. Commits are full ids; a commit that is not there rejects. */
export interface History {
  /** Is this commit, and all that it comes from, in the checkout? */
  isComplete(commit: string): Promise<boolean>;
  /** Brings what is missing from the remote: the commit, its history, the tags. False where the remote gives nothing. */
  fetch(commit: string): Promise<boolean>;
  has(commit: string): Promise<boolean>;
  /** Every file of a commit. */
  files(commit: string): Promise<RepositoryFile[]>;
  /** Contents by id of the blob. */
  blobs(ids: Iterable<string>): Promise<Map<string, Uint8Array>>;
  /** What each commit changed against its first parent, newest first, in the folders given; no folders: everywhere. */
  changes(commit: string, folders: readonly string[]): Promise<CommitChanges[]>;
  /** The commits reachable from `commit` and not from `since` that changed something in `folder`, newest first. */
  messages(since: string | undefined, commit: string, folder: string): Promise<CommitMessage[]>;
  tags(): Promise<string[]>;
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** Heads of the remote's branches other than `branch`, as the checkout knows them. */
  otherBranches(branch: string): Promise<string[]>;
  /** Runs a command in the folders of a copy of the commit with the files written over it, and answers what it changed. */
  runInCopy(request: CopyRequest): Promise<CopyResult>;
}

export interface RepositoryFile {
  readonly path: string;
  /** "100644", "100755", "120000" (a link). */
  readonly mode: string;
  readonly blob: string;
}

export interface CommitMessage {
  readonly commit: string;
  /** Text from outside. */
  readonly message: string;
  /** YYYY-MM-DD, of the committer, in UTC. */
  readonly date: string;
}

export interface CopyRequest {
  readonly commit: string;
  readonly files: readonly { path: string; content: Uint8Array }[];
  readonly folders: readonly string[];
  readonly command: readonly [string, ...string[]];
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface CopyResult {
  /** undefined when a signal ended it, or when it could not be started. */
  readonly exitCode: number | undefined;
  /** Files that the command changed, with their new contents; undefined for one that it deleted. */
  readonly changed: readonly { path: string; content: Uint8Array | undefined }[];
}
