import { createHash } from 'node:crypto';

/** What makes a one-off task of a run the same task again, in another attempt or after a lost answer. */
export interface TaskIdentity {
  /** "owner/name" of the source; absent in a checkout without an origin. */
  repository?: string;
  environment: string;
  cluster: string;
  imageDigest: string;
  /** The host's run, not its attempt: a re-run of the job is the same run. */
  runId: string;
  service: string;
  container: string;
  command: readonly string[];
}

/** 32 hexadecimal digits that name a one-off task within its run. */
export function taskKey(identity: TaskIdentity): string {
  const { repository = '', environment, cluster, imageDigest, runId, service, container, command } = identity;
  const parts = [repository, environment, cluster, imageDigest, runId, service, container, command];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** At most 128 characters of A-Z, a-z, 0-9, "-", "_" and "/" (AWS API reference, RunTask). */
export function startedBy(purpose: string, key: string): string {
  return `deploy-action/${purpose}/${key}`;
}

/** Was a task started by us for this purpose, in whatever run? */
export function isStartedFor(purpose: string, taskStartedBy: string | undefined): boolean {
  return taskStartedBy?.startsWith(`deploy-action/${purpose}/`) === true;
}

/**
 * The token of one start, at most 64 characters (AWS API reference, RunTask). It counts what was tried before: ECS
 * would answer with the failed task of a token it has seen, and with the refusal of an earlier try.
 */
export function clientToken(key: string, stoppedTasks: number, refusals: number): string {
  return `${key}-${stoppedTasks}-${refusals}`;
}
