import { containerNamed, isJsonObject, textOf } from '../task-definition/task-definition.ts';
import { nameOf, type LintRule } from './subject.ts';

/**
 * In the mode non-blocking lines are dropped when the buffer is full. It is the default since 2025-06-25, unless the
 * account's setting `defaultLogDriverMode` says otherwise (ECS API reference, LogConfiguration).
 */
export const nonBlockingLog: LintRule = (subject) => {
  const name = subject.migrationContainer;
  const logging =
    name === undefined ? undefined : containerNamed(subject.definition, name)?.['logConfiguration'];
  if (name === undefined || !isJsonObject(logging) || textOf(logging['logDriver']) !== 'awslogs') return [];
  const mode = isJsonObject(logging['options']) ? textOf(logging['options']['mode']) : '';
  if (mode === 'blocking') return [];
  const how =
    mode === ''
      ? 'names no log mode, and the default may drop lines'
      : `logs in the mode ${mode}, which may drop lines`;
  return [
    `${nameOf(subject)}: container ${name}, which runs the migration, ${how}. Set \`mode: blocking\` in its logConfiguration, or a larger \`max-buffer-size\` and ignore this.`,
  ];
};
