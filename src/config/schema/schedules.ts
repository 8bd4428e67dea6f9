import { z } from 'zod';
import { parseScheduleName, sameSchedule, type ScheduleName } from '../../rules/schedule/schedule-name.ts';
import type { Parsed } from '../../rules/input/parsed.ts';
import { follow, name } from './words.ts';

const entry = z
  .strictObject({
    rule: name('rule')
      .optional()
      .describe('An EventBridge rule: `NAME`, or `BUS/NAME` where it is on another bus than `default`.'),
    schedule: name('schedule')
      .optional()
      .describe(
        'A schedule of EventBridge Scheduler: `NAME`, or `GROUP/NAME` where it is in another group than `default`.',
      ),
  })
  .transform(follow(nameOf));

const list = z.array(entry).check(noneTwice);

export const schedules = z.union([z.literal('auto'), list], {
  error: 'must be `auto`, or a list of `rule: NAME` and `schedule: NAME`',
});

function nameOf({
  rule,
  schedule,
}: {
  rule?: string | undefined;
  schedule?: string | undefined;
}): Parsed<ScheduleName> {
  if (rule !== undefined && schedule === undefined) return { value: parseScheduleName('rule', rule) };
  if (schedule !== undefined && rule === undefined) return { value: parseScheduleName('schedule', schedule) };
  return { problem: 'must be either `rule: NAME` or `schedule: NAME`' };
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
