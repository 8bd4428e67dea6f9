import { DeployError, asDeployError, isAwsError } from '../errors.ts';
import type { OneOffPlan } from '../config/plan.ts';
import type { Task } from '../ports/ecs.ts';
import type { TaskReport } from '../report/run-report.ts';
import { stopTaskCommand } from '../rules/aws-commands.ts';
import { oneOffContainer } from '../rules/container-match.ts';
import { revisionName, shortId } from '../rules/ecs-names.ts';
import type { JsonObject } from '../rules/json.ts';
import { logLocation, logStreamName } from '../rules/log-location.ts';
import type { LogLocation } from '../rules/log-location.ts';
import { hintForStopReason } from '../rules/stop-reasons.ts';
import { containerNamed, isEssential, textOf } from '../rules/task-definition.ts';
import { startedBy, taskKey } from '../rules/task-key.ts';
import { describeSeconds, taskSeconds } from '../rules/task-timings.ts';
import { taskVerdict } from '../rules/task-verdict.ts';
import type { StepContext } from './context.ts';
import { followLog } from './follow-log.ts';
import type { FollowedLog } from './follow-log.ts';
import type { LiveService } from './read-services.ts';
import { startTask } from './start-task.ts';
import { watchTask } from './watch-task.ts';

/** What makes a run the same run again: its tasks are followed, not repeated. */
export interface RunIdentity {
  repository?: string;
  environment: string;
  cluster: string;
  runId: string;
}

export interface OneOffTask {
  purpose: TaskReport['purpose'];
  plan: OneOffPlan;
  /** Network, launch type and platform are copied from it. */
  service: LiveService;
  taskDefinition: { arn: string; definition: JsonObject };
  /** "registry/name" and "sha256:…". */
  image: { uri: string; digest: string };
  run: RunIdentity;
}

type Context = Pick<
  StepContext,
  'ecs' | 'logs' | 'clock' | 'log' | 'report' | 'region' | 'signal' | 'saveState'
>;

const NAMES: Record<TaskReport['purpose'], string> = {
  migrate: 'migration',
  'before-deploy': 'before-deploy task',
};
const LOG_TAIL_LINES = 50;
/** From StopTask to STOPPED: stopTimeout allows a container 120 s at most, then the network is taken apart. */
const STOP_GRACE_MS = 180_000;

/**
 * What the post step needs to know of a task whose process was killed. The ARN is absent between asking ECS for the
 * task and its answer; `startedBy` finds the task then.
 */
export interface TaskState {
  cluster: string;
  startedBy: string;
  onCancel: OneOffPlan['onCancel'];
  arn?: string;
}
export const TASK_STATE = 'task';

function remember({ saveState }: Context, state: TaskState | undefined): void {
  saveState(TASK_STATE, state === undefined ? '' : JSON.stringify(state));
}

/**
 * Runs a command to its end in a task like those of a service, shows its log, and judges its exit code. Rejects with
 * TASK_NOT_STARTED, TASK_FAILED or TASK_TIMED_OUT; the report has the task either way.
 */
export async function runOneOffTask(context: Context, request: OneOffTask): Promise<TaskReport> {
  const { purpose, plan } = request;
  const report: TaskReport = {
    purpose,
    service: plan.service,
    command: plan.command,
    state: 'running',
    logTail: [],
  };
  context.report.tasks.push(report);
  try {
    return await runToItsEnd(context, request, report);
  } catch (thrown) {
    if (report.arn === undefined) report.state = 'failed';
    // Cancelled or unanswered while ECS was asked for the task: there may be one.
    const isUnknown = context.signal.aborted || (isAwsError(thrown) && thrown.retryable);
    if (report.state !== 'running' && !isUnknown) remember(context, undefined);
    report.reason ??= asDeployError(thrown).message;
    throw thrown;
  }
}

async function runToItsEnd(context: Context, request: OneOffTask, report: TaskReport): Promise<TaskReport> {
  const { plan, service, taskDefinition, image, run, purpose } = request;
  const container = oneOffContainer(taskDefinition.definition, {
    service: plan.service,
    image: `${image.uri}@${image.digest}`,
    ...(plan.container === undefined ? {} : { container: plan.container }),
  });
  const location = logLocation(taskDefinition.definition, container, context.region);
  sayBeforeStart(context, taskDefinition.definition, container, location);

  const key = taskKey({
    ...run,
    imageDigest: image.digest,
    service: plan.service,
    container,
    command: plan.command,
  });
  const wanted = {
    cluster: run.cluster,
    service: service.service,
    taskDefinition: taskDefinition.arn,
    family: textOf(taskDefinition.definition['family']),
    container,
    command: plan.command,
    key,
    startedBy: startedBy(purpose, key),
  };
  const remembered = { cluster: run.cluster, startedBy: wanted.startedBy, onCancel: plan.onCancel };
  remember(context, remembered);
  const { task, state } = await startTask(context, wanted);
  report.arn = task.taskArn;
  if (state === 'done') {
    remember(context, undefined);
    context.log.info(`Task ${shortId(task.taskArn)} of this run has already ended with exit code 0`);
    return Object.assign(report, {
      state: 'succeeded',
      exitCode: 0,
      reason: 'done by an earlier attempt of this run',
    });
  }

  remember(context, { ...remembered, arn: task.taskArn });
  context.log.info(
    state === 'followed'
      ? `Following task ${shortId(task.taskArn)}, which an earlier attempt of this run started`
      : `Started task ${shortId(task.taskArn)} on ${revisionName(taskDefinition.arn)}: ${plan.command.join(' ')}`,
  );
  const follower = logFollower(context, location, container, report);
  try {
    const stopped = await waitForEnd(context, request, report, { arn: task.taskArn, container, follower });
    judge(context, request, report, container, stopped);
    remember(context, undefined);
    return report;
  } catch (thrown) {
    if (report.state === 'running') await leaveOrStop(context, request, task.taskArn, report);
    throw thrown;
  }
}

