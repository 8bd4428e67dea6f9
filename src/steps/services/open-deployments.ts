import type { ServiceDeployment } from '../../ports/ecs.ts';
import { deploymentInFlight } from '../../rules/rollout/service-guards.ts';
import { needsServiceDeployment } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from './read-services.ts';

/** A service whose newest service deployment has not ended. */
export interface OpenDeployment {
  live: LiveService;
  arn: string;
  deployment: ServiceDeployment;
}

const OPEN: readonly (string | undefined)[] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
];

/**
 * The service deployments that have not ended, also those that `deployments[]` calls complete while they bake or wait
 * at a hook. A service that has none is left out. Rejects with `AwsError`.
 */
export async function openDeployments(
  { ecs }: Pick<StepContext, 'ecs'>,
  cluster: string,
  services: readonly LiveService[],
): Promise<OpenDeployment[]> {
  const current: { live: LiveService; arn: string }[] = [];
  for (const live of services) {
    const arn = live.service.currentServiceDeployment ?? (await newestOpen({ ecs }, cluster, live));
    if (arn !== undefined) current.push({ live, arn });
  }
  if (current.length === 0) return [];
  const described = await ecs.describeServiceDeployments(current.map(({ arn }) => arn));
  return current.flatMap(({ live, arn }) => {
    const deployment = described.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
    return deployment !== undefined && OPEN.includes(deployment.status) ? [{ live, arn, deployment }] : [];
  });
}

async function newestOpen(
  { ecs }: Pick<StepContext, 'ecs'>,
  cluster: string,
  { plan, service }: LiveService,
): Promise<string | undefined> {
  if (!needsServiceDeployment(service) && deploymentInFlight(service.deployments) === undefined)
    return undefined;
  const deployments = await ecs.listServiceDeployments(cluster, plan.name);
  return deployments.find(({ status }) => OPEN.includes(status))?.arn;
}

/** The revisions that a deployment leads from and to, as ARNs, where ECS tells. */
export interface DeploymentRevisions {
  taskDefinition?: string;
  previousTaskDefinition?: string;
}

/** From the service revisions: `deployments[]` may call a deployment complete while it bakes or waits. */
export async function revisionsOf(
  { ecs }: Pick<StepContext, 'ecs'>,
  {
    targetServiceRevision,
    sourceServiceRevisions,
  }: Pick<ServiceDeployment, 'targetServiceRevision' | 'sourceServiceRevisions'>,
): Promise<DeploymentRevisions> {
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
