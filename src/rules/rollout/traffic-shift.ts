/** Of a service deployment's `lifecycleHookDetails`. */
export interface LifecycleHookSnapshot {
  hookId?: string | undefined;
  targetType?: string | undefined;
  status?: string | undefined;
  expiresAt?: Date | undefined;
  timeoutAction?: string | undefined;
}

/** Of a `deploymentConfiguration`: how the traffic goes over to the new revision, in percent and minutes. */
export interface TrafficShiftSettings {
  strategy?: string | undefined;
  bakeTimeInMinutes?: number | undefined;
  linearConfiguration?:
    { stepPercent?: number | undefined; stepBakeTimeInMinutes?: number | undefined } | undefined;
  canaryConfiguration?: { canaryBakeTimeInMinutes?: number | undefined } | undefined;
  lifecycleHooks?: readonly unknown[] | undefined;
}

/** The part of `DescribeServiceDeployments` that says where a shift of traffic stands. */
export interface TrafficShiftSnapshot {
  lifecycleStage?: string | undefined;
  lifecycleHookDetails?: readonly LifecycleHookSnapshot[] | undefined;
  deploymentConfiguration?: TrafficShiftSettings | undefined;
}

/** A hook that a deployment waits at, until somebody continues it or it expires. */
export interface PauseHook {
  hookId: string;
  /** When ECS does `timeoutAction` by itself. */
  expiresAt?: Date;
  timeoutAction?: string;
}

export function pauseHooks(details: readonly LifecycleHookSnapshot[] = []): PauseHook[] {
  return details.flatMap(({ hookId, status, expiresAt, timeoutAction }) =>
    hookId === undefined || status !== 'AWAITING_ACTION'
      ? []
      : [
          {
            hookId,
            ...(expiresAt === undefined ? {} : { expiresAt }),
            ...(timeoutAction === undefined ? {} : { timeoutAction }),
          },
        ],
  );
}

export function shiftsTraffic({ strategy = 'ROLLING' }: TrafficShiftSettings = {}): boolean {
  return strategy !== 'ROLLING';
}

/**
 * Is the end of such a service's deployment told by its service deployment alone? Where traffic is shifted, where it
 * bakes or meets hooks, `deployments[]` can call it COMPLETED while ECS still watches it and may take it back.
 */
export function needsServiceDeployment(
  service: { deploymentConfiguration?: TrafficShiftSettings | undefined } | undefined,
): boolean {
  const { deploymentConfiguration: settings = {} } = service ?? {};
  const { bakeTimeInMinutes = 0, lifecycleHooks = [] } = settings;
  return shiftsTraffic(settings) || bakeTimeInMinutes > 0 || lifecycleHooks.length > 0;
}

/**
 * What a deployment waits for on purpose: a person or a function at a hook, or time in which the new revision is
 * watched. Such waits do not count against a time-out. Undefined while ECS works.
 */
export type PlannedWait = 'hook' | 'bake' | 'step-bake';

export function plannedWait({
  lifecycleStage,
  lifecycleHookDetails = [],
  deploymentConfiguration = {},
}: TrafficShiftSnapshot): PlannedWait | undefined {
  if (lifecycleHookDetails.some(({ status }) => status === 'AWAITING_ACTION' || status === 'IN_PROGRESS'))
    return 'hook';
  if (lifecycleStage === 'BAKE_TIME') return 'bake';
  // Linear and canary deployments bake between two steps, without a stage of its own.
  const isStepwise = ['LINEAR', 'CANARY'].includes(deploymentConfiguration.strategy ?? '');
  return isStepwise && lifecycleStage === 'PRODUCTION_TRAFFIC_SHIFT' ? 'step-bake' : undefined;
}

/**
 * How long such a wait may last as the service is configured, in milliseconds; what goes beyond counts against the
 * time-out. The defaults are those of the API reference. A hook ends by its own expiry.
 */
export function plannedWaitLimit(
  wait: PlannedWait,
  { bakeTimeInMinutes, strategy, linearConfiguration, canaryConfiguration }: TrafficShiftSettings = {},
): number {
  if (wait === 'hook') return Infinity;
  if (wait === 'bake') return (bakeTimeInMinutes ?? LONGEST_BAKE_MINUTES) * MINUTE_MS;
  if (strategy === 'CANARY') return (canaryConfiguration?.canaryBakeTimeInMinutes ?? 10) * MINUTE_MS;
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration ?? {};
  return Math.max(0, Math.ceil(100 / stepPercent) - 1) * stepBakeTimeInMinutes * MINUTE_MS;
}

const MINUTE_MS = 60_000;
const LONGEST_BAKE_MINUTES = 1440;

/** "until 2026-01-06T09:00:00.000Z, then ECS rolls it back": when and how a hook ends by itself. */
export function expiryWords({ expiresAt, timeoutAction }: PauseHook): string {
  if (expiresAt === undefined) return 'until somebody acts on it';
  const end = timeoutAction === 'CONTINUE' ? 'continues it' : 'rolls it back';
  return `until ${expiresAt.toISOString()}, then ECS ${end}`;
}