function sayBeforeStart(
  { log }: Context,
  definition: JsonObject,
  container: string,
  location: LogLocation,
): void {
  if ('unreadable' in location) log.info(`The log cannot be shown here: ${location.unreadable}`);
  const chosen = containerNamed(definition, container);
  if (chosen !== undefined && !isEssential(chosen)) {
    log.warn(
      'Container not essential',
      `Container ${container} is not essential: the task ends only when an essential container of it ends.`,
    );
  }
}

/** The log of the task, from the moment its stream's name is known. */
function logFollower(
  context: Context,
  location: LogLocation,
  container: string,
  report: TaskReport,
): (task: Task) => FollowedLog | undefined {
  let followed: FollowedLog | undefined;
  return (task) => {
    if (followed !== undefined || 'unreadable' in location) return followed;
    const runtimeId = task.containers?.find(({ name }) => name === container)?.runtimeId;
    const stream = logStreamName(location.prefix, container, { id: shortId(task.taskArn ?? ''), runtimeId });
    if (stream === undefined) return undefined;
    report.logStream = { group: location.group, stream, region: location.region };
    followed = followLog(context, report.logStream, (lines) => {
      report.logTail = [...report.logTail, ...lines].slice(-LOG_TAIL_LINES);
    });
    return followed;
  };
}

/** The task as it stopped. At the time-out it is stopped by us, unless it comes to its own end before that. */
async function waitForEnd(
  context: Context,
  { plan, run, purpose }: OneOffTask,
  report: TaskReport,
  task: { arn: string; container: string; follower: (task: Task) => FollowedLog | undefined },
): Promise<Task> {
  const { clock, ecs, log } = context;
  const { arn, container, follower } = task;
  const watch = async (milliseconds: number) => {
    const stopped = await watchTask(context, {
      cluster: run.cluster,
      arn,
      container,
      deadline: clock.now() + milliseconds,
      onLook: async (look) => follower(look)?.read(),
    });
    // A task that never started has no log to wait for.
    if (stopped?.startedAt !== undefined) await follower(stopped)?.drain();
    return stopped;
  };

  const stopped = await watch(plan.timeoutSeconds * 1000);
  if (stopped !== undefined) return stopped;

  const reason = `timed out after ${plan.timeoutSeconds} s`;
  const timedOut = (now: string) => {
    Object.assign(report, { state: 'timed-out', reason: `${reason}; ${now}` });
    return new DeployError('TASK_TIMED_OUT', `${NAMES[purpose]}: ${reason}; ${now}`, {
      hint: 'No service was changed. Raise its `timeout` where it needs more time.',
    });
  };
  log.info(`The ${NAMES[purpose]} ${reason}, stopping task ${shortId(arn)}`);
  try {
    await ecs.stopTask(run.cluster, arn, `deploy-action: ${reason}`);
  } catch (error) {
    log.info(`The task could not be stopped: ${asDeployError(error).message}`);
    throw timedOut(`its task still runs, end it with: ${endCommand(context, run.cluster, arn)}`);
  }
  const ended = await watch(STOP_GRACE_MS);
  if (ended === undefined) throw timedOut(`task ${arn} was told to stop but still runs`);
  if (taskVerdict(ended, container).succeeded) return ended;
  Object.assign(report, secondsOf(ended));
  throw timedOut('its task was stopped');
}

/** Puts the verdict into the report and throws where the task did not do its work. */
function judge(
  { log }: Context,
  { purpose }: OneOffTask,
  report: TaskReport,
  container: string,
  stopped: Task,
): void {
  const verdict = taskVerdict(stopped, container);
  Object.assign(report, secondsOf(stopped));
  if (verdict.exitCode !== undefined) report.exitCode = verdict.exitCode;
  if (report.seconds !== undefined) log.info(`The task took: ${describeSeconds(report.seconds)}`);
  if (verdict.succeeded) {
    report.state = 'succeeded';
    return;
  }
  report.state = 'failed';
  report.reason = verdict.reason;
  const known = hintForStopReason(`${verdict.reason}, exit code ${verdict.exitCode ?? 'none'}`);
  throw new DeployError('TASK_FAILED', `${NAMES[purpose]}: container ${container} ${verdict.reason}`, {
    hint: [known, 'No service was changed.'].filter((part) => part !== undefined).join(' '),
  });
}

function secondsOf(task: Task): Pick<TaskReport, 'seconds'> {
  const seconds = taskSeconds(task);
  return Object.keys(seconds).length === 0 ? {} : { seconds };
}

/** We leave while the task runs: cancelled, or no longer able to see it. What runs on is named. */
async function leaveOrStop(
  context: Context,
  { plan, run }: OneOffTask,
  arn: string,
  report: TaskReport,
): Promise<void> {
  const { ecs, log, signal } = context;
  if (signal.aborted && plan.onCancel === 'stop') {
    try {
      await ecs.stopTask(run.cluster, arn, 'deploy-action: the run was cancelled');
      Object.assign(report, { state: 'failed', reason: 'stopped, because the run was cancelled' });
      log.info(`Task ${shortId(arn)} was told to stop`);
      remember(context, undefined);
      return;
    } catch (error) {
      log.info(`The task could not be stopped: ${asDeployError(error).message}`);
    }
  }
  report.reason = 'it still runs';
  log.info(`Task ${shortId(arn)} still runs. End it with: ${endCommand(context, run.cluster, arn)}`);
}

function endCommand({ region }: Context, cluster: string, arn: string): string {
  return `${stopTaskCommand(cluster, arn)} --region ${region}`;
}
