import type { ChefVersion } from '../../rules/cookbook/chef-version.ts';
import { infraRef, type CookbookPlan } from '../../rules/cookbook/plan.ts';
import { releasedCookbooks, type ReleasedCookbook } from '../../rules/cookbook/released.ts';
import type { CookbookContext } from './context.ts';
import { findPending } from './find-pending.ts';
import { requireHistory } from './require-history.ts';
import { readSnapshot } from './snapshot.ts';

const MOST_BRANCHES = 50;

export interface ReleaseRequest {
  readonly plan: CookbookPlan;
  readonly environment: string;
  readonly commit: string;
  /** Where the branch was before the push. */
  readonly before?: string;
  /** A push made the branch: there is no before. */
  readonly isNewBranch?: boolean;
}

export interface Released {
  readonly cookbooks: readonly ReleasedCookbook[];
  /** The commit that it was compared with; the commit itself where nothing is known of before. */
  readonly since: string;
  /** Nothing is known of before: what comes is compared with this commit. */
  readonly begins?: boolean;
  /** Where the record of the last infrastructure deploy stands; absent where there is none yet. */
  readonly record?: string;
}

/**
 * The cookbooks whose versions rose since the last infrastructure deploy that succeeded. Without a record, or where no
 * deploy is ours to record, since the push's own `before`; a new branch is compared with where it left the others.
 */
export async function findReleased(context: CookbookContext, request: ReleaseRequest): Promise<Released> {
  const { history, github, log } = context;
  const { plan, commit } = request;
  const record =
    plan.deploy === undefined ? undefined : await github?.refCommit(infraRef(request.environment));
  const recorded = record === undefined ? {} : { record };
  const since = await comparedWith(context, request, record);
  if (since === undefined) {
    log.info('Released cookbooks: nothing is known of before this push, so nothing counts as released');
    return { cookbooks: [], since: commit, begins: true, ...recorded };
  }
  await requireHistory(context, commit);
  const now = await readSnapshot(history, plan, commit);
  const earlier = await readSnapshot(history, plan, since);
  const before = new Map<string, ChefVersion>(earlier.cookbooks.map(({ name, version }) => [name, version]));
  // A cookbook that was there but could not be read did not rise from nothing.
  const unreadable = new Set(earlier.problems.map(({ cookbook }) => cookbook));
  const risen = releasedCookbooks(now.cookbooks, before).filter(
    ({ name }) => before.has(name) || !unreadable.has(name),
  );
  return { cookbooks: await withoutReused(context, plan, commit, risen), since, ...recorded };
}

/** A number that was given before to other content cannot be uploaded again; the pull request raises past it. */
async function withoutReused(
  { history, runCommand, clock, log, signal }: CookbookContext,
  plan: CookbookPlan,
  commit: string,
  risen: readonly ReleasedCookbook[],
): Promise<readonly ReleasedCookbook[]> {
  if (risen.length === 0) return risen;
  // The repository alone tells; GitHub is not asked.
  const { pending } = await findPending({ history, runCommand, clock, log, signal }, plan, commit);
  const reused = new Set(
    pending.flatMap(({ cookbook, reason }) => (reason.kind === 'used-before' ? [cookbook.name] : [])),
  );
  for (const name of reused)
    log.warn(
      'Released cookbooks',
      `${name} got a version that was used before for other content: not released`,
    );
  return risen.filter(({ name }) => !reused.has(name));
}

async function comparedWith(
  { history, log }: CookbookContext,
  { plan, commit, before, isNewBranch = false }: ReleaseRequest,
  record: string | undefined,
): Promise<string | undefined> {
  if (record !== undefined) {
    if ((await history.has(record)) || (await history.fetch(record))) return record;
    log.warn(
      'Released cookbooks',
      `the commit of the last infrastructure deploy, ${record.slice(0, 12)}, is gone`,
    );
  }
  // A run that no push started says nothing about what is new.
  if (before === undefined && !isNewBranch) return undefined;
  if (before !== undefined && ((await history.has(before)) || (await history.fetch(before)))) return before;
  return forkPoint({ history }, plan.branch, commit);
}

/** The newest commit that this branch shares with another one. */
async function forkPoint(
  { history }: Pick<CookbookContext, 'history'>,
  branch: string,
  commit: string,
): Promise<string | undefined> {
  let newest: string | undefined;
  for (const other of (await history.otherBranches(branch)).slice(0, MOST_BRANCHES)) {
    const base = await history.mergeBase(commit, other);
    if (base === undefined) continue;
    if (newest === undefined || (await history.mergeBase(newest, base)) === newest) newest = base;
  }
  return newest;
}
