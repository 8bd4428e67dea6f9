import { compareVersions, type ChefVersion } from './chef-version.ts';

/** Path → id of the blob, for the files that belong to one cookbook. */
export type FileSet = ReadonlyMap<string, string>;

export interface FileChange {
  readonly path: string;
  /** Ids of the blobs; absent where there was, or is, no file. */
  readonly before?: string;
  readonly after?: string;
}

/** What one commit changed against its first parent: a merge or a squash is one unit. */
export interface CommitChanges {
  readonly commit: string;
  readonly changes: readonly FileChange[];
}

/** What the metadata said at some time; `absent` where there was no cookbook, `unknown` where it could not be read. */
export type StatedVersion = ChefVersion | 'absent' | 'unknown';

/** A stretch of history in which the version stayed the same. */
export interface Tenure {
  readonly version: ChefVersion;
  /** The files when it ended; of the present one, now. */
  readonly files: FileSet;
  /** The commit that gave the version, and the files as that commit left them; absent when it was always so. */
  readonly since?: { readonly commit: string; readonly files: FileSet };
}

/**
 * The versions of one cookbook, newest first, by going back from its present files through the commits that changed
 * them. A commit whose metadata could not be read never starts or ends a stretch.
 */
export function tenures(
  now: FileSet,
  /** Newest first. */
  commits: readonly CommitChanges[],
  versionAt: (files: FileSet) => StatedVersion,
  isMetadata: (path: string) => boolean,
): Tenure[] {
  const found: Tenure[] = [];
  const files = new Map(now);
  let version = versionAt(files);
  let end: FileSet = new Map(files);
  let gap: Tenure['since'];

  for (const { commit, changes } of commits) {
    const after = changes.some(({ path }) => isMetadata(path)) ? new Map(files) : undefined;
    for (const { path, before } of changes)
      if (before === undefined) files.delete(path);
      else files.set(path, before);
    if (after === undefined) continue;

    const earlier = versionAt(files);
    if (earlier === 'unknown') {
      gap ??= { commit, files: after };
      continue;
    }
    if (version === 'unknown') {
      // What came before cannot be known: the stretch that begins here is the first known one, going back.
      version = earlier;
      end = new Map(files);
      gap = undefined;
      continue;
    }
    if (!isSame(version, earlier)) {
      if (version !== 'absent') found.push({ version, files: end, since: gap ?? { commit, files: after } });
      version = earlier;
      end = new Map(files);
    }
    gap = undefined;
  }
  if (version !== 'absent' && version !== 'unknown')
    found.push({ version, files: end, ...(gap === undefined ? {} : { since: gap }) });
  return found;
}

function isSame(one: StatedVersion, other: StatedVersion): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return compareVersions(one, other) === 0;
}

/** The files as a commit left them; undefined where the commit changed none of them. */
export function filesAt(
  now: FileSet,
  commits: readonly CommitChanges[],
  commit: string,
): FileSet | undefined {
  const files = new Map(now);
  for (const each of commits) {
    if (each.commit === commit) return files;
    for (const { path, before } of each.changes)
      if (before === undefined) files.delete(path);
      else files.set(path, before);
  }
  return undefined;
}
