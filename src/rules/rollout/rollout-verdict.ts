import type { Outcome } from '../../errors.ts';
import { revisionName, sameRevision, splitRevision } from '../aws/ecs-names.ts';
import {
  needsServiceDeployment,
  pauseHooks,
  type LifecycleHookSnapshot,
  type PauseHook,
  type TrafficShiftSettings,
} from './traffic-shift.ts';

/** What we asked ECS for: the yardstick of the verdict. */
export interface Expectation {
  /** The revision that must serve, as ARN. */
  taskDefinition: string;
  /** The revision that served before, where there was one. */
  previousTaskDefinition?: string;
  /** Id of the deployment that UpdateService made (or that was found to run our revision already). */
  deploymentId: string;
  /** Has our deployment been PRIMARY in an earlier look? Without that its absence is only a late answer. */
  seen: boolean;
  /** Running tasks that there must be at the end. */
  minimumTasks: number;
  /** No service deployment was in flight when the service was read: `deployments[]` may then call it complete. */
  isSettled?: boolean;
}

/** The part of `DescribeServices` that decides. */
export interface ServiceSnapshot {
  status?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  pendingCount?: number | undefined;
  deployments?: readonly DeploymentSnapshot[] | undefined;
  deploymentConfiguration?:
    | (TrafficShiftSettings & {
        deploymentCircuitBreaker?:
          { enable?: boolean | undefined; rollback?: boolean | undefined } | undefined;
      })
    | undefined;
}

export interface DeploymentSnapshot {
  id?: string | undefined;
  status?: string | undefined;
  taskDefinition?: string | undefined;
  rolloutState?: string | undefined;
  rolloutStateReason?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  pendingCount?: number | undefined;
  failedTasks?: number | undefined;
}

/** The part of `DescribeServiceDeployments` that decides, where the service has such a deployment of ours. */
export interface ServiceDeploymentSnapshot {
  status?: string | undefined;
  statusReason?: string | undefined;
  lifecycleStage?: string | undefined;
  rollback?: { reason?: string | undefined } | undefined;
  lifecycleHookDetails?: readonly LifecycleHookSnapshot[] | undefined;
  targetServiceRevision?: { requestedProductionTrafficWeight?: number | undefined } | undefined;
  deploymentConfiguration?: TrafficShiftSettings | undefined;
}

export type Verdict =
  | { state: 'running'; rollingBack: boolean }
  /** ECS waits at a PAUSE hook for somebody to say what shall happen, or for the hook to expire. */
  | { state: 'paused'; hooks: readonly PauseHook[] }
  /** An answer that cannot be judged yet: late, or not ours. The wait goes on, but not for ever. */
  | { state: 'unclear'; reason: string }
  | { state: 'ended'; outcome: Outcome; reason?: string };

const RUNNING: Verdict = { state: 'running', rollingBack: false };
const ROLLING_BACK: Verdict = { state: 'running', rollingBack: true };
/** Traffic may still bake, or wait at a hook. */
const NOT_PROVEN: Verdict = {
  state: 'unclear',
  reason: 'ECS lists no service deployment of ours, which alone tells the end of a shift of traffic',
};
/** What does not say which revision serves is no proof that ours does. */
const NO_PRIMARY: Verdict = { state: 'unclear', reason: 'the service lists no primary deployment' };

/**
 * Judges one look at a service. The status of the service deployment wins; where the service has none, our id in
 * `deployments[]` decides (design, section 7). A steady service on any other revision than ours is never a success,
 * and neither is one whose service deployment did not answer (`lost`), or is not found where it alone tells the end.
 */
export function judgeRollout(
  expected: Expectation,
  service: ServiceSnapshot | undefined,
  serviceDeployment?: ServiceDeploymentSnapshot | 'lost',
): Verdict {
  if (service === undefined) return { state: 'unclear', reason: 'ECS does not find the service' };
  if (service.status === 'INACTIVE' || service.status === 'DRAINING') {
    return ended('failed', 'the service was deleted while it was rolling out');
  }
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  if (serviceDeployment !== undefined && serviceDeployment !== 'lost')
    return judgeServiceDeployment(expected, service, primary, serviceDeployment);
  const verdict = judgeDeployments(expected, service, primary);
  if (verdict.state !== 'ended' || verdict.outcome !== 'completed') return verdict;
  if (serviceDeployment === 'lost') return RUNNING;

  return needsServiceDeployment(service) && expected.isSettled !== true ? NOT_PROVEN : verdict;
}

