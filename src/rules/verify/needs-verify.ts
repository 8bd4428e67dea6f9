import type { Outcome } from '../../errors.ts';

/** One service of a release whose rollouts are over. */
export interface RolledService {
  readonly name: string;
  readonly outcome: Outcome;
  /** The ledger has a release on what it runs: whatever was to be verified has been. */
  readonly isRecorded: boolean;
}

/**
 * Whether a release has to be verified after its rollouts. Not where nothing was changed and the ledger says that what
 * runs was released, and not where every service that changed passed at a hook of its own. Unknown means: verify.
 */
export function needsVerify(
  services: readonly RolledService[],
  verifiedAtHooks: readonly string[],
): { needed: true } | { needed: false; reason: string } {
  const changed = services.filter(({ outcome }) => outcome !== 'no-change');
  if (changed.length === 0)
    return services.every(({ isRecorded }) => isRecorded)
      ? { needed: false, reason: 'nothing was changed' }
      : { needed: true };
  const names = changed.map(({ name }) => name);
  return names.every((name) => verifiedAtHooks.includes(name))
    ? { needed: false, reason: `${names.join(', ')} passed at the lifecycle hook` }
    : { needed: true };
}
