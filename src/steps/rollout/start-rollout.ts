import { isAwsError } from '../../errors.ts';
import type { Service } from '../../ports/ecs.ts';
import { revisionName, sameRevision } from '../../rules/aws/ecs-names.ts';
import { servingRevision } from '../../rules/rollout/serving-revision.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../services/read-services.ts';
import type { Rollout } from './watch-rollouts.ts';

export interface StartedRollout extends Rollout {
  /**
   * `updated`: this run pointed the service at the revision, in this attempt or an earlier one that did not see it
   * end. `in-flight`: another run did, and it has not ended.
   * `steady`: the service runs the revision already. `stopped`: we asked ECS to roll it back. `continued`: we passed
   * the lifecycle hook at which it was paused.
   */
  start: 'updated' | 'in-flight' | 'steady' | 'stopped' | 'continued';
}

/** An earlier attempt of this run may have changed the service. */
export interface BegunRollout {
  /** "family:revision" that served before it, where that is known. */
  replaced?: string;
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
  live: Pick<LiveService, 'plan' | 'service'>,
  taskDefinition: string,
  { newTasks = false, begun }: { newTasks?: boolean; begun?: BegunRollout | undefined } = {},
): Promise<StartedRollout> {
  const { plan, service } = live;
  const startedAt = context.clock.now();
  const running = primaryWith(service, taskDefinition);
  // The same revision again starts nothing by itself: a rollout that failed before needs new tasks.
  const forceNewDeployment = newTasks || running?.rolloutState === 'FAILED';
  if (running !== undefined && !forceNewDeployment) {
    return asOurs(attachRollout(live, startedAt), begun);
  }

  const update = {
    cluster,
    service: plan.name,
    taskDefinition,
    ...(forceNewDeployment ? { forceNewDeployment } : {}),
  };
  const updated = (answer: Service): StartedRollout => ({
    ...rolloutOf(live, taskDefinition, startedAt),
    deploymentId: primaryWith(answer, taskDefinition)?.id ?? '',
    start: 'updated',
    // An answer that still names the one from before does not name ours.
    ...(answer.currentServiceDeployment === undefined ||
    answer.currentServiceDeployment === service.currentServiceDeployment
      ? {}
      : { serviceDeploymentArn: answer.currentServiceDeployment }),
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      context.log.info(`Updating service ${plan.name} to ${revisionName(taskDefinition)}`);
      return updated(await context.ecs.updateService(update));
    } catch (error) {
      if (!isAwsError(error) || !error.retryable || attempt === MOST_ATTEMPTS) throw error;
      context.log.info(`The answer was lost, reading the service back: ${error.message}`);
      await context.clock.sleep(1_000 * attempt, context.signal);
      const { services } = await context.ecs.describeServices(cluster, [plan.name]);
      const answer = services.find(({ serviceName }) => serviceName === plan.name);
      const made = answer && primaryWith(answer, taskDefinition);
      if (answer !== undefined && made !== undefined && made.id !== running?.id) return updated(answer);
    }
  }
}

/** Tells ECS to roll back the deployment in flight; what is watched then is its way back. */
export async function stopRollout(
  { ecs, clock, log }: Pick<StepContext, 'ecs' | 'clock' | 'log'>,
  live: Pick<LiveService, 'plan' | 'service'>,
  serviceDeploymentArn: string,
): Promise<StartedRollout> {
  log.info(`Stopping the deployment in flight of ${live.plan.name} and rolling it back`);
  await ecs.stopServiceDeployment(serviceDeploymentArn, 'ROLLBACK');
  return {
    ...attachRollout(live, clock.now()),
    serviceDeploymentArn,
    seen: true,
    start: 'stopped',
  };
}

/** The deployment that a service is in, whoever started it. */
export function attachRollout(live: Pick<LiveService, 'plan' | 'service'>, now: number): StartedRollout {
  const { service } = live;
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const taskDefinition = primary?.taskDefinition ?? service.taskDefinition ?? '';
  const isInFlight = primary?.rolloutState === 'IN_PROGRESS';
  return {
    ...rolloutOf(live, taskDefinition, isInFlight ? (primary.createdAt?.getTime() ?? now) : now),
    deploymentId: primary?.id ?? '',
    start: isInFlight ? 'in-flight' : 'steady',
    ...(service.currentServiceDeployment === undefined
      ? {}
      : { currentServiceDeployment: service.currentServiceDeployment }),
  };
}

/** What an earlier attempt began, or brought to its end before it was killed, is a change of this run. */
function asOurs(attached: StartedRollout, begun: BegunRollout | undefined): StartedRollout {
  if (begun === undefined) return attached;
  if (attached.start === 'in-flight') return { ...attached, start: 'updated' };
  if (begun.replaced === undefined || sameRevision(begun.replaced, attached.taskDefinition)) return attached;
  return { ...attached, start: 'updated', previousTaskDefinition: begun.replaced };
}

function rolloutOf(
  { plan, service }: Pick<LiveService, 'plan' | 'service'>,
  taskDefinition: string,
  startedAt: number,
): Omit<StartedRollout, 'start' | 'deploymentId'> {
  const serving = servingRevision(service);
  return {
    service: plan.name,
    taskDefinition,
    startedAt,
    minimumTasks: plan.minimumTasks,
    ...(serving !== undefined && !sameRevision(serving, taskDefinition)
      ? { previousTaskDefinition: serving }
      : {}),
  };
}

function primaryWith(service: Service, taskDefinition: string) {
  return service.deployments?.find(
    (deployment) =>
      deployment.status === 'PRIMARY' &&
      deployment.taskDefinition !== undefined &&
      sameRevision(deployment.taskDefinition, taskDefinition),
  );
}
