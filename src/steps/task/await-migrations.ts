import { DeployError, isAwsError } from '../../errors.ts';
import { stopTaskCommand } from '../../rules/aws/aws-commands.ts';
import { shortId } from '../../rules/aws/ecs-names.ts';
import { isStartedFor } from '../../rules/task/task-key.ts';
import { taskPollInterval } from '../../rules/task/task-poll-interval.ts';
import type { StepContext } from '../context.ts';

export interface OtherMigrations {
  cluster: string;
  /** The family whose tasks are looked at: that of the migration. */
  family: string;
  /** What our own migration carries; one that runs already is followed, not waited for. */
  ownStartedBy: string;
  timeoutSeconds: number;
}

/**
 * One migration at a time (law 11): waits until no other run's migration is under way. Two runs that look at the same
 * moment both go on; the concurrency group of the workflow is what keeps them apart.
 */
export async function awaitOtherMigrations(
  context: Pick<StepContext, 'ecs' | 'clock' | 'log' | 'region' | 'signal'>,
  others: OtherMigrations,
): Promise<void> {
  const { clock, log, region, signal } = context;
  const since = clock.now();
  let told: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const running = await otherMigration(context, others);
    if (running === undefined) return;
    if (running !== 'unclear' && running !== told) {
      told = running;
      log.info(`Waiting for task ${shortId(running)}, the migration of another run`);
    }
    if (clock.now() - since >= others.timeoutSeconds * 1000) {
      const arn = told ?? 'unknown';
      throw new DeployError(
        'TASK_NOT_STARTED',
        `migration: the migration of another run has not ended within ${others.timeoutSeconds} s: task ${shortId(arn)}`,
        {
          hint: `No service was changed. Where that task hangs, end it with: ${stopTaskCommand(others.cluster, arn)} --region ${region}`,
        },
      );
    }
    await clock.sleep(taskPollInterval(clock.now() - since, clock.random()), signal);
  }
}

/** The ARN of one that runs; `unclear` when ECS did not answer this time. */
async function otherMigration(
  { ecs, log }: Pick<StepContext, 'ecs' | 'log'>,
  { cluster, family, ownStartedBy }: OtherMigrations,
): Promise<string | undefined> {
  try {
    const arns = await ecs.listTasks({ cluster, status: 'RUNNING', family });
    if (arns.length === 0) return undefined;
    const { tasks } = await ecs.describeTasks(cluster, arns);
    return tasks.find(
      ({ startedBy, lastStatus }) =>
        isStartedFor('migrate', startedBy) && startedBy !== ownStartedBy && lastStatus !== 'STOPPED',
    )?.taskArn;
  } catch (error) {
    if (!isAwsError(error) || !error.retryable) throw error;
    log.debug(`The tasks could not be read, they are looked at again: ${error.message}`);
    return 'unclear';
  }
}
