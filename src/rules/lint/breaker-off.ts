import { isRolling, nameOf, type LintRule } from './subject.ts';

/** Without the circuit breaker ECS starts failing tasks for ever (ECS developer guide, "deployment circuit breaker"). */
export const breakerOff: LintRule = (subject) => {
  if (
    !isRolling(subject) ||
    subject.service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true
  )
    return [];
  return [
    `${nameOf(subject)}: the deployment circuit breaker is off, so ECS itself never ends a rollout that fails. Set \`deploymentCircuitBreaker: { enable: true, rollback: true }\` on the service.`,
  ];
};
