import { DeployError, isAwsError } from '../../errors.ts';
import type { TaskVerifyPlan } from '../../config/plan.ts';
import type { StoredTaskDefinition } from '../../ports/ecs.ts';
import { runOneOffTask, type RunIdentity } from '../task/one-off-task.ts';
import type { LiveService } from '../services/read-services.ts';
import type { Finding, Progress } from './finding.ts';

type Context = Parameters<typeof runOneOffTask>[0];

export interface VerifyTaskRequest {
  plan: TaskVerifyPlan;
  services: readonly {
    live: LiveService;
    taskDefinition: Pick<StoredTaskDefinition, 'arn' | 'definition'>;
  }[];
  image: { uri: string; digest: string };
  run: RunIdentity;
}

/** Runs a one-off task on the new revision. What an earlier attempt of the run began on the same deployment is followed. */
export async function verifyByTask(
  context: Context,
  { plan: { task }, services, image, run }: VerifyTaskRequest,
  progress: Progress,
): Promise<Finding> {
  progress.attempts = 1;
  const found = services.find(({ live }) => live.plan.name === task.service);
  if (found === undefined)
    return { state: 'failed', reason: `names service ${task.service}, which is not part of this run` };
  const { live, taskDefinition } = found;
  const tasks = context.report.tasks.length;
  try {
    await runOneOffTask(context, {
      purpose: 'verify',
      plan: task,
      service: live,
      taskDefinition,
      image,
      run,
    });
    return { state: 'passed' };
  } catch (thrown) {
    context.signal.throwIfAborted();
    // An API that was lost says nothing about the release (law 5).
    const isLost = isAwsError(thrown) && (thrown.retryable || thrown.code === 'AWS_CREDENTIALS_EXPIRED');
    if (!(thrown instanceof DeployError) || isLost) throw thrown;
    return {
      state: thrown.code === 'TASK_TIMED_OUT' ? 'timed-out' : 'failed',
      reason: thrown.message.replace(/^verification: /u, ''),
    };
  } finally {
    progress.tail = context.report.tasks[tasks]?.logTail ?? [];
  }
}
