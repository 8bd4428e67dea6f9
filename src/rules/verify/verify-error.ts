import { DeployError, type ErrorCode } from '../../errors.ts';
import { releaseError, releaseOutcome, type ServiceResult } from '../rollout/release-verdict.ts';

/** A verification that did not pass. */
export interface FailedVerification {
  /** What it was, in words: "`./smoke.sh`". */
  readonly title: string;
  readonly reason?: string;
  /** The last lines of its output. */
  readonly tail: readonly string[];
}

/** The error of a release that did not pass: by where its services are now. */
export function verifyError(
  services: readonly ServiceResult[],
  { title, reason = 'did not pass', tail }: FailedVerification,
  { migrated = false }: { migrated?: boolean } = {},
): DeployError {
  const outcome = releaseOutcome(services);
  const told = services.map(
    ({ name, outcome: end, reason: why }) => `${name} ${end}${why === undefined ? '' : ` (${why})`}`,
  );
  const code: ErrorCode = outcome === 'rolled-back' ? 'VERIFY_FAILED' : 'VERIFY_FAILED_LEFT';
  const error = new DeployError(code, `verification: ${title} ${reason}; ${told.join('; ')}`, {
    hint: [
      outcome === 'rolled-back'
        ? 'The revision from before serves again. The last lines of the verification are above, and in the job summary.'
        : 'What did not pass may still serve: deploy a mended commit, or run the command `rollback`.',
      ...(migrated
        ? [
            'The migration of this run succeeded and is not undone: check that the revision that serves can live with it.',
          ]
        : []),
    ].join(' '),
    details: tail,
  });
  const isItsOwn = outcome === 'rolled-back' || outcome === 'failed' || outcome === 'completed';
  // A way back that failed, or a deploy that came between, says more about what serves now.
  return isItsOwn ? error : releaseError(services, { migrated, cause: withoutHint(error) });
}

/** The hint of what serves now is the one to follow. */
function withoutHint({ code, message, details }: DeployError): DeployError {
  return new DeployError(code, message, { details });
}
