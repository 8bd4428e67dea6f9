import { asDeployError } from '../errors.ts';
import { ecrRepository } from '../rules/image/image-ref.ts';
import { expiringRules } from '../rules/preflight/lifecycle-policy.ts';
import type { StepContext } from './context.ts';

/**
 * Warns where the lifecycle policy of a repository can expire what is being deployed: ECR does not ask whether an image
 * is in use, and a task whose image is gone does not start. Without the right to know, or an answer, it is silent.
 */
export async function warnOfExpiry(
  { ecr, log, signal }: Pick<StepContext, 'ecr' | 'log' | 'signal'>,
  images: readonly { uri: string; tag?: string }[],
): Promise<void> {
  await Promise.all(
    images.map(async ({ uri, tag }) => {
      const repository = ecrRepository(uri);
      try {
        const policy = await ecr.lifecyclePolicy(repository);
        const rules = policy === undefined ? [] : expiringRules(policy, tag === undefined ? [] : [tag]);
        if (rules === undefined || rules.length === 0) return;
        log.warn(
          `Images of repository ${repository.name} can expire`,
          `its lifecycle policy can expire the deployed image while it is in use, and then no task starts any more: ${rules.join('; ')}. Let the rule leave out the tags \`src-…\`, or keep more than a rollback needs.`,
        );
      } catch (thrown) {
        signal.throwIfAborted();
        log.debug(
          `the lifecycle policy of ${repository.name} is not known: ${asDeployError(thrown).message}`,
        );
      }
    }),
  );
}
