import { posix } from 'node:path';
import type { History } from '../../ports/history.ts';
import { applyEdits } from '../../rules/cookbook/edits.ts';
import { cookbookFolders, folderOf, searchPrefixes } from '../../rules/cookbook/folders.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';
import { readCookbook } from '../../rules/cookbook/read-cookbook.ts';
import type { Cookbook, Reading } from '../../rules/cookbook/reading.ts';
import { decodeSource } from '../../rules/cookbook/source-text.ts';
import { tenures, type CommitChanges, type FileSet, type Tenure } from '../../rules/cookbook/timeline.ts';
import { isMetadataFile, type Snapshot } from './snapshot.ts';

/** What the history tells of one cookbook folder. */
export interface Past {
  name: string;
  now: FileSet;
  commits: readonly CommitChanges[];
  tenures: readonly Tenure[];
  sameButVersion: (path: string, one: FileSet, other: FileSet) => boolean;
}

/** The histories of all cookbook folders, those that are gone included: their numbers stay used. */
export async function readPast(
  history: History,
  plan: CookbookPlan,
  snapshot: Snapshot,
): Promise<Map<string, Past>> {
  const versionFiles = new Set(snapshot.cookbooks.flatMap(({ files }) => files));
  const prefixes = searchPrefixes(plan.paths);
  const asked = prefixes.length === 0 ? [] : [...prefixes, ...outsideOf(prefixes, versionFiles)];
  const commits = await history.changes(snapshot.commit, asked);
  const isMetadata = (path: string) => isMetadataFile(path) || versionFiles.has(path);
  const ids = commits.flatMap(({ changes }) =>
    changes.flatMap(({ path, before, after }) =>
      isMetadata(path) ? [before ?? [], after ?? []].flat() : [],
    ),
  );
  const present = [...snapshot.files.values()].filter(({ path }) => isMetadata(path)).map(({ blob }) => blob);
  const texts = new Map(
    [...(await history.blobs([...ids, ...present]))].map(([id, bytes]) => [id, decodeSource(bytes).text]),
  );

  const everywhere = commits.flatMap(({ changes }) => changes.map(({ path }) => path));
  const folders = new Set([...snapshot.folders, ...cookbookFolders(everywhere, plan.paths)]);
  const filesOf = groupFiles(snapshot, folders);
  const commitsOf = groupCommits(commits, folders, snapshot.cookbooks);
  return new Map(
    [...folders].map((folder) => {
      const cookbook = snapshot.cookbooks.find(({ path }) => path === folder);
      const now = new Map(filesOf.get(folder));
      for (const file of cookbook?.files ?? []) {
        const blob = snapshot.files.get(file)?.blob;
        if (blob !== undefined) now.set(file, blob);
      }
      const own = commitsOf.get(folder) ?? [];
      const read = reader(folder, texts, isMetadata);
      const names = new Set<string>();
      const list = tenures(
        now,
        own,
        (files) => {
          if (![...files.keys()].some((path) => /(?:^|\/)metadata\.(?:rb|json)$/u.test(path)))
            return 'absent';
          const reading = read(files);
          if (reading.cookbook !== undefined) names.add(reading.cookbook.name);
          return reading.cookbook?.version ?? 'unknown';
        },
        isMetadata,
      );
      const name = cookbook?.name ?? [...names][0] ?? posix.basename(folder);
      return [
        folder,
        { name, now, commits: own, tenures: list, sameButVersion: comparer(read, texts, isMetadata) },
      ];
    }),
  );
}

function outsideOf(prefixes: readonly string[], files: ReadonlySet<string>): string[] {
  return [...files].filter((file) => !prefixes.some((prefix) => file.startsWith(`${prefix}/`)));
}

/** Reads the metadata of a set of files; the same blobs are read once. */
function reader(
  folder: string,
  texts: ReadonlyMap<string, string>,
  isMetadata: (path: string) => boolean,
): (files: FileSet) => Reading {
  const known = new Map<string, Reading>();
  return (files) => {
    const key = [...files]
      .filter(([path]) => isMetadata(path))
      .flat()
      .join('\0');
    const reading = known.get(key) ?? readCookbook(folder, (file) => texts.get(files.get(file) ?? ''));
    known.set(key, reading);
    return reading;
  };
}

/** Two states of a metadata file are the same when only the version in them differs, or how it is written. */
function comparer(
  read: (files: FileSet) => Reading,
  texts: ReadonlyMap<string, string>,
  isMetadata: (path: string) => boolean,
): Past['sameButVersion'] {
  const masked = (path: string, files: FileSet) => {
    const text = texts.get(files.get(path) ?? '');
    const tokens = read(files).cookbook?.versionTokens.filter(({ file }) => file === path) ?? [];
    return text === undefined
      ? undefined
      : applyEdits(
          text,
          tokens.map((token) => ({ token, text: '' })),
        );
  };
  return (path, one, other) => {
    if (!isMetadata(path)) return false;
    const text = masked(path, one);
    return text !== undefined && text === masked(path, other);
  };
}

function groupFiles(snapshot: Snapshot, folders: ReadonlySet<string>): Map<string, Map<string, string>> {
  const groups = new Map<string, Map<string, string>>();
  for (const { path, blob } of snapshot.files.values()) {
    const folder = folderOf(path, folders);
    if (folder === undefined) continue;
    const group = groups.get(folder) ?? new Map<string, string>();
    groups.set(folder, group.set(path, blob));
  }
  return groups;
}

function groupCommits(
  commits: readonly CommitChanges[],
  folders: ReadonlySet<string>,
  cookbooks: readonly Cookbook[],
): Map<string, CommitChanges[]> {
  const outside = cookbooks.flatMap(({ path, files }) =>
    files.filter((file) => folderOf(file, folders) !== path).map((file) => [file, path] as const),
  );
  const groups = new Map<string, CommitChanges[]>();
  for (const { commit, changes } of commits) {
    const parts = new Map<string, CommitChanges['changes'][number][]>();
    for (const change of changes) {
      const owner = folderOf(change.path, folders);
      const users = outside.flatMap(([file, path]) => (file === change.path ? [path] : []));
      for (const folder of new Set([...(owner === undefined ? [] : [owner]), ...users]))
        parts
          .set(folder, parts.get(folder) ?? [])
          .get(folder)
          ?.push(change);
    }
    for (const [folder, list] of parts) {
      const group = groups.get(folder) ?? [];
      group.push({ commit, changes: list });
      groups.set(folder, group);
    }
  }
  return groups;
}
