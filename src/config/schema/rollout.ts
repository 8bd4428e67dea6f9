import { z } from 'zod';
import { minimumTasks } from './services.ts';
import { choice, duration } from './words.ts';

export const rollout = z.strictObject({
  timeout: duration()
    .optional()
    .describe('How long the services may take to become steady on the new revision. Default: `30m`.'),
  'on-failure': choice(['rollback', 'rollback-failed', 'leave'])
    .optional()
    .describe(
      'What happens when a service fails: every service changed in this run returns to the revision it had (`rollback`), only those that failed (`rollback-failed`), or none (`leave`). Default: `rollback`.',
    ),
  'on-cancel': choice(['keep', 'rollback'])
    .optional()
    .describe('What happens to the rollout when the run is cancelled. Default: `keep`, it goes on.'),
  'on-pause': choice(['wait', 'hand-over'])
    .optional()
    .describe(
      'What happens when a deployment pauses at a lifecycle hook: the run waits until somebody continues it or rolls it back (`wait`), or it ends with the outcome `paused` and a later run of the command `continue` takes over (`hand-over`). Default: `wait`.',
    ),
  'other-deployment': choice(['wait', 'refuse'])
    .optional()
    .describe(
      'What to do where another deployment of a service is in progress. Default: `wait` for its end.',
    ),
  'minimum-tasks': minimumTasks()
    .optional()
    .describe('Running tasks that each service must have at the end. Default: `1`.'),
});
