import type { MergedPullRequest } from '../../ports/github.ts';
import type { CommitMessage } from '../../ports/history.ts';
import type { ChefVersion } from '../../rules/cookbook/chef-version.ts';
import { isContent } from '../../rules/cookbook/folders.ts';
import { pendingReason, usedVersions, type PendingReason } from '../../rules/cookbook/pending.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';
import type { Cookbook } from '../../rules/cookbook/reading.ts';
import { taggedVersions } from '../../rules/cookbook/tags.ts';
import { filesAt, type FileSet } from '../../rules/cookbook/timeline.ts';
import type { CookbookContext } from './context.ts';
import { readPast, type Past } from './past.ts';
import { requireHistory } from './require-history.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

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
