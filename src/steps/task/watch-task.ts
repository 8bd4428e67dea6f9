import { DeployError, isAwsError } from '../../errors.ts';
import type { Task } from '../../ports/ecs.ts';
import { shortId } from '../../rules/aws/ecs-names.ts';
import { taskPollInterval } from '../../rules/task/task-poll-interval.ts';
import { awaitsExitCode, isOver } from '../../rules/task/task-verdict.ts';
import type { StepContext } from '../context.ts';

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>;

/** ECS may not find a task that it has just started ("eventually consistent", AWS API reference, RunTask). */
const MISSING_GRACE_MS = 60_000;

/** The exit code may reach ECS a little later than the end of the task. */
const EXIT_CODE_GRACE_MS = 6_000;

export interface WatchedTask {
  cluster: string;
  arn: string;
  /** Its end decides. */
  container: string;
  /** Milliseconds since the epoch. */
  deadline: number;
  onLook: (task: Task) => Promise<void>;
}

/**
 * Looks at a task until it is over, and gives it as ECS describes it then; undefined when the deadline passes first.
 * An error that a retry can mend never ends the wait, any other does at once.
 */
export async function watchTask(context: Context, watched: WatchedTask): Promise<Task | undefined> {
  const { clock, log, signal } = context;
  const { arn, container, deadline } = watched;
  const since = clock.now();
  let missingSince: number | undefined;
  let overSince: number | undefined;
  let lastStatus = '';
  for (;;) {
    signal.throwIfAborted();
    const look = await lookAt(context, watched);
    const now = clock.now();
    if (look === 'missing') {
      missingSince ??= now;
      if (now - missingSince >= MISSING_GRACE_MS) throw vanished(arn);
    } else if (look !== 'unclear') {
      missingSince = undefined;
      if (look.lastStatus !== undefined && look.lastStatus !== lastStatus) {
        lastStatus = look.lastStatus;
        log.info(`Task ${shortId(arn)} is ${lastStatus}`);
      }
      await watched.onLook(look);
      if (isOver(look, container)) {
        overSince ??= now;
        if (!awaitsExitCode(look, container) || now - overSince >= EXIT_CODE_GRACE_MS) return look;
      }
    }
    if (now >= deadline && overSince === undefined) return undefined;
    const pause = taskPollInterval(now - since, clock.random());
    await clock.sleep(overSince === undefined ? Math.min(pause, deadline - now) : pause, signal);
  }
}

async function lookAt(
  { ecs, log }: Context,
  { cluster, arn }: WatchedTask,
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
