import { DeployError } from '../../errors.ts';
import { revisionName, sameRevision } from '../../rules/aws/ecs-names.ts';
import type { StepContext } from '../context.ts';
import type { ServiceRollout } from './roll-out.ts';

/**
 * The services, read again right before they change. Building and migrating take minutes, in which somebody else may
 * have deployed: to go on would undo that deploy, and to go back after a failure would go back too far (laws 5 and 11).
 * Rejects with ROLLOUT_SUPERSEDED then, unless there is a reason to force it.
 */
export async function lookAgain(
  { ecs, log }: Pick<StepContext, 'ecs' | 'log'>,
  cluster: string,
  rollouts: readonly ServiceRollout[],
  force: string | undefined,
): Promise<ServiceRollout[]> {
  const { services } = await ecs.describeServices(
    cluster,
    rollouts.map(({ live }) => live.plan.name),
  );
  const overtaken: string[] = [];
  const still = rollouts.map((rollout) => {
    const { live, taskDefinition } = rollout;
    const service = services.find(({ serviceName }) => serviceName === live.plan.name) ?? live.service;
    // What a deployment that was failing when we came goes back to is nobody else's deploy.
    const known = [taskDefinition, live.current.arn, ...(live.service.deployments ?? []).map(revisionOf)];
    const now = revisionOf(service);
    if (now !== '' && !known.some((arn) => sameRevision(arn, now)))
      overtaken.push(`${live.plan.name} (${revisionName(live.current.arn)} → ${revisionName(now)})`);
    return { ...rollout, live: { ...live, service } };
  });
  if (overtaken.length === 0) return still;
  const message = `somebody else deployed while this run was under way: ${overtaken.join(', ')}`;
  if (force === undefined) {
    throw new DeployError('ROLLOUT_SUPERSEDED', message, {
      hint: 'This run changed no service. Where its commit is still to be deployed, run the job again: it then begins at what runs now.',
    });
  }
  log.warn('Forced', `${message} (forced: ${force})`);
  return still;
}

function revisionOf({ taskDefinition = '' }: { taskDefinition?: string | undefined }): string {
  return taskDefinition;
}
