import { isAwsError } from '../errors.ts';
import type { Service } from '../ports/ecs.ts';
import { revisionName, sameRevision } from '../rules/ecs-names.ts';
import { servingRevision } from '../rules/serving-revision.ts';
import type { StepContext } from './context.ts';
import type { LiveService } from './read-services.ts';
import type { Rollout } from './watch-rollouts.ts';

export interface StartedRollout extends Rollout {
  /**
   * `updated`: we pointed the service at the revision. `in-flight`: an earlier run did, and it has not ended.
   * `steady`: the service runs the revision already.
   */
  start: 'updated' | 'in-flight' | 'steady';
}

/** A lost answer is read back this often before the update counts as failed. */
const MOST_ATTEMPTS = 3;

/**
 * Points a service at a revision, or attaches to the deployment that runs it already. UpdateService carries no token:
 * when its answer is lost, the service is read back before anything is sent again.
 */
export async function startRollout(
  context: Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>,
  cluster: string,
  { plan, service }: Pick<LiveService, 'plan' | 'service'>,
  taskDefinition: string,
): Promise<StartedRollout> {
  const startedAt = context.clock.now();
  const serving = servingRevision(service);
  const rollout = (answer: Service, start: StartedRollout['start']): StartedRollout => ({
    service: plan.name,
    taskDefinition,
    deploymentId: primaryWith(answer, taskDefinition)?.id ?? '',
    startedAt,
    minimumTasks: plan.minimumTasks,
    start,
    ...(serving !== undefined && !sameRevision(serving, taskDefinition)
      ? { previousTaskDefinition: serving }
      : {}),
    ...(start === 'updated' && answer.currentServiceDeployment !== undefined
      ? { serviceDeploymentArn: answer.currentServiceDeployment }
      : {}),
  });

  const running = primaryWith(service, taskDefinition);
  if (running?.rolloutState === 'IN_PROGRESS') return rollout(service, 'in-flight');
  if (running !== undefined && running.rolloutState !== 'FAILED') return rollout(service, 'steady');

  // The same revision again starts nothing by itself: a rollout that failed before needs new tasks.
  const update = {
    cluster,
    service: plan.name,
    taskDefinition,
    ...(running === undefined ? {} : { forceNewDeployment: true }),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      context.log.info(`Updating service ${plan.name} to ${revisionName(taskDefinition)}`);
      return rollout(await context.ecs.updateService(update), 'updated');
    } catch (error) {
      if (!isAwsError(error) || !error.retryable || attempt === MOST_ATTEMPTS) throw error;
      context.log.info(`The answer was lost, reading the service back: ${error.message}`);
      await context.clock.sleep(1_000 * attempt, context.signal);
      const { services } = await context.ecs.describeServices(cluster, [plan.name]);
      const answer = services.find(({ serviceName }) => serviceName === plan.name);
      const made = answer && primaryWith(answer, taskDefinition);
      if (answer !== undefined && made !== undefined && made.id !== running?.id)
        return rollout(answer, 'updated');
    }
  }
}

function primaryWith(service: Service, taskDefinition: string) {
  return service.deployments?.find(
    (deployment) =>
      deployment.status === 'PRIMARY' &&
      deployment.taskDefinition !== undefined &&
      sameRevision(deployment.taskDefinition, taskDefinition),
  );
}
