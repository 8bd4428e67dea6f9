import { createHash } from 'node:crypto';

/** What a migration is: the code (by digest) and the command. 32 hexadecimal digits. */
export function migrationKey(imageDigest: string, command: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([imageDigest, command]))
    .digest('hex')
    .slice(0, 32);
}

/** A service as the proof looks at it. */
export interface ServiceEvidence {
  service: string;
  /** It runs, in a settled deployment, what this deploy would put there. */
  alreadyRuns: boolean;
  /** The migration that the ledger has on the revision, for this environment. */
  migration: string | undefined;
}

/**
 * May the migration be left out? Only where every service already runs what this deploy would put there and the
 * ledger says that this very migration succeeded here. Unknown means: run it.
 */
export function migrationProof(
  key: string,
  services: readonly ServiceEvidence[],
): { proven: boolean; reason: string } {
  const changing = services.filter(({ alreadyRuns }) => !alreadyRuns).map(({ service }) => service);
  if (services.length === 0) return { proven: false, reason: 'no service is known' };
  if (changing.length > 0)
    return { proven: false, reason: `not yet running what is deployed: ${changing.join(', ')}` };
  if (services.some(({ migration }) => migration === undefined)) {
    return { proven: false, reason: 'the ledger has no record of a migration for what runs' };
  }
  if (services.some(({ migration }) => migration !== key)) {
    return { proven: false, reason: 'the ledger records another migration for what runs' };
  }
  return {
    proven: true,
    reason: 'every service already runs this image, and this migration succeeded for it',
  };
}
