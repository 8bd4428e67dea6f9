import { posix } from 'node:path';
import { DeployError } from '../../errors.ts';
import type { MergedPullRequest } from '../../ports/github.ts';
import type { CommitMessage, History } from '../../ports/history.ts';
import type { ChefVersion } from '../../rules/cookbook/chef-version.ts';
import { applyEdits } from '../../rules/cookbook/edits.ts';
import { cookbookFolders, folderOf, isContent, searchPrefixes } from '../../rules/cookbook/folders.ts';
import { pendingReason, usedVersions, type PendingReason } from '../../rules/cookbook/pending.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';
import { readCookbook } from '../../rules/cookbook/read-cookbook.ts';
import type { Cookbook, Reading } from '../../rules/cookbook/reading.ts';
import { decodeSource } from '../../rules/cookbook/source-text.ts';
import { taggedVersions } from '../../rules/cookbook/tags.ts';
import {
  filesAt,
  tenures,
  type CommitChanges,
  type FileSet,
  type Tenure,
} from '../../rules/cookbook/timeline.ts';
import type { CookbookContext } from './context.ts';
import { isMetadataFile, readSnapshot, type Snapshot } from './snapshot.ts';

/** A cookbook whose version must rise, and what is known about why. */
export interface Pending {
  readonly cookbook: Cookbook;
  readonly reason: PendingReason;
  readonly messages: readonly CommitMessage[];
  readonly pulls: readonly MergedPullRequest[];
  /** Path and blob of everything in it that counts as content. */
  readonly content: readonly (readonly [path: string, blob: string])[];
}

export interface CookbookWork {
  readonly snapshot: Snapshot;
  readonly pending: readonly Pending[];
  /** Every number that a cookbook of this name had, here or where it was before, and those of its tags. */
  readonly used: ReadonlyMap<string, readonly ChefVersion[]>;
}

/** Makes sure that the commit and its whole history are here; what a shallow clone lacks is fetched, never guessed. */
export async function requireHistory({ history, log }: CookbookContext, commit: string): Promise<void> {
  if (await history.isComplete(commit)) return;
  log.info('Fetching the history: the checkout has only a part of it');
  await history.fetch(commit);
  if (await history.isComplete(commit)) return;
  throw new DeployError(
    'HISTORY_INCOMPLETE',
    `cookbooks: the history of commit ${commit.slice(0, 12)} is not in the checkout and could not be fetched`,
    { hint: 'Check out with `fetch-depth: 0`, or give `github-token` a token that may read the repository.' },
  );
}

/** Which versions must rise at a commit, decided from what the repository holds. */
export async function findPending(
  context: CookbookContext,
  plan: CookbookPlan,
  commit: string,
): Promise<CookbookWork> {
  const { history } = context;
  await requireHistory(context, commit);
  const snapshot = await readSnapshot(history, plan, commit);
  const past = await readPast(history, plan, snapshot);
  const tags = await history.tags();
  const used = new Map<string, readonly ChefVersion[]>(
    snapshot.cookbooks.map(({ name, path }) => [
      name,
      usedVersions(
        [...past.values()].filter((each) => each.name === name).flatMap((each) => each.tenures),
        taggedVersions({ name, path }, tags),
      ),
    ]),
  );
  const waiting = snapshot.cookbooks.flatMap((cookbook) => {
    const own = past.get(cookbook.path);
    const reason =
      own === undefined ? undefined : pendingReason(cookbook.path, own.tenures, own.sameButVersion);
    return own === undefined || reason === undefined ? [] : [{ cookbook, reason, past: own }];
  });
  const told = await Promise.all(
    waiting.map(async (each) => {
      const since = each.past.tenures[0]?.since?.commit;
      return { ...each, since, messages: await history.messages(since, commit, each.cookbook.path) };
    }),
  );
  const pulls = await pullsOf(context, told);
  const pending = told.flatMap(({ cookbook, reason, past: own, since, messages }): Pending[] => {
    const still = afterTheSamePull(cookbook, reason, own, since, messages, pulls);
    if (still === undefined) return [];
    const found = messages.flatMap((message) => pulls.get(message.commit) ?? []);
    const unique = new Map(found.map((pull) => [pull.number, pull]));
    return [
      {
        cookbook,
        reason: still,
        messages,
        pulls: [...unique.values()],
        content: contentOf(cookbook.path, own.now),
      },
    ];
  });
  return { snapshot, pending, used };
}

interface Past {
  name: string;
  now: FileSet;
  commits: readonly CommitChanges[];
  tenures: readonly Tenure[];
  sameButVersion: (path: string, one: FileSet, other: FileSet) => boolean;
}

/** The histories of all cookbook folders, those that are gone included: their numbers stay used. */
async function readPast(
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

async function pullsOf(
  { github, log }: CookbookContext,
  told: readonly { since: string | undefined; messages: readonly CommitMessage[] }[],
): Promise<ReadonlyMap<string, readonly MergedPullRequest[]>> {
  const commits = told.flatMap(({ since, messages }) => [
    ...(since === undefined ? [] : [since]),
    ...messages.map(({ commit }) => commit),
  ]);
  if (github === undefined || commits.length === 0) return new Map();
  // What was said longest ago is the least likely to set the level; the queries stay few.
  const asked = [...new Set(commits)].slice(0, 200);
  if (asked.length < new Set(commits).size)
    log.debug(`Labels are read of the pull requests of ${asked.length} commits only`);
  return github.pullsOfCommits(asked);
}

/**
 * A pull request that was merged by rebase is one unit, though its commits stand in a row: content that came in the
 * same pull request as the new version is released with it.
 */
function afterTheSamePull(
  { path }: Cookbook,
  reason: PendingReason,
  { now, commits, tenures: list, sameButVersion }: Past,
  since: string | undefined,
  messages: readonly CommitMessage[],
  pulls: ReadonlyMap<string, readonly MergedPullRequest[]>,
): PendingReason | undefined {
  const [present, ...earlier] = list;
  const raisedBy = new Set((pulls.get(since ?? '') ?? []).map(({ number }) => number));
  if (reason.kind !== 'content' || present === undefined || raisedBy.size === 0) return reason;
  const last = messages.find(({ commit }) => pulls.get(commit)?.some(({ number }) => raisedBy.has(number)));
  if (last === undefined) return reason;
  const files = filesAt(now, commits, last.commit);
  if (files === undefined) return reason;
  return pendingReason(
    path,
    [{ ...present, since: { commit: last.commit, files } }, ...earlier],
    sameButVersion,
  );
}

function contentOf(folder: string, files: FileSet): [string, string][] {
  return [...files].filter(([path]) => isContent(path, folder));
}
