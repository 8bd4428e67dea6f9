import { z } from 'zod';
import { name, path } from './words.ts';

export const minimumTasks = () => z.int().min(0);

const service = z.strictObject({
  name: name('service').describe('The name of the ECS service.'),
  container: name('container')
    .optional()
    .describe(
      'The container whose image is replaced. Default: every container whose image is of this repository.',
    ),
  'task-definition': path()
    .optional()
    .describe(
      'A task definition file in the checkout, as JSON. Default: the revision that the service runs now.',
    ),
  'minimum-tasks': minimumTasks()
    .optional()
    .describe(
      'Running tasks that this service must have at the end; `0` allows it to be scaled to zero. Default: `rollout.minimum-tasks`.',
    ),
});

export const services = z
  .array(
    z.union([name('service'), service], {
      error: 'must be the name of a service, or a section with a `name`',
    }),
  )
  .min(1)
  .check(noneTwice);

function noneTwice(context: z.core.ParsePayload<(string | { name: string })[]>): void {
  const names = context.value.map((entry) => (typeof entry === 'string' ? entry : entry.name));
  names.forEach((each, index) => {
    if (names.indexOf(each) === index) return;
    context.issues.push({
      code: 'custom',
      message: `is the second service of the name \`${each}\``,
      path: [index],
      input: each,
    });
  });
}
