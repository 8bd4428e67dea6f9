import { sameRevision } from '../rules/ecs-names.ts';
import type { StepContext } from './context.ts';

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
  const candidates = (await ecs.listServiceDeployments(cluster, rollout.service, since)).filter(
    ({ targetServiceRevisionArn, createdAt }) =>
      targetServiceRevisionArn !== undefined && (createdAt ?? since) >= since,
  );
  if (candidates.length === 0) return undefined;
  const revisions = await ecs.describeServiceRevisions(
    candidates.map(({ targetServiceRevisionArn }) => targetServiceRevisionArn!),
  );
  const ours = candidates.filter(({ targetServiceRevisionArn }) =>
    revisions.some(
      ({ serviceRevisionArn, taskDefinition }) =>
        serviceRevisionArn === targetServiceRevisionArn &&
        taskDefinition !== undefined &&
        sameRevision(taskDefinition, rollout.taskDefinition),
    ),
  );
  return ours.length === 1 ? ours[0]!.arn : undefined;
}
