import { DeployError, isAwsError } from '../../errors.ts';
import type { StoredTaskDefinition } from '../../ports/ecs.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import type { StepContext } from '../context.ts';

/** A revision that may be deployed: ECS starts no task of an INACTIVE one. Takes an ARN or "family:revision". */
export async function activeRevision(
  { ecs }: Pick<StepContext, 'ecs'>,
  name: string,
): Promise<StoredTaskDefinition> {
  let stored: StoredTaskDefinition;
  try {
    stored = await ecs.describeTaskDefinition(name);
  } catch (error) {
    if (!isAwsError(error, 'ClientException')) throw error;
    throw new DeployError('REVISION_NOT_FOUND', `there is no revision ${revisionName(name)}`, {
      cause: error,
      hint: 'See what there is with the command `history`.',
    });
  }
  if (stored.definition['status'] !== 'INACTIVE') return stored;
  throw new DeployError('REVISION_INACTIVE', `${revisionName(name)} was deregistered (INACTIVE)`, {
    hint: 'Name another revision, or deploy the commit again: the image is reused.',
  });
}
