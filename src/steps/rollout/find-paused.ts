import { DeployError } from '../../errors.ts';
import type { StepContext } from '../context.ts';
import { pausesOf, type PausedAt } from './lifecycle-hook.ts';
import { openDeployments, revisionsOf, type DeploymentRevisions } from '../services/open-deployments.ts';
import type { LiveService } from '../services/read-services.ts';

export interface PausedService extends PausedAt {
  live: LiveService;
  revisions: DeploymentRevisions;
}

/** The services whose deployments wait at a lifecycle hook, or the one that waits at the hook that is named. */
export async function findPaused(
  context: Pick<StepContext, 'ecs'>,
  cluster: string,
  services: readonly LiveService[],
  hookId: string | undefined,
): Promise<PausedService[]> {
  const paused = await allPaused(context, cluster, services);
  const wanted = hookId === undefined ? paused : paused.filter(({ hook }) => hook.hookId === hookId);
  if (wanted.length > 0) return wanted;
  const names = services.map(({ plan }) => plan.name).join(', ');
  const where =
    hookId === undefined ? 'paused at a lifecycle hook' : `paused at the lifecycle hook ${hookId}`;
  const waiting = paused.map(({ service, hook }) => `${service} at ${hook.hookId}`).join(', ');
  throw new DeployError('NOTHING_PAUSED', `no deployment of ${names} is ${where}`, {
    hint:
      waiting === ''
        ? 'Somebody may have acted on it, or it has expired: `status` tells what runs now, and `wait` follows what is in flight.'
        : `Paused now: ${waiting}.`,
  });
}

async function allPaused(
  context: Pick<StepContext, 'ecs'>,
  cluster: string,
  services: readonly LiveService[],
): Promise<PausedService[]> {
  const paused: PausedService[] = [];
  for (const open of await openDeployments(context, cluster, services)) {
    const waiting = pausesOf(open);
    if (waiting.length === 0) continue;
    const revisions = await revisionsOf(context, open.deployment);
    paused.push(...waiting.map((at) => ({ ...at, live: open.live, revisions })));
  }
  return paused;
}
