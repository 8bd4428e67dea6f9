import { z } from 'zod';
import type { Parsed } from '../../rules/input/parsed.ts';
import { follow } from './words.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

export const notify = z.strictObject({
  slack: z
    .string()
    .meta({ pattern: VARIABLE.source })
    .transform(follow(variableOf))
    .describe(
      'The name of the environment variable that holds the address of an incoming webhook of Slack; never the address itself.',
    ),
});

/** What was written may be the address itself, which is a secret: it is not shown. */
function variableOf(text: string): Parsed<string> {
  if (VARIABLE.test(text)) return { value: text };
  return {
    problem: 'must be the name of an environment variable, such as `SLACK_WEBHOOK_URL`',
    ...(/^https?:/i.test(text)
      ? {
          hint: 'Whoever knows the address can write to the channel: take it out of the file, make a new one, and hand it over as a secret of the job.',
        }
      : {}),
  };
}
