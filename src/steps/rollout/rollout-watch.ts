import type { AwsError, Outcome } from '../../errors.ts';
import type { Service } from '../../ports/ecs.ts';
import type { Expectation } from '../../rules/rollout/rollout-verdict.ts';
import {
  plannedWaitLimit,
  type PlannedWait,
  type TrafficShiftSettings,
} from '../../rules/rollout/traffic-shift.ts';

/** One service on its way to a revision. */
export interface Rollout {
  service: string;
  /** The revision that must serve at the end, as ARN. */
  taskDefinition: string;
  previousTaskDefinition?: string;
  deploymentId: string;
  /** Where UpdateService named it; looked up otherwise. */
  serviceDeploymentArn?: string;
  /** What the service called its current one when it was read: ours only while it has not ended. */
  currentServiceDeployment?: string;
  /** When we asked for it, in milliseconds: older events are not ours. */
  startedAt: number;
  minimumTasks: number;
  /** Our deployment is known to have been PRIMARY: its absence is no late answer. */
  seen?: true;
  /** At a PAUSE hook: wait for somebody (the default), end the wait as paused, or continue at once (a way back). */
  onPause?: 'wait' | 'hand-over' | 'pass';
  /** Hooks that were acted on already: an answer that still has them waiting is a late one. */
  actedOn?: readonly string[];
}

export interface RolloutEnd {
  rollout: Rollout;
  outcome: Outcome;
  reason?: string;
  /** The last look at the service. */
  service?: Service;
  serviceDeploymentArn?: string;
  /** The hook that it waits at, where it ended as paused. */
  hookId?: string;
  endedAt: number;
}

/** What is known of a rollout while it is followed. */
export interface Watch {
  rollout: Rollout;
  expected: Expectation;
  serviceDeploymentArn: string | undefined;
  /** How often the service deployment was looked for, and not found. */
  lookups: number;
  /** What the service called its current deployment was read, or is not to be had. */
  isCurrentRead: boolean;
  shownEvents: Set<string>;
  lastLine: string;
  lastService: Service | undefined;
  unclearSince: number | undefined;
  /** Since when AWS gave no answer that this rollout could be judged by, and why. */
  lost: { since: number; error: AwsError } | undefined;
  /** Of our deployment, when its stopped tasks were last looked at. */
  failedTasks: number;
  /** In milliseconds; moves on while the deployment waits by design. */
  deadline: number;
  countedUntil: number;
  /** As of the last look. */
  plannedWait: PlannedWait | undefined;
  settings: TrafficShiftSettings | undefined;
  waited: Map<PlannedWait, number>;
  /** Hooks that were told, or acted on. */
  knownHooks: Set<string>;
  end: RolloutEnd | undefined;
}

export function newWatch(rollout: Rollout, now: number, timeoutSeconds: number): Watch {
  const { taskDefinition, previousTaskDefinition, deploymentId, minimumTasks } = rollout;
  return {
    rollout,
    expected: {
      taskDefinition,
      deploymentId,
      minimumTasks,
      seen: rollout.seen ?? false,
      ...(previousTaskDefinition === undefined ? {} : { previousTaskDefinition }),
    },
    serviceDeploymentArn: rollout.serviceDeploymentArn,
    lookups: 0,
    isCurrentRead:
      rollout.currentServiceDeployment === undefined || rollout.serviceDeploymentArn !== undefined,
    shownEvents: new Set(),
    lastLine: '',
    lastService: undefined,
    unclearSince: undefined,
    lost: undefined,
    failedTasks: 0,
    deadline: now + timeoutSeconds * 1000,
    countedUntil: now,
    plannedWait: undefined,
    settings: undefined,
    waited: new Map(),
    knownHooks: new Set(rollout.actedOn),
    end: undefined,
  };
}

export function finish(watch: Watch, now: number, outcome: Outcome, reason: string | undefined): void {
  watch.end = {
    rollout: watch.rollout,
    outcome,
    endedAt: now,
    ...(reason === undefined ? {} : { reason }),
    ...(watch.lastService === undefined ? {} : { service: watch.lastService }),
    ...(watch.serviceDeploymentArn === undefined ? {} : { serviceDeploymentArn: watch.serviceDeploymentArn }),
  };
}

/** Moves the deadline by the time since the last look that the deployment spent in a wait of its own design. */
export function creditPlannedWait(watch: Watch, now: number): void {
  const elapsed = now - watch.countedUntil;
  watch.countedUntil = now;
  const { plannedWait: wait, settings, waited } = watch;
  if (wait === undefined) return;
  const before = waited.get(wait) ?? 0;
  const credit = Math.min(elapsed, Math.max(0, plannedWaitLimit(wait, settings) - before));
  waited.set(wait, before + credit);
  watch.deadline += credit;
}

/** AWS answered, or did not: how long it has not is what counts. */
export function noteAnswer(watch: Watch, now: number, error: AwsError | undefined): void {
  if (error === undefined) watch.lost = undefined;
  else watch.lost = { since: watch.lost?.since ?? now, error };
}

export function timedOutWords({ waited }: Watch, timeoutSeconds: number): string {
  const planned = [...waited.values()].reduce((sum, ms) => sum + ms, 0);
  const besides =
    planned === 0 ? '' : `, not counting ${Math.round(planned / 1000)} s at hooks and of bake time`;
  return `not completed within ${timeoutSeconds} s${besides}`;
}
