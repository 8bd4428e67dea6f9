import { DeployError, isAwsError } from '../../errors.ts';
import type { RolloutPlan } from '../../config/plan.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { pollInterval } from '../../rules/rollout/poll-interval.ts';
import { deploymentInFlight } from '../../rules/rollout/service-guards.ts';
import { needsServiceDeployment } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import { openDeployments } from './open-deployments.ts';
import type { LiveService } from './read-services.ts';

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>;

/**
 * Waits until no deployment of somebody else is in flight on these services, or refuses, as the plan says. One that
 * bakes or is paused is in flight too, whatever `deployments[]` calls it. One that runs our own revisions is no
 * stranger (`isOurs`), and one that has nothing healthy is replaced at once.
 * Answers true when it has waited: what was read before is old then.
 */
export async function awaitOtherDeployments(
  context: Context,
  cluster: string,
  services: readonly LiveService[],
  plan: RolloutPlan,
  { isOurs, force }: { isOurs: (taskDefinition: string) => boolean; force?: string | undefined },
): Promise<boolean> {
  const { clock, log, signal } = context;
  let busy = await strangers(context, cluster, services, isOurs);
  if (busy.length === 0) return false;
  if (force !== undefined) {
    log.warn('Forced', `another deployment is in flight on ${busy.join(', ')} (forced: ${force})`);
    return false;
  }
  if (plan.otherDeployment === 'refuse') throw inProgress(busy, 'Wait for its end and run this job again.');

  log.info(`Waiting for the deployment in flight on ${busy.join(', ')}`);
  const deadline = clock.now() + plan.timeoutSeconds * 1000;
  while (busy.length > 0) {
    if (clock.now() >= deadline)
      throw inProgress(busy, 'It did not end within `rollout.timeout`. Look at the service’s events.');
    await clock.sleep(pollInterval(services.length, clock.random()), signal);
    busy = (await strangersNow(context, cluster, services, isOurs)) ?? busy;
  }
  return true;
}

/** Undefined where the answer was lost: the next look will tell. */
async function strangersNow(
  context: Context,
  cluster: string,
  services: readonly LiveService[],
  isOurs: (taskDefinition: string) => boolean,
): Promise<string[] | undefined> {
  const { ecs, log } = context;
  try {
    const { services: found } = await ecs.describeServices(
      cluster,
      services.map(({ plan: { name } }) => name),
    );
    const current = services.flatMap((live) => {
      const service = found.find(({ serviceName }) => serviceName === live.plan.name);
      return service === undefined ? [live] : [{ ...live, service }];
    });
    return await strangers(context, cluster, current, isOurs);
  } catch (error) {
    if (!isAwsError(error) || !error.retryable) throw error;
    log.info(`No answer from AWS, asking again: ${error.message}`);
    return undefined;
  }
}

async function strangers(
  context: Context,
  cluster: string,
  services: readonly LiveService[],
  isOurs: (taskDefinition: string) => boolean,
): Promise<string[]> {
  const mayBake = services.filter(({ service }) => needsServiceDeployment(service));
  const open = await openDeployments(context, cluster, mayBake);
  return services.flatMap((live) => {
    const { service } = live;
    const inFlight = deploymentInFlight(service.deployments);
    const isOpen = open.some((one) => one.live === live);
    if (inFlight === undefined && !isOpen) return [];
    const taskDefinition = inFlight?.taskDefinition ?? service.taskDefinition ?? '';
    if (inFlight?.hopeless === true || isOurs(taskDefinition)) return [];
    return [`${service.serviceName ?? '?'} (${revisionName(taskDefinition)})`];
  });
}

function inProgress(busy: readonly string[], hint: string): DeployError {
  return new DeployError('DEPLOYMENT_IN_PROGRESS', `another deployment is in flight on ${busy.join(', ')}`, {
    hint: `${hint} \`force: "reason"\` replaces it.`,
  });
}
