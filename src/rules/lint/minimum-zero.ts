import { countsOf, isRolling, nameOf, type LintRule } from './subject.ts';

/** ECS may stop every old task before a new one runs. A DAEMON service has no other way, one per instance. */
export const minimumZero: LintRule = (subject) => {
  const { desired, minimumPercent } = countsOf(subject);
  const isReplica = subject.service.schedulingStrategy !== 'DAEMON';
  if (!isRolling(subject) || !isReplica || desired === 0 || minimumPercent > 0) return [];
  return [
    `${nameOf(subject)}: with minimumHealthyPercent 0 ECS may stop every task before a new one is healthy. Raise it, unless two tasks must never run side by side.`,
  ];
};
