import type { Task } from '../../ports/ecs.ts';
import { stopTaskCommand } from '../../rules/aws/aws-commands.ts';
import { shortId } from '../../rules/aws/ecs-names.ts';
import type { TaskState } from '../../rules/record/saved-state.ts';
import type { StepContext } from '../context.ts';

type Context = Pick<StepContext, 'ecs' | 'log' | 'region'>;

/**
 * Stops the task of a run that was cut short where that was asked for (`mayAct`), else names it, where it runs on, with
 * the command that ends it. A second time it finds it stopping.
 */
export async function finishTask(
  context: Context,
  state: TaskState,
  { mayAct }: { mayAct: boolean },
): Promise<void> {
  for (const task of await tasksOf(context, state)) await finishOne(context, state, task, mayAct);
}

async function tasksOf({ ecs }: Context, { cluster, startedBy, arn }: TaskState): Promise<Task[]> {
  const arns = arn === undefined ? await ecs.listTasks({ cluster, status: 'RUNNING', startedBy }) : [arn];
  if (arns.length === 0) return [];
  return (await ecs.describeTasks(cluster, arns)).tasks;
}

async function finishOne(
  { ecs, log, region }: Context,
  { cluster, startedBy, onCancel }: TaskState,
  { taskArn: arn = '', lastStatus, desiredStatus }: Task,
  mayAct: boolean,
): Promise<void> {
  const name = `Task ${shortId(arn)} (${purposeOf(startedBy)})`;
  if (lastStatus === 'STOPPED') {
    log.info(`${name} has ended`);
  } else if (desiredStatus === 'STOPPED') {
    log.info(`${name} is stopping`);
  } else if (mayAct && onCancel === 'stop') {
    await ecs.stopTask(cluster, arn, 'deploy-action: the run was cut short');
    log.info(`${name} was told to stop`);
  } else {
    log.warn(
      'A task still runs',
      `${name} still runs. End it with: ${stopTaskCommand(cluster, arn)} --region ${region}`,
    );
  }
}

/** A task that could not be looked at. */
export function tellTask(
  { log, region }: Pick<Context, 'log' | 'region'>,
  { cluster, startedBy, arn }: TaskState,
  reason: string,
): void {
  const end =
    arn === undefined
      ? `Look for it: aws ecs list-tasks --cluster ${cluster} --started-by ${startedBy} --region ${region}`
      : `End it with: ${stopTaskCommand(cluster, arn)} --region ${region}`;
  log.warn('Not finished', `the task (${purposeOf(startedBy)}) may still run: ${reason}. ${end}`);
}

/** "migrate" of "deploy-action/migrate/KEY". */
function purposeOf(startedBy: string): string {
  return startedBy.split('/')[1] ?? startedBy;
}
