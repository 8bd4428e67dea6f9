import { z } from 'zod';
import { name, noneTwice, path } from './words.ts';

export const minimumTasks = () => z.int().min(0);

export const replacedContainer = () =>
  name('container')
    .optional()
    .describe(
      'The container whose image is replaced. Default: every container whose image is of this repository.',
    );

const service = z.strictObject({
  name: name('service').describe('The name of the ECS service.'),
  container: replacedContainer(),
  image: name('image')
    .optional()
    .describe('One of `images`. Default: each of them that a container of the service runs.'),
  'task-definition': path()
    .optional()
    .describe(
      'A task definition file in the checkout, as JSON or YAML. `{{ must_env "NAME" }}` and `{{ env "NAME" "default" }}` in it are filled in with variables of the job. Default: the revision that the service runs now.',
    ),
  after: z
    .array(name('service'))
    .optional()
    .describe(
      'Services of this file that must complete before this one is updated. Default: all are updated side by side.',
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
  .check(noneTwice('service', (entry) => (typeof entry === 'string' ? entry : entry.name)));
