import { revisionName, sameRevision } from '../aws/ecs-names.ts';
import type { LedgerEntry } from './ledger.ts';

/** One release of an environment, as the ledger on the revisions tells it. */
export interface Release {
  release: number;
  /** ISO 8601: when it succeeded. */
  verifiedAt: string;
  commit?: string;
  actor?: string;
  forced?: string;
  /** "family:revision" of every family that was part of it. */
  revisions: string[];
  /** Does every service of it run it now? */
  current: boolean;
}

/** Groups revisions by the release that the ledger counts them to, newest first; what never succeeded is no release. */
export function releasesOf(
  revisions: readonly { arn: string; entry: LedgerEntry }[],
  current: readonly string[],
): Release[] {
  const releases = new Map<number, Release>();
  for (const { arn, entry } of revisions) {
    const { release, verifiedAt, commit, actor, forced } = entry;
    if (release === undefined || verifiedAt === undefined) continue;
    const isCurrent = current.some((running) => sameRevision(running, arn));
    const known = releases.get(release);
    if (known !== undefined) {
      known.revisions.push(revisionName(arn));
      known.current &&= isCurrent;
      continue;
    }
    releases.set(release, {
      release,
      verifiedAt,
      revisions: [revisionName(arn)],
      current: isCurrent,
      ...(commit === undefined ? {} : { commit }),
      ...(actor === undefined ? {} : { actor }),
      ...(forced === undefined ? {} : { forced }),
    });
  }
  return [...releases.values()].sort((one, other) => other.release - one.release);
}
