import { DeployError, isAwsError } from '../errors.ts';
import type { Task } from '../ports/ecs.ts';
import { shortId } from '../rules/ecs-names.ts';
import { taskPollInterval } from '../rules/task-poll-interval.ts';
import type { StepContext } from './context.ts';

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>;

/** ECS may not find a task that it has just started ("eventually consistent", AWS API reference, RunTask). */
const MISSING_GRACE_MS = 60_000;

/**
 * Looks at a task until it has stopped, and gives it as ECS describes it then; undefined when the deadline passes
 * first. An error that a retry can mend never ends the wait, any other does at once.
 */
export async function watchTask(
  context: Context,
  {
    cluster,
    arn,
    deadline,
    onLook,
  }: { cluster: string; arn: string; deadline: number; onLook: (task: Task) => Promise<void> },
): Promise<Task | undefined> {
  const { clock, log, signal } = context;
  const since = clock.now();
  let lastSeen = since;
  let lastStatus = '';
  for (;;) {
    signal.throwIfAborted();
    const look = await lookAt(context, cluster, arn);
    if (look === 'missing') {
      if (clock.now() - lastSeen > MISSING_GRACE_MS) throw vanished(arn);
    } else if (look !== 'unclear') {
      lastSeen = clock.now();
      if (look.lastStatus !== undefined && look.lastStatus !== lastStatus) {
        lastStatus = look.lastStatus;
        log.info(`Task ${shortId(arn)} is ${lastStatus}`);
      }
      await onLook(look);
      if (look.lastStatus === 'STOPPED') return look;
    }
    if (clock.now() >= deadline) return undefined;
    const pause = taskPollInterval(clock.now() - since, clock.random());
    await clock.sleep(Math.min(pause, deadline - clock.now()), signal);
  }
}

async function lookAt(
  { ecs, log }: Context,
  cluster: string,
  arn: string,
): Promise<Task | 'missing' | 'unclear'> {
  try {
    const { tasks } = await ecs.describeTasks(cluster, [arn]);
    return tasks[0] ?? 'missing';
  } catch (error) {
    if (!isAwsError(error) || !error.retryable) throw error;
    log.debug(`The task could not be read, it is tried again: ${error.message}`);
    return 'unclear';
  }
}

function vanished(arn: string): DeployError {
  return new DeployError(
    'TASK_FAILED',
    `task ${shortId(arn)}: ECS does not know it any more, so its exit code is unknown`,
  );
}
