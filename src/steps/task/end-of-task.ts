import { DeployError, asDeployError } from '../../errors.ts';
import type { OneOffPlan } from '../../config/plan.ts';
import type { Task } from '../../ports/ecs.ts';
import type { TaskReport } from '../../report/run-report.ts';
import { stopTaskCommand } from '../../rules/aws/aws-commands.ts';
import { shortId } from '../../rules/aws/ecs-names.ts';
import { taskSeconds } from '../../rules/task/task-timings.ts';
import { taskVerdict } from '../../rules/task/task-verdict.ts';
import type { StepContext } from '../context.ts';
import type { TaskLog } from './task-log.ts';
import type { TaskMemory } from './task-state.ts';
import { watchTask } from './watch-task.ts';

/** A one-off task that is under way. */
export interface RunningTask {
  cluster: string;
  arn: string;
  container: string;
  plan: OneOffPlan;
  /** What people call it: "migration". */
  title: string;
  log: TaskLog;
  report: TaskReport;
  memory: TaskMemory;
}

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'region' | 'signal'>;

/** From StopTask to STOPPED: stopTimeout gives a container 120 s at most, then the network is taken apart. */
const STOP_GRACE_MS = 180_000;

/**
 * The task when it is over, its log read to the end. At the time-out it is stopped and its end awaited, and that is
 * TASK_TIMED_OUT, unless it came to its own good end meanwhile.
 */
export async function waitForEnd(context: Context, running: RunningTask): Promise<Task> {
  const { cluster, arn, container, plan, title } = running;
  const over = await watch(context, running, plan.timeoutSeconds * 1000);
  if (over !== undefined) return over;

  const reason = `timed out after ${plan.timeoutSeconds} s`;
  context.log.info(`The ${title} ${reason}, stopping task ${shortId(arn)}`);
  try {
    await context.ecs.stopTask(cluster, arn, `deploy-action: ${reason}`);
  } catch (error) {
    context.log.info(`The task could not be stopped: ${asDeployError(error).message}`);
    throw timedOut(running, `${reason}; its task still runs, end it with: ${endCommand(context, running)}`);
  }
  const stopped = await watch(context, running, STOP_GRACE_MS);
  if (stopped === undefined)
    throw timedOut(running, `${reason}; task ${arn} was told to stop but still runs`);
  if (taskVerdict(stopped, container).succeeded) return stopped;
  keepSeconds(running.report, stopped);
  throw timedOut(running, `${reason}; its task was stopped`);
}

async function watch(
  context: Context,
  running: RunningTask,
  milliseconds: number,
): Promise<Task | undefined> {
  const { cluster, arn, container, log } = running;
  const over = await watchTask(context, {
    cluster,
    arn,
    container,
    deadline: context.clock.now() + milliseconds,
    onLook: async (task) => log(task)?.read(),
  });
  // A task that never started has no log to wait for.
  if (over?.startedAt !== undefined) await log(over)?.drain();
  return over;
}

function timedOut({ report, title }: RunningTask, reason: string): DeployError {
  Object.assign(report, { state: 'timed-out', reason });
  return new DeployError('TASK_TIMED_OUT', `${title}: ${reason}`, {
    hint: 'No service was changed. Raise its `timeout` where it needs more time.',
  });
}

/** Writes down how long the phases of a task took, as far as they are known. */
export function keepSeconds(report: TaskReport, task: Task): void {
  const seconds = taskSeconds(task);
  if (Object.keys(seconds).length > 0) report.seconds = seconds;
}

/** We leave while the task runs, cancelled or no longer able to see it: it is stopped where that is wanted, else named. */
export async function leaveTask(context: Context, running: RunningTask): Promise<void> {
  const { ecs, log, signal } = context;
  const { cluster, arn, plan, report, memory } = running;
  if (signal.aborted && plan.onCancel === 'stop') {
    try {
      await ecs.stopTask(cluster, arn, 'deploy-action: the run was cancelled');
      Object.assign(report, { state: 'failed', reason: 'stopped, because the run was cancelled' });
      log.info(`Task ${shortId(arn)} was told to stop`);
      memory.forget();
      return;
    } catch (error) {
      log.info(`The task could not be stopped: ${asDeployError(error).message}`);
    }
  }
  report.reason = 'it still runs';
  log.info(`Task ${shortId(arn)} still runs. End it with: ${endCommand(context, running)}`);
}

function endCommand({ region }: Context, { cluster, arn }: RunningTask): string {
  return `${stopTaskCommand(cluster, arn)} --region ${region}`;
}
