import { countsOf, isRolling, nameOf, type LintRule } from './subject.ts';

/**
 * The lower bound of running tasks is rounded up, the upper one down (ECS API reference, DeploymentConfiguration):
 * with few tasks even percentages that look generous leave no room to start one or to stop one.
 */
export const noRoom: LintRule = (subject) => {
  const { desired, minimumPercent, maximumPercent } = countsOf(subject);
  if (!isRolling(subject) || subject.service.schedulingStrategy === 'DAEMON' || desired === 0) return [];
  const fewest = Math.ceil((desired * minimumPercent) / 100);
  const most = Math.floor((desired * maximumPercent) / 100);
  if (most > desired || fewest < desired) return [];
  return [
    `${nameOf(subject)}: with ${desired} ${desired === 1 ? 'task' : 'tasks'}, minimumHealthyPercent ${minimumPercent} and maximumPercent ${maximumPercent} ECS may neither start a new task first (at most ${most} may run) nor stop an old one first (at least ${fewest} must): the rollout never moves. Raise maximumPercent or lower minimumHealthyPercent.`,
  ];
};
