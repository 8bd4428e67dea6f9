import { isAwsError } from '../../errors.ts';
import { hookCommands } from '../../rules/aws/aws-commands.ts';
import { expiryWords, pauseHooks, type PauseHook } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import type { OpenDeployment } from '../services/open-deployments.ts';

/** A deployment that waits at a PAUSE hook. */
export interface PausedAt {
  service: string;
  serviceDeploymentArn: string;
  hook: PauseHook;
}

/** Where an open deployment waits for somebody; it can be continued only while it goes forward. */
export function pausesOf({ live, arn, deployment }: OpenDeployment): PausedAt[] {
  if (deployment.status !== 'IN_PROGRESS') return [];
  const { name } = live.plan;
  return pauseHooks(deployment.lifecycleHookDetails).map((hook) => ({
    service: name,
    serviceDeploymentArn: arn,
    hook,
  }));
}

/** Says until when a deployment waits and at which hook, and the commands that end the wait either way. */
export function tellPause(
  { log, report }: Pick<StepContext, 'log' | 'report'>,
  cluster: string,
  { service, serviceDeploymentArn, hook }: PausedAt,
): void {
  const { environment } = report;
  const { hookId } = hook;
  const commands = hookCommands({ environment, cluster, service, serviceDeploymentArn, hookId });
  log.info(`${service} is paused at a lifecycle hook ${expiryWords(hook)}`);
  log.info(`  hook ${hookId}`);
  log.info('To continue, one of:');
  for (const command of commands.continue) log.info(`  ${command}`);
  log.info('To roll back, one of:');
  for (const command of commands.rollback) log.info(`  ${command}`);
}

/** A lost answer is read back this often before the action counts as failed. */
const MOST_ATTEMPTS = 3;

/** Acts on a hook. The call carries no token: when its answer is lost, the hook is read again before anything is sent. */
export async function actOnHook(
  { ecs, clock, log, signal }: Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>,
  { serviceDeploymentArn, hook: { hookId } }: PausedAt,
  action: 'CONTINUE' | 'ROLLBACK',
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ecs.continueServiceDeployment(serviceDeploymentArn, hookId, action);
      return;
    } catch (error) {
      if (!isAwsError(error) || !error.retryable || attempt === MOST_ATTEMPTS) throw error;
      log.info(`The answer was lost, reading the hook again: ${error.message}`);
      await clock.sleep(1_000 * attempt, signal);
      const [deployment] = await ecs.describeServiceDeployments([serviceDeploymentArn]);
      const waiting = pauseHooks(deployment?.lifecycleHookDetails);
      if (!waiting.some((hook) => hook.hookId === hookId)) return;
    }
  }
}
