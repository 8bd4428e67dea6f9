import { DeployError, asDeployError, isAwsError } from '../../errors.ts';
import type { OneOffPlan } from '../../config/plan.ts';
import type { Task } from '../../ports/ecs.ts';
import type { TaskReport } from '../../report/run-report.ts';
import { oneOffContainer } from '../../rules/task-definition/container-match.ts';
import { revisionName, shortId } from '../../rules/aws/ecs-names.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { logLocation } from '../../rules/task/log-location.ts';
import type { LogLocation } from '../../rules/task/log-location.ts';
import { hintForStopReason } from '../../rules/task/stop-reasons.ts';
import { containerNamed, isEssential, textOf } from '../../rules/task-definition/task-definition.ts';
import type { TaskOverrides } from '../../rules/task/run-task-input.ts';
import { startedBy, taskKey } from '../../rules/task/task-key.ts';
import { describeSeconds } from '../../rules/task/task-timings.ts';
import { taskVerdict } from '../../rules/task/task-verdict.ts';
import { awaitOtherMigrations } from './await-migrations.ts';
import type { StepContext } from '../context.ts';
import { keepSeconds, leaveTask, waitForEnd } from './end-of-task.ts';
import type { RunningTask } from './end-of-task.ts';
import type { LiveService } from '../services/read-services.ts';
import { startTask } from './start-task.ts';
import type { TaskToStart } from './start-task.ts';
import { taskLog } from './task-log.ts';
import { taskMemory } from './task-state.ts';
import type { TaskMemory } from './task-state.ts';

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
  overrides?: TaskOverrides;
}

type Context = Pick<
  StepContext,
  'ecs' | 'logs' | 'clock' | 'log' | 'report' | 'region' | 'signal' | 'saveState'
>;

const TITLES: Record<TaskReport['purpose'], string> = {
  migrate: 'migration',
  'prove-previous': 'proof on the previous release',
  'before-deploy': 'before-deploy task',
  verify: 'verification',
  run: 'task',
};

/**
 * Runs a command to its end in a task like those of a service, shows its log, and judges its exit code. Rejects with
 * TASK_NOT_STARTED, TASK_FAILED or TASK_TIMED_OUT; the report has the task either way.
 */
export async function runOneOffTask(context: Context, request: OneOffTask): Promise<TaskReport> {
  const { purpose, plan } = request;
  const { service, command } = plan;
  const report: TaskReport = { purpose, service, command, state: 'running', logTail: [] };
  context.report.tasks.push(report);
  const memory = taskMemory(context);
  try {
    return await runToItsEnd(context, request, report, memory);
  } catch (thrown) {
    if (report.arn === undefined) report.state = 'failed';
    // Cancelled or unanswered while ECS was asked for the task: there may be one.
    const isUnknown = context.signal.aborted || (isAwsError(thrown) && thrown.retryable);
    if (report.state !== 'running' && !isUnknown) memory.forget();
    report.reason ??= asDeployError(thrown).message;
    throw thrown;
  }
}

async function runToItsEnd(
  context: Context,
  request: OneOffTask,
  report: TaskReport,
  memory: TaskMemory,
): Promise<TaskReport> {
  const { plan, purpose, taskDefinition } = request;
  const { definition } = taskDefinition;
  const container = containerOf(request);
  const location = logLocation(definition, container, context.region);
  sayBeforeStart(context, definition, container, location);

  const wanted = taskToStart(request, container);
  const remembered = { cluster: wanted.cluster, startedBy: wanted.startedBy, onCancel: plan.onCancel };
  if (purpose === 'migrate') {
    const { cluster, family, startedBy: ownStartedBy } = wanted;
    await awaitOtherMigrations(context, {
      cluster,
      family,
      ownStartedBy,
      timeoutSeconds: plan.timeoutSeconds,
    });
  }
  memory.remember(remembered);
  const { task, state } = await startTask(context, wanted);
  const { taskArn: arn } = task;
  report.arn = arn;
  if (state === 'done') {
    memory.forget();
    context.log.info(`Task ${shortId(arn)} of this run has already ended with exit code 0`);
    const reason = 'done by an earlier attempt of this run';
    return Object.assign(report, { state: 'succeeded', exitCode: 0, reason });
  }
  memory.remember({ ...remembered, arn });
  context.log.info(
    state === 'followed'
      ? `Following task ${shortId(arn)}, which an earlier attempt of this run started`
      : `Started task ${shortId(arn)} on ${revisionName(taskDefinition.arn)}: ${plan.command.join(' ')}`,
  );

  const log = taskLog(context, location, container, report);
  const running = {
    cluster: wanted.cluster,
    arn,
    container,
    plan,
    title: TITLES[purpose],
    log,
    report,
    memory,
  };
  try {
    judge(context, running, await waitForEnd(context, running));
    memory.forget();
    return report;
  } catch (thrown) {
    if (report.state === 'running') await leaveTask(context, running);
    throw thrown;
  }
}

function containerOf({ plan, taskDefinition, image }: OneOffTask): string {
  return oneOffContainer(taskDefinition.definition, {
    service: plan.service,
    image: `${image.uri}@${image.digest}`,
    ...(plan.container === undefined ? {} : { container: plan.container }),
  });
}

function taskToStart(request: OneOffTask, container: string): TaskToStart {
  const { plan, purpose, service, taskDefinition, image, run, overrides } = request;
  const { command } = plan;
  const key = taskKey({ ...run, imageDigest: image.digest, service: plan.service, container, command });
  return {
    cluster: run.cluster,
    service: service.service,
    taskDefinition: taskDefinition.arn,
    family: textOf(taskDefinition.definition['family']),
    container,
    command,
    key,
    startedBy: startedBy(purpose, key),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

function sayBeforeStart(
  { log }: Context,
  definition: JsonObject,
  container: string,
  location: LogLocation,
): void {
  if ('unreadable' in location) log.info(`The log cannot be shown here: ${location.unreadable}`);
  const chosen = containerNamed(definition, container);
  if (chosen === undefined || isEssential(chosen)) return;
  log.warn(
    'Container not essential',
    `Container ${container} is not essential: the task ends only when an essential container of it ends.`,
  );
}

/** Puts the verdict into the report, and throws where the task did not do its work. */
function judge({ log }: Context, { container, title, report }: RunningTask, over: Task): void {
  const verdict = taskVerdict(over, container);
  keepSeconds(report, over);
  if (report.seconds !== undefined) log.info(`The task took: ${describeSeconds(report.seconds)}`);
  if (verdict.exitCode !== undefined) report.exitCode = verdict.exitCode;
  if (verdict.succeeded) {
    report.state = 'succeeded';
    return;
  }
  report.state = 'failed';
  report.reason = verdict.reason;
  const known = hintForStopReason(`${verdict.reason}, exit code ${verdict.exitCode ?? 'none'}`);
  throw new DeployError('TASK_FAILED', `${title}: container ${container} ${verdict.reason}`, {
    hint: [known, 'No service was changed.'].filter((part) => part !== undefined).join(' '),
  });
}
