import { z } from 'zod';
import { LINT_NAMES } from '../../rules/lint/lint.ts';
import { choice } from './words.ts';

export const lint = z.strictObject({
  ignore: z
    .array(choice(LINT_NAMES))
    .optional()
    .describe('The findings that are not warned of, by their names: [the list](lint.md).'),
});
