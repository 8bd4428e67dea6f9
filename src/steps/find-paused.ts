import { DeployError } from '../errors.ts';
import type { ServiceDeployment } from '../ports/ecs.ts';
import { pauseHooks } from '../rules/rollout/traffic-shift.ts';
import type { StepContext } from './context.ts';
import type { PausedAt } from './lifecycle-hook.ts';
import type { LiveService } from './read-services.ts';

export interface PausedService extends PausedAt {
  live: LiveService;
  /** The revisions that the deployment leads from and to, as ARNs, where ECS tells. */
  revisions: { taskDefinition?: string; previousTaskDefinition?: string };
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
  const current: { live: LiveService; arn: string }[] = [];
  for (const live of services) {
    const arn = live.service.currentServiceDeployment ?? (await newestInProgress(context, cluster, live));
    if (arn !== undefined) current.push({ live, arn });
  }
  const described = await context.ecs.describeServiceDeployments(current.map(({ arn }) => arn));
  const paused: PausedService[] = [];
  for (const { live, arn } of current) {
    const deployment = described.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
    if (deployment?.status !== 'IN_PROGRESS') continue;
    const hooks = pauseHooks(deployment.lifecycleHookDetails);
    if (hooks.length === 0) continue;
    const at = { live, service: live.plan.name, serviceDeploymentArn: arn };
    const revisions = await revisionsOf(context, deployment);
    paused.push(...hooks.map((hook) => ({ ...at, hook, revisions })));
  }
  return paused;
}

/** From the service revisions: `deployments[]` may call a deployment complete while it bakes or waits. */
async function revisionsOf(
  { ecs }: Pick<StepContext, 'ecs'>,
  { targetServiceRevision, sourceServiceRevisions }: ServiceDeployment,
): Promise<PausedService['revisions']> {
  const target = targetServiceRevision?.arn;
  const source = sourceServiceRevisions?.[0]?.arn;
  const arns = [target, source].filter((arn) => arn !== undefined);
  const revisions = arns.length === 0 ? [] : await ecs.describeServiceRevisions(arns);
  const definitionOf = (arn: string | undefined) =>
    revisions.find(({ serviceRevisionArn }) => arn !== undefined && serviceRevisionArn === arn)
      ?.taskDefinition;
  const taskDefinition = definitionOf(target);
  const previousTaskDefinition = definitionOf(source);
  return {
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(previousTaskDefinition === undefined ? {} : { previousTaskDefinition }),
  };
}

async function newestInProgress(
  { ecs }: Pick<StepContext, 'ecs'>,
  cluster: string,
  { plan }: LiveService,
): Promise<string | undefined> {
  const deployments = await ecs.listServiceDeployments(cluster, plan.name);
  return deployments.find(({ status }) => status === 'IN_PROGRESS')?.arn;
}