function judgeServiceDeployment(
  expected: Expectation,
  service: ServiceSnapshot,
  primary: DeploymentSnapshot | undefined,
  { status, statusReason, rollback, lifecycleHookDetails }: ServiceDeploymentSnapshot,
): Verdict {
  const reason = statusReason ?? rollback?.reason;
  // Only a deployment that goes forward can be continued (developer guide, "Continuing service deployments").
  const hooks = status === 'IN_PROGRESS' ? pauseHooks(lifecycleHookDetails) : [];
  if (hooks.length > 0) return { state: 'paused', hooks };
  switch (status) {
    case 'SUCCESSFUL':
      if (primary?.taskDefinition === undefined) return NO_PRIMARY;
      if (!sameRevision(primary.taskDefinition, expected.taskDefinition)) {
        return otherPrimary(expected, primary);
      }
      // What has not ended by deployments[] has another deployment than the one that was read.
      if (primary.rolloutState === 'IN_PROGRESS') return RUNNING;
      return completed(expected, service, primary);
    case 'ROLLBACK_SUCCESSFUL':
      return ended('rolled-back', reason);
    case 'ROLLBACK_FAILED':
      return ended('rollback-failed', reason);
    case 'STOPPED':
      // STOPPED is also how a deployment ends that a newer one took over.
      return primary !== undefined &&
        primary.id !== expected.deploymentId &&
        isNewer(primary.taskDefinition, expected)
        ? superseded(primary)
        : ended('failed', reason ?? 'the service deployment was stopped');
    case 'STOP_REQUESTED':
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return ROLLING_BACK;
    case undefined:
    default:
      return RUNNING;
  }
}

function judgeDeployments(
  expected: Expectation,
  service: ServiceSnapshot,
  primary: DeploymentSnapshot | undefined,
): Verdict {
  if (primary === undefined) return NO_PRIMARY;
  if (primary.id !== expected.deploymentId) {
    return expected.seen
      ? otherPrimary(expected, primary)
      : { state: 'unclear', reason: 'ECS does not list our deployment yet' };
  }
  if (
    primary.taskDefinition !== undefined &&
    !sameRevision(primary.taskDefinition, expected.taskDefinition)
  ) {
    return ended(
      'failed',
      `the deployment runs ${revisionName(primary.taskDefinition)} instead of our revision`,
    );
  }
  switch (primary.rolloutState) {
    case 'COMPLETED':
      return completed(expected, service, primary);
    case 'FAILED':
      // With rollback on, the breaker makes the previous deployment primary at once: if it does not, nobody will.
      return service.deploymentConfiguration?.deploymentCircuitBreaker?.rollback === true &&
        expected.previousTaskDefinition !== undefined
        ? { state: 'unclear', reason: primary.rolloutStateReason ?? 'the rollout failed' }
        : ended('failed', primary.rolloutStateReason);
    case undefined:
      // Deployments that are older than rollout states are judged by their counts, as ECS itself did.
      return isSteady(service, primary) ? completed(expected, service, primary) : RUNNING;
    default:
      return RUNNING;
  }
}

/** Another deployment is PRIMARY: an older revision means a rollback, on real ECS under its old id; a newer one took over. */
function otherPrimary(expected: Expectation, primary: DeploymentSnapshot): Verdict {
  if (isNewer(primary.taskDefinition, expected)) return superseded(primary);
  if (primary.rolloutState === 'FAILED') return ended('rollback-failed', primary.rolloutStateReason);
  if (primary.rolloutState === 'IN_PROGRESS') return ROLLING_BACK;
  return ended(
    'rolled-back',
    primary.taskDefinition === undefined
      ? undefined
      : `ECS went back to ${revisionName(primary.taskDefinition)}`,
  );
}

function isNewer(taskDefinition: string | undefined, expected: Expectation): boolean {
  if (taskDefinition === undefined) return false;
  if (
    expected.previousTaskDefinition !== undefined &&
    sameRevision(taskDefinition, expected.previousTaskDefinition)
  )
    return false;
  const ours = splitRevision(expected.taskDefinition);
  const theirs = splitRevision(taskDefinition);
  // The same revision in a deployment of somebody else's is one that came after ours.
  return theirs.family !== ours.family || (theirs.revision ?? 0) >= (ours.revision ?? 0);
}

function superseded(primary: DeploymentSnapshot): Verdict {
  const revision =
    primary.taskDefinition === undefined ? 'another revision' : revisionName(primary.taskDefinition);
  return ended('superseded', `a newer deployment of ${revision} took over`);
}

function completed(
  expected: Expectation,
  service: ServiceSnapshot,
  primary: DeploymentSnapshot | undefined,
): Verdict {
  const running = primary?.runningCount ?? service.runningCount ?? 0;
  if (running >= expected.minimumTasks) return { state: 'ended', outcome: 'completed' };
  const wanted = `${running} of at least ${expected.minimumTasks} tasks running`;
  return (service.desiredCount ?? 0) < expected.minimumTasks
    ? ended('failed', `${wanted}: the desired count is ${service.desiredCount ?? 0}`)
    : { state: 'unclear', reason: wanted };
}

function isSteady(service: ServiceSnapshot, primary: DeploymentSnapshot): boolean {
  return service.deployments?.length === 1 && primary.runningCount === primary.desiredCount;
}

function ended(outcome: Outcome, reason?: string): Verdict {
  return reason === undefined || reason === ''
    ? { state: 'ended', outcome }
    : { state: 'ended', outcome, reason };
}
