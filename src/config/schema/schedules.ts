import { z } from 'zod';
import { parseScheduleName, sameSchedule, type ScheduleName } from '../../rules/schedule/schedule-name.ts';
import { name } from './words.ts';

const rule = z.strictObject({
  rule: name('rule').describe(
    'An EventBridge rule: `NAME`, or `BUS/NAME` where it is on another bus than `default`.',
  ),
});

const schedule = z.strictObject({
  schedule: name('schedule').describe(
    'A schedule of EventBridge Scheduler: `NAME`, or `GROUP/NAME` where it is in another group than `default`.',
  ),
});

const list = z
  .array(
    z.union([rule, schedule], {
      error: 'must be `rule: NAME` or `schedule: NAME`',
    }),
  )
  .min(1)
  .transform((entries) => entries.map(nameOf))
  .check(noneTwice);

export const schedules = z.union([z.literal('auto'), list], {
  error: 'must be `auto`, or a list of `rule: NAME` and `schedule: NAME`',
});

function nameOf(entry: { rule: string } | { schedule: string }): ScheduleName {
  return 'rule' in entry
    ? parseScheduleName('rule', entry.rule)
    : parseScheduleName('schedule', entry.schedule);
}

function noneTwice(context: z.core.ParsePayload<ScheduleName[]>): void {
  context.value.forEach((each, index) => {
    if (context.value.findIndex((other) => sameSchedule(each, other)) === index) return;
    context.issues.push({
      code: 'custom',
      message: `is the second entry of the ${each.kind} \`${each.name}\``,
      path: [index],
      input: each,
    });
  });
}
