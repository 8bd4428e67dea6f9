import type { Outcome } from '../../errors.ts';
import { expiryWords, pauseHooks, shiftsTraffic } from './traffic-shift.ts';
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
  const shift = serviceDeployment === undefined ? [] : shiftWords(serviceDeployment);
  const [pause] =
    serviceDeployment?.status === 'IN_PROGRESS' ? pauseHooks(serviceDeployment.lifecycleHookDetails) : [];
  const failed = ours?.failedTasks ?? 0;
  const old = (service.deployments ?? []).filter(({ id }) => id !== deploymentId);
  return [
    `${name}: ${counts(ours)}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(old.some(({ runningCount = 0 }) => runningCount > 0)
      ? [`${total(old)} of the old revision left`]
      : []),
    shift.length === 0 ? state : `${state} (${shift.join(', ')})`,
    ...(pause === undefined ? [] : [`paused ${expiryWords(pause)}`]),
  ].join(', ');
}

/** One line on where many rollouts stand: "12 of 50 ended (11 completed), 38 on their way with 61 of 76 tasks running". */
export function togetherLine(
  rollouts: readonly {
    deploymentId: string;
    service: ServiceSnapshot | undefined;
    outcome: Outcome | undefined;
  }[],
): string {
  const ended = rollouts.filter(({ outcome }) => outcome !== undefined);
  const completed = ended.filter(({ outcome }) => outcome === 'completed').length;
  const open = rollouts.filter(({ outcome }) => outcome === undefined);
  const ours = open.flatMap(
    ({ deploymentId, service }) => service?.deployments?.find(({ id }) => id === deploymentId) ?? [],
  );
  const desired = ours.reduce((sum, { desiredCount = 0 }) => sum + desiredCount, 0);
  const well = completed === ended.length ? 'completed' : `ended (${completed} completed)`;
  return [
    `${ended.length} of ${rollouts.length} services ${well}`,
    ...(open.length === 0
      ? []
      : [`${open.length} on their way with ${total(ours)} of ${desired} tasks running`]),
  ].join(', ');
}

/** "BLUE_GREEN, BAKE_TIME of 5 min, 100 % of the traffic" */
function shiftWords({
  lifecycleStage,
  targetServiceRevision,
  deploymentConfiguration = {},
}: ServiceDeploymentSnapshot): string[] {
  const { strategy, bakeTimeInMinutes } = deploymentConfiguration;
  const stage =
    lifecycleStage === 'BAKE_TIME' && bakeTimeInMinutes !== undefined
      ? `BAKE_TIME of ${bakeTimeInMinutes} min`
      : lifecycleStage;
  if (!shiftsTraffic(deploymentConfiguration)) return stage === undefined ? [] : [stage];
  const percent = targetServiceRevision?.requestedProductionTrafficWeight;
  return [
    strategy ?? '',
    ...(stage === undefined ? [] : [stage]),
    ...(percent === undefined ? [] : [`${percent} % of the traffic`]),
  ];
}

function counts(deployment: DeploymentSnapshot | undefined): string {
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = deployment ?? {};
  return `${runningCount} of ${desiredCount} tasks running${pendingCount > 0 ? `, ${pendingCount} pending` : ''}`;
}

function total(deployments: readonly DeploymentSnapshot[]): number {
  return deployments.reduce((sum, { runningCount = 0 }) => sum + runningCount, 0);
}
