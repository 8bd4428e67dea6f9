import { CancelledError, DeployError } from '../../errors.ts';
import type { Task } from '../../ports/ecs.ts';
import { sameRevision, shortId } from '../../rules/aws/ecs-names.ts';
import { logLocation, logStreamName } from '../../rules/task/log-location.ts';
import { groupStopReasons, type StopReasonGroup } from '../../rules/task/stop-reasons.ts';
import type { StepContext } from '../context.ts';

/** How many of the newest stopped tasks are looked at; ECS keeps them for about an hour. */
const MOST_TASKS = 100;
const TAIL_LINES = 50;

export interface Diagnosis {
  stopReasons: StopReasonGroup[];
  /** The last lines of one failed container. */
  logTail: string[];
}

/** One deployment of a service: only its own tasks count. */
export interface Deployed {
  service: string;
  taskDefinition: string;
  deploymentId: string;
}

/** So many tasks that end for the same reason, with none left running, end a wait (design, section 7: fail fast). */
const CRASH_LOOP = 3;

/**
 * The reason that keeps every task of a revision from staying up, in words; undefined where they end for different
 * reasons, or where it cannot be read.
 */
export async function findCrashLoop(
  context: Pick<StepContext, 'ecs' | 'log'>,
  cluster: string,
  deployed: Deployed,
): Promise<string | undefined> {
  try {
    const [most] = groupStopReasons(await stoppedTasks(context, cluster, deployed));
    if (most === undefined || most.count < CRASH_LOOP) return undefined;
    return `${most.count} tasks stopped for the same reason: ${most.reason}`;
  } catch (error) {
    if (!(error instanceof DeployError) || error instanceof CancelledError) throw error;
    context.log.debug(`stopped tasks of ${deployed.service} not read: ${error.message}`);
    return undefined;
  }
}

/**
 * Why the tasks of a revision stopped, and the last words of one of them. A diagnosis never changes a verdict: what
 * cannot be read is left out and said in the debug log.
 */
export async function diagnose(
  context: Pick<StepContext, 'ecs' | 'logs' | 'log' | 'region'>,
  cluster: string,
  deployed: Deployed,
): Promise<Diagnosis> {
  try {
    const ours = await stoppedTasks(context, cluster, deployed);
    const stopReasons = groupStopReasons(ours);
    return { stopReasons, logTail: await lastWords(context, ours, stopReasons[0], deployed.taskDefinition) };
  } catch (error) {
    if (!(error instanceof DeployError) || error instanceof CancelledError) throw error;
    context.log.debug(`stopped tasks of ${deployed.service} not read: ${error.message}`);
    return { stopReasons: [], logTail: [] };
  }
}

async function stoppedTasks(
  { ecs }: Pick<StepContext, 'ecs'>,
  cluster: string,
  { service, taskDefinition, deploymentId }: Deployed,
): Promise<Task[]> {
  const arns = await ecs.listTasks({ cluster, service, status: 'STOPPED' });
  if (arns.length === 0) return [];
  const { tasks } = await ecs.describeTasks(cluster, arns.slice(0, MOST_TASKS));
  return tasks.filter(
    ({ taskDefinitionArn, startedBy }) =>
      taskDefinitionArn !== undefined &&
      sameRevision(taskDefinitionArn, taskDefinition) &&
      // A service names its deployment there. An earlier one of the same revision may have failed for reasons long mended.
      (startedBy?.startsWith('ecs-svc/') !== true || startedBy === deploymentId),
  );
}

async function lastWords(
  { ecs, logs, region }: Pick<StepContext, 'ecs' | 'logs' | 'region'>,
  tasks: readonly Task[],
  group: StopReasonGroup | undefined,
  taskDefinition: string,
): Promise<string[]> {
  const task = tasks.find(({ taskArn }) => taskArn !== undefined && taskArn === group?.taskArn);
  if (task?.taskArn === undefined || group?.container === undefined) return [];
  const { definition } = await ecs.describeTaskDefinition(taskDefinition);
  const location = logLocation(definition, group.container, region);
  if ('unreadable' in location) return [];
  const runtimeId = task.containers?.find(({ name }) => name === group.container)?.runtimeId;
  const stream = logStreamName(location.prefix, group.container, { id: shortId(task.taskArn), runtimeId });
  if (stream === undefined) return [];
  const events = await logs.readTail({ group: location.group, region: location.region, stream }, TAIL_LINES);
  return (events ?? []).map(({ message }) => message);
}
