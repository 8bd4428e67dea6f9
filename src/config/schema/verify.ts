import { z } from 'zod';
import { parseHeaderValue, parseWebAddress } from '../../rules/input/web-address.ts';
import { taskPlace } from './tasks.ts';
import { command, duration, follow, name } from './words.ts';

const status = () => z.int().min(100).max(599);

/** The keys that say what is done; a verification has exactly one of them. */
export const VERIFY_KINDS = ['command', 'url', 'task'] as const;
/** What may stand beside `url` only. */
const URL_KEYS = ['status', 'body', 'interval', 'headers', 'secret-headers'] as const;

const task = z.strictObject({
  command: command().describe(
    'What to run on the new revision: text split as a shell would, or a list of words.',
  ),
  ...taskPlace,
  timeout: duration()
    .optional()
    .describe('How long the task may take; then it is stopped. Default: `verify.timeout`.'),
});

export const verify = z
  .strictObject({
    command: command()
      .optional()
      .describe(
        'A program of the checkout or of the machine that the run is on. It is run once, without a shell; exit code 0 passes. Text split as a shell would, or a list of words.',
      ),
    url: z
      .string()
      .meta({ minLength: 1 })
      .transform(follow(parseWebAddress))
      .optional()
      .describe(
        'An address that the run asks until it answers as it should, or the time is over. Redirects are not followed.',
      ),
    task: task
      .optional()
      .describe(
        'A one-off task on the new revision, as a section of `command`, `service`, `container` and `timeout`; exit code 0 passes.',
      ),
    timeout: duration()
      .optional()
      .describe('How long the verification may take; then it has failed. Default: `5m`.'),
    status: z
      .union([status(), z.array(status()).min(1)], {
        error: 'must be a status such as `200`, or a list of them',
      })
      .optional()
      .describe('For `url`: the status that passes, or a list of them. Default: `200`.'),
    body: z
      .string()
      .meta({ minLength: 1 })
      .optional()
      .describe('For `url`: a text that the answer must contain.'),
    interval: duration().optional().describe('For `url`: how long to wait between two tries. Default: `5s`.'),
    headers: z
      .record(name('header'), z.string().transform(follow(parseHeaderValue)))
      .optional()
      .describe('For `url`: headers that are sent as they stand here.'),
    'secret-headers': z
      .record(name('header'), name('variable'))
      .optional()
      .describe(
        'For `url`: headers whose values are secret: header → the environment variable that holds the value. It is never printed.',
      ),
  })
  .check(oneKind);

function oneKind(context: z.core.ParsePayload<Readonly<Record<string, unknown>>>): void {
  const { value } = context;
  const kinds = VERIFY_KINDS.filter((kind) => value[kind] !== undefined);
  const problem = (key: string, message: string, hint: string) =>
    context.issues.push({ code: 'custom', message, path: [key], input: value[key], params: { hint } });
  const [first, ...more] = kinds;
  for (const kind of more)
    problem(
      kind,
      `stands beside \`${String(first)}\``,
      'A verification is one of `command`, `url` or `task`.',
    );
  if (first === undefined || first === 'url') return;
  for (const key of URL_KEYS.filter((each) => value[each] !== undefined))
    problem(key, `belongs to \`url\`, not to \`${first}\``, `Leave it out, or verify by \`url\`.`);
}
