import { isRolling, nameOf, type LintRule } from './subject.ts';

/** A deploy that is killed cannot go back by itself; ECS can. */
export const breakerWithoutRollback: LintRule = (subject) => {
  const breaker = subject.service.deploymentConfiguration?.deploymentCircuitBreaker;
  if (!isRolling(subject) || breaker?.enable !== true || breaker.rollback === true) return [];
  return [
    `${nameOf(subject)}: the deployment circuit breaker ends a rollout that fails, but does not roll it back. When this job dies meanwhile, nobody does. Set \`rollback: true\` beside \`enable\`.`,
  ];
};
