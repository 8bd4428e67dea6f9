import { sameRevision } from '../../rules/aws/ecs-names.ts';
import type { StepContext } from '../context.ts';

/** Clocks differ, here and in AWS. */
const CLOCK_SLACK_MS = 10_000;

/**
 * The service deployment that our update made: the one created since whose target service revision names our task
 * definition. None or several: undefined, and `deployments[]` decides (design, section 7).
 */
export async function findServiceDeployment(
  { ecs }: Pick<StepContext, 'ecs'>,
  cluster: string,
  rollout: { service: string; taskDefinition: string; startedAt: number },
): Promise<string | undefined> {
  const since = new Date(rollout.startedAt - CLOCK_SLACK_MS);
  const deployments = await ecs.listServiceDeployments(cluster, rollout.service, since);
  const candidates = deployments.flatMap(({ arn, targetServiceRevisionArn: target, createdAt = since }) =>
    target === undefined || createdAt < since ? [] : [{ arn, target }],
  );
  if (candidates.length === 0) return undefined;
  const revisions = await ecs.describeServiceRevisions(candidates.map(({ target }) => target));
  const [ours, ...others] = candidates.filter(({ target }) =>
    revisions.some(
      ({ serviceRevisionArn, taskDefinition }) =>
        serviceRevisionArn === target &&
        taskDefinition !== undefined &&
        sameRevision(taskDefinition, rollout.taskDefinition),
    ),
  );
  return others.length === 0 ? ours?.arn : undefined;
}
