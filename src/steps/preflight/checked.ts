import { CancelledError, asDeployError, isAwsError } from '../../errors.ts';
import { skip, type Check, type CheckName, type Finding } from '../../rules/preflight/check.ts';

/**
 * One check. What may not be looked at, or gives no answer, is skipped and says which call it was: a check that cannot
 * be made proves nothing, either way.
 */
export async function checked(
  check: CheckName,
  subject: string,
  look: () => Promise<Finding> | Finding,
): Promise<Check> {
  return { check, subject, ...(await finding(look)) };
}

async function finding(look: () => Promise<Finding> | Finding): Promise<Finding> {
  try {
    return await look();
  } catch (thrown) {
    return skip(reasonOf(thrown));
  }
}

/** A cancelled run is no answer: it is thrown on. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof CancelledError) throw thrown;
  if (isAwsError(thrown) && thrown.code === 'AWS_ACCESS_DENIED') return `no permission: ${thrown.action}`;
  return `could not be looked at: ${asDeployError(thrown).message}`;
}
