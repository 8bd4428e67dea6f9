import { sameRevision } from '../aws/ecs-names.ts';

/** A revision of a family, as the ledger and ECS know it. */
export interface FamilyRecord {
  /** ARN. */
  arn: string;
  /** The last release that it was part of; absent for one that no release ran. */
  release?: number;
  /** What the release before it ran: "family:revision". */
  replaces?: string;
  /** When ECS stored it, in milliseconds. */
  registeredAt: number;
}

/** A release of the past; `verifiedAt` in milliseconds. */
export interface PastRelease {
  release: number;
  verifiedAt: number;
}

/**
 * What a family ran at a release: the revision that was there by then and was part of it, or of the first release after
 * it that had one; a release of other parts leaves no mark on a family. `at` is undefined for what ran before the first
 * recorded release. An ARN or "family:revision"; undefined where nothing is recorded of the family.
 */
export function familyAtRelease(
  at: PastRelease | undefined,
  revisions: readonly FamilyRecord[],
): string | undefined {
  const recorded = revisions.filter(isRecorded);
  const byThen = recorded.filter(({ registeredAt }) => at !== undefined && registeredAt < at.verifiedAt);
  const byRelease = byThen.toSorted((one, other) => one.release - other.release);
  const ran = byRelease.find(({ release }) => at !== undefined && release >= at.release) ?? byRelease.at(-1);
  if (ran !== undefined) return ran.arn;
  const [first] = recorded.toSorted((one, other) => one.registeredAt - other.registeredAt);
  return first && before(first, revisions);
}

/** What a revision took the place of; what was registered in between, and no release ran, did not count. */
function before({ arn, replaces, registeredAt }: FamilyRecord, revisions: readonly FamilyRecord[]): string {
  // It was there before anything was recorded, or is the first of its family.
  if (replaces === undefined) return arn;
  const replaced = revisions.find((one) => sameRevision(one.arn, replaces));
  const isUnreleased =
    replaced !== undefined &&
    replaced.release === undefined &&
    replaced.replaces !== undefined &&
    replaced.registeredAt < registeredAt;
  return isUnreleased ? before(replaced, revisions) : replaces;
}

function isRecorded(one: FamilyRecord): one is FamilyRecord & { release: number } {
  return one.release !== undefined;
}
