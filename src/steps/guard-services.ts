import { DeployError } from '../errors.ts';
import type { Service } from '../ports/ecs.ts';
import type { RolloutPlan } from '../config/plan.ts';
import { revisionName } from '../rules/aws/ecs-names.ts';
import { pollInterval } from '../rules/rollout/poll-interval.ts';
import { deploymentInFlight, guardOf } from '../rules/rollout/service-guards.ts';
import type { StepContext } from './context.ts';
import type { LiveService } from './read-services.ts';

/** Refuses what may not be changed, before anything is changed. `force` overrides what a reason can override. */
export function guardServices(
  { log }: Pick<StepContext, 'log'>,
  services: readonly LiveService[],
  force: string | undefined,
): void {
  const guards = services.flatMap(({ service, plan }) => guardOf(service, plan.minimumTasks) ?? []);
  const [first, ...others] = guards.filter(({ forcible }) => !forcible || force === undefined);
  if (first !== undefined) {
    throw new DeployError(first.code, [first, ...others].map(({ message }) => message).join('; '), {
      hint: first.hint,
    });
  }
  for (const { message } of guards) log.warn('Forced', `${message} (forced: ${force ?? ''})`);
  for (const { service } of services) {
    if ((service.desiredCount ?? 0) > 0 && (service.runningCount ?? 0) === 0) {
      log.warn(
        'Nothing runs',
        `service ${service.serviceName ?? '?'} has no running task before this deploy`,
      );
    }
  }
}

/**
 * Waits until no deployment of somebody else is in flight on these services, or refuses, as the plan says. One that
 * runs our own revisions is no stranger (`isOurs`), and one that has nothing healthy is replaced at once.
 * Answers true when it has waited: what was read before is old then.
 */
export async function awaitOtherDeployments(
  { ecs, clock, log, signal }: Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>,
  cluster: string,
  services: readonly LiveService[],
  plan: RolloutPlan,
  { isOurs, force }: { isOurs: (taskDefinition: string) => boolean; force?: string | undefined },
): Promise<boolean> {
  const strangers = (current: readonly Service[]) =>
    current.flatMap((service) => {
      const inFlight = deploymentInFlight(service.deployments);
      if (inFlight === undefined || inFlight.hopeless || isOurs(inFlight.taskDefinition)) return [];
      return [`${service.serviceName ?? '?'} (${revisionName(inFlight.taskDefinition)})`];
    });

  let busy = strangers(services.map(({ service }) => service));
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
    const { services: current } = await ecs.describeServices(
      cluster,
      services.map(({ plan: { name } }) => name),
    );
    busy = strangers(current);
  }
  return true;
}

function inProgress(busy: readonly string[], hint: string): DeployError {
  return new DeployError('DEPLOYMENT_IN_PROGRESS', `another deployment is in flight on ${busy.join(', ')}`, {
    hint: `${hint} \`force: "reason"\` replaces it.`,
  });
}
