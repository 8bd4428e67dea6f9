import { DeployError, isAwsError } from '../../errors.ts';
import { ecrRegistry, parseImageReference } from '../../rules/image/image-ref.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { containersOf, textOf } from '../../rules/task-definition/task-definition.ts';
import type { StepContext } from '../context.ts';

/**
 * Refuses revisions whose images ECR no longer has (a lifecycle policy may have removed them). Images elsewhere, or in
 * a repository that we may not read, are taken on trust.
 */
export async function requireImages(
  { ecs, ecr, log }: Pick<StepContext, 'ecs' | 'ecr' | 'log'>,
  revisions: readonly string[],
): Promise<void> {
  for (const arn of new Set(revisions)) {
    const { definition } = await ecs.describeTaskDefinition(arn);
    for (const image of new Set(containersOf(definition).map((container) => textOf(container['image'])))) {
      const reference = parseImageReference(image);
      const registry = ecrRegistry(reference?.registry ?? '');
      if (reference === undefined || registry === undefined) continue;
      const wanted =
        reference.digest === undefined ? { tag: reference.tag ?? 'latest' } : { digest: reference.digest };
      try {
        const repository = { name: reference.repository, registryId: registry.account };
        if ((await ecr.describeImage(repository, wanted)) !== undefined) continue;
      } catch (error) {
        if (!isAwsError(error) || error.code !== 'AWS_ACCESS_DENIED') throw error;
        log.warn('Image not checked', `${image} could not be looked up: ${error.message}`);
        continue;
      }
      throw new DeployError(
        'IMAGE_NOT_FOUND',
        `${revisionName(arn)} runs ${image}, which ECR no longer has`,
        {
          hint: 'Name another revision. A lifecycle rule of the repository may have removed the image: let it keep what may be rolled back to.',
        },
      );
    }
  }
}
