import { DeployError } from '../errors.ts';
import type { Task } from '../ports/ecs.ts';
import { sameRevision, shortId } from '../rules/ecs-names.ts';
import { logLocation, logStreamName } from '../rules/log-location.ts';
import { groupStopReasons, type StopReasonGroup } from '../rules/stop-reasons.ts';
import type { StepContext } from './context.ts';

/** How many of the newest stopped tasks are looked at; ECS keeps them for about an hour. */
const MOST_TASKS = 100;
const TAIL_LINES = 50;

export interface Diagnosis {
  stopReasons: StopReasonGroup[];
  /** The last lines of one failed container. */
  logTail: string[];
}

/**
 * Why the tasks of a revision stopped, and the last words of one of them. A diagnosis never changes a verdict: what
 * cannot be read is left out and said in the debug log.
 */
export async function diagnose(
  context: Pick<StepContext, 'ecs' | 'logs' | 'log' | 'region'>,
  cluster: string,
  service: string,
  taskDefinition: string,
): Promise<Diagnosis> {
  try {
    const arns = await context.ecs.listTasks({ cluster, service, status: 'STOPPED' });
    if (arns.length === 0) return { stopReasons: [], logTail: [] };
    const { tasks } = await context.ecs.describeTasks(cluster, arns.slice(0, MOST_TASKS));
    const ours = tasks.filter(
      ({ taskDefinitionArn }) =>
        taskDefinitionArn !== undefined && sameRevision(taskDefinitionArn, taskDefinition),
    );
    const stopReasons = groupStopReasons(ours);
    return { stopReasons, logTail: await lastWords(context, ours, stopReasons[0], taskDefinition) };
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    context.log.debug(`stopped tasks of ${service} not read: ${error.message}`);
    return { stopReasons: [], logTail: [] };
  }
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
