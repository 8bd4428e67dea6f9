import { compareVersions, formatVersion, highestVersion, type ChefVersion } from './chef-version.ts';
import { isContent } from './folders.ts';
import type { FileSet, Tenure } from './timeline.ts';

/** Why a cookbook's version must rise. */
export interface PendingReason {
  readonly kind: 'content' | 'went-back' | 'used-before';
  readonly why: string;
  /** Files that changed since the version did. */
  readonly changed: readonly string[];
}

/**
 * Must the version rise? It must when the content changed since the number was given, when the number went back below
 * one that was used, or when it was given a second time to other content: Chef Infra Server would keep what it has.
 */
export function pendingReason(
  folder: string,
  history: readonly Tenure[],
  /** Are two blobs the same but for the version in them? */
  sameButVersion: (path: string, one: FileSet, other: FileSet) => boolean,
): PendingReason | undefined {
  const [present, ...earlier] = history;
  if (present === undefined) return undefined;
  const differing = (one: FileSet, other: FileSet) =>
    differences(one, other).filter((path) => isContent(path, folder) && !sameButVersion(path, one, other));

  const changed = present.since === undefined ? [] : differing(present.since.files, present.files);
  const highest = highestVersion(earlier.map(({ version }) => version));
  if (highest !== undefined && compareVersions(highest, present.version) > 0)
    return {
      kind: 'went-back',
      why: `the version went back to ${formatVersion(present.version)}, and ${formatVersion(highest)} is used already`,
      changed,
    };
  const before = earlier.find(({ version }) => compareVersions(version, present.version) === 0);
  if (before !== undefined && differing(before.files, present.files).length > 0)
    return {
      kind: 'used-before',
      why: `${formatVersion(present.version)} was used before, for other content`,
      changed,
    };
  if (changed.length > 0) return { kind: 'content', why: 'content changed', changed };
  return undefined;
}

/** Every number that the cookbook ever had, and those of its tags. */
export function usedVersions(history: readonly Tenure[], tags: readonly ChefVersion[]): ChefVersion[] {
  return [...history.map(({ version }) => version), ...tags];
}

function differences(one: FileSet, other: FileSet): string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => one.get(path) !== other.get(path)).sort();
}
