import { sameRevision } from '../aws/ecs-names.ts';

/** A revision that a service once ran, as far as we know. */
export interface PastRevision {
  /** ARN. */
  taskDefinition: string;
  /** Its release number by the ledger, where it has one for this environment. */
  release?: number;
}

/**
 * The revision of the last release that succeeded before the current one; never simply "revision − 1", which may
 * never have served. `successful` are the service deployments that ECS calls SUCCESSFUL, newest first; where there
 * are none, the release numbers of the ledger decide.
 */
export function rollbackTarget(
  current: string,
  { successful, ledger }: { successful: readonly string[]; ledger: readonly PastRevision[] },
): string | undefined {
  const isOther = (taskDefinition: string) => !sameRevision(taskDefinition, current);
  const latest = successful.findIndex((taskDefinition) => !isOther(taskDefinition));
  const before = successful.slice(latest + 1).find(isOther);
  if (before !== undefined) return before;

  const release = ledger.find(({ taskDefinition }) => !isOther(taskDefinition))?.release ?? Infinity;
  const [last] = ledger
    .filter((past) => isOther(past.taskDefinition) && past.release !== undefined && past.release < release)
    .sort((one, other) => (other.release ?? 0) - (one.release ?? 0));
  return last?.taskDefinition;
}
