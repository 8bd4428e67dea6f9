import type { DeploymentSnapshot, ServiceDeploymentSnapshot, ServiceSnapshot } from './rollout-verdict.ts';

/** One line on where a rollout stands; the caller prints it when it differs from the last one. */
export function progressLine(
  name: string,
  service: ServiceSnapshot,
  deploymentId: string,
  serviceDeployment?: ServiceDeploymentSnapshot,
): string {
  const ours = service.deployments?.find(({ id }) => id === deploymentId);
  const state = serviceDeployment?.status ?? ours?.rolloutState ?? 'not listed';
  const stage = serviceDeployment?.lifecycleStage;
  const failed = ours?.failedTasks ?? 0;
  const old = (service.deployments ?? []).filter(({ id }) => id !== deploymentId);
  return [
    `${name}: ${counts(ours)}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(old.some(({ runningCount = 0 }) => runningCount > 0)
      ? [`${total(old)} of the old revision left`]
      : []),
    stage === undefined ? state : `${state} (${stage})`,
  ].join(', ');
}

function counts(deployment: DeploymentSnapshot | undefined): string {
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = deployment ?? {};
  return `${runningCount} of ${desiredCount} tasks running${pendingCount > 0 ? `, ${pendingCount} pending` : ''}`;
}

function total(deployments: readonly DeploymentSnapshot[]): number {
  return deployments.reduce((sum, { runningCount = 0 }) => sum + runningCount, 0);
}
