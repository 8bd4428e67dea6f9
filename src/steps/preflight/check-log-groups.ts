import { fail, pass } from '../../rules/preflight/check.ts';
import { logGroups } from '../../rules/preflight/task-needs.ts';
import { checked } from './checked.ts';
import type { CheckContext, CheckSubjects, ToCheck } from './subjects.ts';

/** The groups that the containers log to: a task whose group is missing does not start. */
export function logGroupChecks(
  { logs, region }: Pick<CheckContext, 'logs' | 'region'>,
  { tasks }: Pick<CheckSubjects, 'tasks'>,
): ToCheck[] {
  const needs = tasks.flatMap(({ definition }) => logGroups(definition, region));
  const groups = new Map(needs.map((need) => [`${need.region} ${need.group}`, need]));
  return [...groups.values()].map((need) => async () => [
    await checked('log-group', need.group, async () => {
      if (await logs.groupExists(need.group, need.region)) return pass('it exists');
      // Created by whoever starts first, as long as all of them may.
      const isCreated = needs
        .filter(({ group, region: at }) => group === need.group && at === need.region)
        .every((one) => one.isCreated);
      return isCreated
        ? pass('it does not exist; the log driver creates it')
        : fail(`it does not exist in ${need.region}; tasks that log to it do not start`);
    }),
  ]);
}
