import type { DeploymentSnapshot } from './rollout-verdict.ts';

/**
 * The revision that a service goes back to: the last one whose rollout completed. While a deployment is in flight or
 * has failed, that is not the one the service names.
 */
export function servingRevision(service: {
  taskDefinition?: string | undefined;
  deployments?: readonly DeploymentSnapshot[] | undefined;
}): string | undefined {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary?.rolloutState === 'IN_PROGRESS' || primary?.rolloutState === 'FAILED') {
    const serving = service.deployments?.find(
      ({ status, rolloutState }) => status === 'ACTIVE' && rolloutState === 'COMPLETED',
    );
    if (serving?.taskDefinition !== undefined) return serving.taskDefinition;
  }
  return primary?.taskDefinition ?? service.taskDefinition;
}
