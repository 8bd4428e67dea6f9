import type { JsonObject } from '../text/json.ts';
import { containerNamed } from '../task-definition/task-definition.ts';
import { nameOf, type LintRule, type LintSubject } from './subject.ts';

/**
 * While a target is deregistered it still gets the requests that were on their way to it; after the delay the load
 * balancer cuts the connections that are left, however long the container would have gone on to answer them.
 */
export const stopTimeout: LintRule = (subject) =>
  stopTimeouts(subject.service, subject.definition).flatMap(({ container, seconds, targetGroup }) => {
    const delay = subject.deregistrationDelays.get(targetGroup);
    if (delay === undefined || seconds <= delay) return [];
    return [
      `${nameOf(subject)}: container ${container} may take ${seconds} s to stop (\`stopTimeout\`), but its target group cuts connections ${delay} s after it begins (deregistration_delay.timeout_seconds). Raise the delay, or lower stopTimeout.`,
    ];
  });

/** The containers behind a load balancer that say how long they take to stop. */
export function stopTimeouts(
  { loadBalancers }: Pick<LintSubject['service'], 'loadBalancers'>,
  definition: JsonObject,
): { container: string; seconds: number; targetGroup: string }[] {
  return (loadBalancers ?? []).flatMap(({ containerName: container, targetGroupArn: targetGroup }) => {
    if (container === undefined || targetGroup === undefined) return [];
    const seconds = containerNamed(definition, container)?.['stopTimeout'];
    return typeof seconds === 'number' ? [{ container, seconds, targetGroup }] : [];
  });
}
