import { DeployError, isAwsError } from '../../errors.ts';
import type { Failure, Task } from '../../ports/ecs.ts';
import { runTaskInput, type TaskOverrides } from '../../rules/task/run-task-input.ts';
import { hintForStopReason } from '../../rules/task/stop-reasons.ts';
import { clientToken } from '../../rules/task/task-key.ts';
import { isOver, taskVerdict } from '../../rules/task/task-verdict.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../services/read-services.ts';

export interface TaskToStart {
  cluster: string;
  service: LiveService['service'];
  taskDefinition: string;
  family: string;
  container: string;
  command: readonly string[];
  /** See `taskKey` and `startedBy`. */
  key: string;
  startedBy: string;
  overrides?: TaskOverrides;
}

export interface StartedTask {
  task: Task & { taskArn: string };
  /** `followed`: an earlier attempt of this run started it, and it has not ended. `done`: it ended with 0. */
  state: 'started' | 'followed' | 'done';
}

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>;
type Arrived = StartedTask['task'];

/** A start whose answer is lost is tried this often, each time after a look whether it arrived. */
const MOST_LOST_ANSWERS = 3;
/** Fargate runs out of capacity for moments: so many further tries, after 5, 10, 20 and 40 seconds. */
const MOST_REFUSALS = 4;
const FIRST_REFUSAL_PAUSE_MS = 5_000;

/** Starts a task, unless one with its key runs already or has done its work in this run. */
export async function startTask(context: Context, wanted: TaskToStart): Promise<StartedTask> {
  const { open, stopped } = await tasksOfKey(context, wanted);
  if (open !== undefined) return { task: open, state: 'followed' };
  const done = stopped.find((task) => taskVerdict(task, wanted.container).succeeded);
  if (done !== undefined) return { task: done, state: 'done' };
  return { task: await start(context, wanted, stopped.length), state: 'started' };
}

async function start(context: Context, wanted: TaskToStart, stoppedBefore: number): Promise<Arrived> {
  const { ecs, clock, log, signal } = context;
  let refusals = 0;
  let lostAnswers = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const token = clientToken(wanted.key, stoppedBefore, refusals);
      const { tasks, failures } = await ecs.runTask(
        runTaskInput(wanted.service, { ...wanted, clientToken: token }),
      );
      const [task] = tasks.filter(hasArn);
      if (task !== undefined) return task;
      const reason = describeFailure(failures[0]);
      if (!isPassing(reason) || refusals === MOST_REFUSALS) throw notStarted(reason);
      log.info(`ECS has no capacity for the task at the moment, it is tried again: ${reason}`);
      await clock.sleep(FIRST_REFUSAL_PAUSE_MS * 2 ** refusals * (0.8 + 0.4 * clock.random()), signal);
      refusals += 1;
    } catch (error) {
      // A token that ECS knows with other parameters, or an answer that never came: the task may be there.
      const isLost = isAwsError(error) && (error.retryable || error.awsCode === 'ConflictException');
      lostAnswers += 1;
      if (!isLost) throw error;
      log.info(`The answer was lost, looking for the task: ${error.message}`);
      await clock.sleep(1_500 * (1 + clock.random()), signal);
      const { open, stopped } = await tasksOfKey(context, wanted);
      const arrived = open ?? (stopped.length > stoppedBefore ? newest(stopped) : undefined);
      if (arrived !== undefined) return arrived;
      if (lostAnswers === MOST_LOST_ANSWERS) throw error;
    }
  }
}

/**
 * The tasks that earlier attempts of this run started. ECS takes `startedBy` as a filter of its own only, so stopped
 * ones are listed by family and matched here.
 */
async function tasksOfKey(
  { ecs }: Context,
  { cluster, family, startedBy, container }: TaskToStart,
): Promise<{ open: Arrived | undefined; stopped: Arrived[] }> {
  const read = async (arns: readonly string[]) => {
    if (arns.length === 0) return [];
    const { tasks } = await ecs.describeTasks(cluster, arns);
    return tasks.filter((task) => task.startedBy === startedBy).filter(hasArn);
  };
  const running = await read(await ecs.listTasks({ cluster, status: 'RUNNING', startedBy }));
  const ending = await read(await ecs.listTasks({ cluster, status: 'STOPPED', family }));
  const all = [
    ...running,
    ...ending.filter(({ taskArn }) => !running.some((task) => task.taskArn === taskArn)),
  ];
  // A task that was told to stop is listed as stopped while it still runs.
  return {
    open: newest(all.filter((task) => !isOver(task, container))),
    stopped: all.filter((task) => isOver(task, container)),
  };
}

function newest(tasks: readonly Arrived[]): Arrived | undefined {
  return [...tasks].sort(
    (one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0),
  )[0];
}

function hasArn(task: Task): task is Arrived {
  return task.taskArn !== undefined;
}

function describeFailure(failure: Failure | undefined): string {
  const parts = [failure?.reason, failure?.detail].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? 'ECS gave neither a task nor a reason' : parts.join(': ');
}

function isPassing(reason: string): boolean {
  return /capacity is unavailable/i.test(reason);
}

function notStarted(reason: string): DeployError {
  return new DeployError('TASK_NOT_STARTED', `the task could not be started: ${reason}`, {
    hint:
      hintForStopReason(reason) ??
      'The reasons are explained in the ECS developer guide, "API failures messages".',
  });
}
