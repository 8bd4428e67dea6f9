import { z } from 'zod';
import { replacedContainer } from './services.ts';
import { name, noneTwice, path } from './words.ts';

const family = z.strictObject({
  family: name('family').describe('The family of task definitions.'),
  container: replacedContainer(),
  image: name('image')
    .optional()
    .describe('One of `images`. Default: each of them that a container of the family runs.'),
  'task-definition': path()
    .optional()
    .describe('A task definition file in the checkout. Default: the newest revision of the family.'),
});

export const families = z
  .array(
    z.union([name('family'), family], {
      error: 'must be the name of a family, or a section with a `family`',
    }),
  )
  .min(1)
  .check(noneTwice('family', (entry) => (typeof entry === 'string' ? entry : entry.family)));
