import { createHash } from 'node:crypto';

/** What makes a build of a run the same build again, in another attempt or after a lost answer. */
export interface BuildIdentity {
  /** "owner/name" of the source; absent in a checkout without an origin. */
  repository?: string;
  environment?: string;
  project: string;
  purpose: 'image' | 'before-deploy';
  /** What is built: the image's reference, or which of the steps it is. */
  subject: string;
  /** The host's run, not its attempt: a re-run of the job is the same run. */
  runId: string;
}

/** The variable that carries the key into the build, where a later look finds it. */
export const KEY_VARIABLE = 'DEPLOY_ACTION_KEY';

/** 32 hexadecimal digits that name a build within its run. */
export function buildKey(identity: BuildIdentity): string {
  const { repository = '', environment = '', project, purpose, subject, runId } = identity;
  const parts = [repository, environment, project, purpose, subject, runId];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Does a build carry this key? */
export function hasKey(
  build: { environment?: { environmentVariables?: Variables | undefined } | undefined },
  key: string,
): boolean {
  const variables = build.environment?.environmentVariables ?? [];
  return variables.some(({ name, value }) => name === KEY_VARIABLE && value === key);
}

type Variables = readonly { name: string | undefined; value: string | undefined }[];

/**
 * The token of one start. It counts what was tried before: CodeBuild would answer with the failed build of a token that
 * it has seen, for five minutes (AWS API reference, StartBuild).
 */
export function idempotencyToken(key: string, endedBuilds: number, refusals: number): string {
  return `${key}-${endedBuilds}-${refusals}`;
}
