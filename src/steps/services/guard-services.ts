import { DeployError } from '../../errors.ts';
import { guardOf } from '../../rules/rollout/service-guards.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from './read-services.ts';

/** A reason also lets a service be deployed that is scaled to zero: nothing of it has to run at the end. */
export function asForced(services: readonly LiveService[], force: string | undefined): LiveService[] {
  return services.map((live) =>
    force === undefined || (live.service.desiredCount ?? 0) > 0
      ? live
      : { ...live, plan: { ...live.plan, minimumTasks: 0 } },
  );
}

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
