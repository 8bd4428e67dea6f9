import { isTaskFailure } from '../../errors.ts';
import type { RunPlan } from '../../config/plan.ts';
import { parseImageReference, repositoryUri } from '../../rules/image/image-ref.ts';
import { runningImage } from '../../rules/image/running-image.ts';
import { runOneOffTask } from './one-off-task.ts';
import type { LiveService } from '../services/read-services.ts';

type Context = Parameters<typeof runOneOffTask>[0];

/** Runs the command in as many tasks as asked for, side by side; the first that fails for good is the error. */
export async function runTasks(context: Context, plan: RunPlan, live: LiveService): Promise<void> {
  const copies = Array.from({ length: plan.task.count }, (_, index) => runCopy(context, plan, live, index));
  const ended = await Promise.allSettled(copies);
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A failure of the command is tried again where that is asked for; what happened to us is not. */
async function runCopy(context: Context, plan: RunPlan, live: LiveService, copy: number): Promise<void> {
  const { task, environment, event, target } = plan;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await runOneOffTask(context, {
        purpose: 'run',
        plan: task,
        service: live,
        taskDefinition: live.current,
        image: imageOf(plan, live),
        run: {
          environment,
          cluster: target.cluster,
          // A person who runs the job again wants the task again; what one attempt started it follows.
          runId: [event.runId, event.runAttempt, copy, attempt].join('.'),
          ...(event.repository === undefined ? {} : { repository: event.repository }),
        },
        overrides: task.overrides,
      });
      return;
    } catch (error) {
      if (!isTaskFailure(error) || attempt >= task.retries) throw error;
      context.log.info(`${error.message}. Starting it anew (${attempt + 1} of ${task.retries})`);
    }
  }
}

/** Our image in the revision that runs, which tells our container from the sidecars. */
function imageOf({ repository }: RunPlan, { current }: LiveService): { uri: string; digest: string } {
  const running = repository === undefined ? undefined : runningImage(current.definition, { repository });
  const reference = parseImageReference(running ?? '');
  return reference === undefined
    ? { uri: '', digest: '' }
    : { uri: repositoryUri(reference), digest: reference.digest ?? '' };
}
