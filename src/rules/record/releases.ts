import { revisionName, sameRevision } from '../aws/ecs-names.ts';
import type { LedgerEntry } from './ledger.ts';

export interface Release {
  release: number;
  verifiedAt: string;
  commit?: string;
  actor?: string;
  forced?: string;
  revisions: string[];
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
