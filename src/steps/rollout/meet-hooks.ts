import { isAwsError } from '../../errors.ts';
import { expiryWords, type PauseHook } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import type { HookDecisions } from './hook-decisions.ts';
import { actOnHook, tellPause } from './lifecycle-hook.ts';

/** A deployment that is followed, at its PAUSE hooks. */
export interface AtHooks {
  service: string;
  serviceDeploymentArn: string;
  onPause: 'wait' | 'hand-over' | 'pass' | undefined;
  hooks: readonly PauseHook[];
  /** Hooks that were told, or acted on; those that are met now come to them. */
  knownHooks: Set<string>;
}

/** How the wait for it ends at a hook. */
export interface HookEnd {
  outcome: 'failed' | 'paused';
  reason: string;
  hookId?: string;
}

/**
 * What each way of meeting a PAUSE hook does with those that were not met before: a way back passes them; else a
 * verification decides, where there is one; else a person does, now or in a later run.
 */
export async function meetHooks(
  context: Pick<StepContext, 'ecs' | 'clock' | 'log' | 'report' | 'signal'>,
  cluster: string,
  { service, serviceDeploymentArn, onPause, hooks, knownHooks }: AtHooks,
  decisions: HookDecisions | undefined,
): Promise<HookEnd | undefined> {
  for (const hook of hooks.filter(({ hookId }) => !knownHooks.has(hookId))) {
    knownHooks.add(hook.hookId);
    const at = { service, serviceDeploymentArn, hook };
    if (onPause === 'pass') {
      context.log.info(`Continuing ${service} at a lifecycle hook: it is on its way back`);
      const problem = await passHook(context, at);
      if (problem === undefined) continue;
      tellPause(context, cluster, at);
      return { outcome: 'failed', reason: `paused at a lifecycle hook: ${problem}` };
    }
    if (decisions !== undefined) {
      context.log.info(`${service} is paused at a lifecycle hook ${expiryWords(hook)}: \`verify\` decides`);
      decisions.begin(at);
      continue;
    }
    tellPause(context, cluster, at);
    if (onPause !== 'hand-over') continue;
    return {
      outcome: 'paused',
      reason: `paused at a lifecycle hook ${expiryWords(hook)}`,
      hookId: hook.hookId,
    };
  }
  return undefined;
}

/** Answers why it could not be passed: the other services are followed all the same. */
async function passHook(
  context: Parameters<typeof actOnHook>[0],
  at: Parameters<typeof actOnHook>[1],
): Promise<string | undefined> {
  try {
    await actOnHook(context, at, 'CONTINUE');
    return undefined;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return error.message;
  }
}
