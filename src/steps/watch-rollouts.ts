import { DeployError, isAwsError, type Outcome } from '../errors.ts';
import type { Service, ServiceDeployment } from '../ports/ecs.ts';
import { HOOK_POLL_INTERVAL_MS, pollInterval } from '../rules/rollout/poll-interval.ts';
import { progressLine } from '../rules/rollout/rollout-progress.ts';
import { judgeRollout, type Expectation, type Verdict } from '../rules/rollout/rollout-verdict.ts';
import { newEvents } from '../rules/rollout/service-events.ts';
import {
  expiryWords,
  plannedWait,
  plannedWaitLimit,
  type PauseHook,
  type PlannedWait,
  type TrafficShiftSettings,
} from '../rules/rollout/traffic-shift.ts';
import type { StepContext } from './context.ts';
import { findCrashLoop } from './diagnose.ts';
import { findServiceDeployment } from './find-service-deployment.ts';
import { actOnHook, tellPause } from './lifecycle-hook.ts';

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

/** An answer that cannot be judged is late, until it has been so for this long. */
const PATIENCE_MS = 30_000;

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'report' | 'signal'>;

/**
 * Follows all rollouts in one loop to their ends, and prints only what is new. Ends early with the error that no
 * retry can mend; a throttled or lost answer never ends it. Rollouts still open at the end of the time are timed out;
 * time at lifecycle hooks and bake time as configured are not part of that time (law 7).
 */
export async function watchRollouts(
  context: Context,
  cluster: string,
  rollouts: readonly Rollout[],
  { timeoutSeconds }: { timeoutSeconds: number },
): Promise<RolloutEnd[]> {
  const { clock, signal } = context;
  const since = clock.now();
  const watches = rollouts.map((rollout) => newWatch(rollout, since, timeoutSeconds));
  for (;;) {
    const open = watches.filter(({ end }) => end === undefined);
    for (const watch of open) creditPlannedWait(watch, clock.now());
    await look(context, cluster, open);
    for (const watch of open) {
      if (watch.end === undefined && clock.now() >= watch.deadline)
        finish(watch, clock.now(), 'timed-out', timedOut(watch, timeoutSeconds));
    }
    const left = open.filter(({ end }) => end === undefined);
    if (left.length === 0) return watches.flatMap(({ end }) => end ?? []);
    const areAtHooks = left.every((watch) => watch.plannedWait === 'hook');
    const pause = pollInterval(left.length, clock.random(), clock.now() - since);
    await clock.sleep(areAtHooks ? HOOK_POLL_INTERVAL_MS : pause, signal);
  }
}

/** Moves the deadline by the time since the last look that the deployment spent in a wait of its own design. */
function creditPlannedWait(watch: Watch, now: number): void {
  const elapsed = now - watch.countedUntil;
  watch.countedUntil = now;
  const { plannedWait: wait, settings, waited } = watch;
  if (wait === undefined) return;
  const before = waited.get(wait) ?? 0;
  const credit = Math.min(elapsed, Math.max(0, plannedWaitLimit(wait, settings) - before));
  waited.set(wait, before + credit);
  watch.deadline += credit;
}

function timedOut({ waited }: Watch, timeoutSeconds: number): string {
  const planned = [...waited.values()].reduce((sum, ms) => sum + ms, 0);
  const besides =
    planned === 0 ? '' : `, not counting ${Math.round(planned / 1000)} s at hooks and of bake time`;
  return `not completed within ${timeoutSeconds} s${besides}`;
}

interface Watch {
  rollout: Rollout;
  expected: Expectation;
  serviceDeploymentArn: string | undefined;
  lookups: number;
  shownEvents: Set<string>;
  lastLine: string;
  lastService: Service | undefined;
  unclearSince: number | undefined;
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

function newWatch(rollout: Rollout, now: number, timeoutSeconds: number): Watch {
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
    shownEvents: new Set(),
    lastLine: '',
    lastService: undefined,
    unclearSince: undefined,
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

async function look(context: Context, cluster: string, watches: readonly Watch[]): Promise<void> {
  const services = await patiently(context, () =>
    context.ecs.describeServices(
      cluster,
      watches.map(({ rollout }) => rollout.service),
    ),
  );
  // A lost answer says nothing about any service: the next look will.
  if (services === undefined) return;
  const serviceDeployments = await readServiceDeployments(context, cluster, watches);
  for (const watch of watches) {
    const service = services.services.find(({ serviceName }) => serviceName === watch.rollout.service);
    const serviceDeployment = serviceDeployments.find(
      ({ serviceDeploymentArn }) =>
        serviceDeploymentArn !== undefined && serviceDeploymentArn === watch.serviceDeploymentArn,
    );
    if (service !== undefined) show(context, watch, service, serviceDeployment);
    if (serviceDeployment !== undefined) {
      watch.settings = serviceDeployment.deploymentConfiguration;
      watch.plannedWait =
        serviceDeployment.status === 'IN_PROGRESS' ? plannedWait(serviceDeployment) : undefined;
    }
    const verdict = judge(context, watch, service, serviceDeployment);
    if (verdict.state === 'paused') await pause(context, cluster, watch, verdict.hooks);
    else if (verdict.state === 'running' && !verdict.rollingBack && service !== undefined)
      await endCrashLoop(context, cluster, watch, service);
  }
}

/** What each way of meeting a PAUSE hook does with those that were not met before. */
async function pause(
  context: Context,
  cluster: string,
  watch: Watch,
  hooks: readonly PauseHook[],
): Promise<void> {
  const { rollout, knownHooks, serviceDeploymentArn = '' } = watch;
  for (const hook of hooks.filter(({ hookId }) => !knownHooks.has(hookId))) {
    knownHooks.add(hook.hookId);
    const at = { service: rollout.service, serviceDeploymentArn, hook };
    if (rollout.onPause === 'pass') {
      context.log.info(`Continuing ${rollout.service} at a lifecycle hook: it is on its way back`);
      const problem = await passHook(context, at);
      if (problem === undefined) continue;
      tellPause(context, cluster, at);
      finish(watch, context.clock.now(), 'failed', `paused at a lifecycle hook: ${problem}`);
      return;
    }
    tellPause(context, cluster, at);
    if (rollout.onPause !== 'hand-over') continue;
    finish(watch, context.clock.now(), 'paused', `paused at a lifecycle hook ${expiryWords(hook)}`);
    if (watch.end !== undefined) watch.end.hookId = hook.hookId;
    return;
  }
}

/** Answers why it could not be passed: the other services are followed all the same. */
async function passHook(context: Context, at: Parameters<typeof actOnHook>[1]): Promise<string | undefined> {
  try {
    await actOnHook(context, at, 'CONTINUE');
    return undefined;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return error.message;
  }
}

function judge(
  { clock }: Context,
  watch: Watch,
  service: Service | undefined,
  serviceDeployment: ServiceDeployment | undefined,
): Verdict {
  watch.lastService = service ?? watch.lastService;
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary?.id === watch.expected.deploymentId) watch.expected.seen = true;
  const verdict = judgeRollout(watch.expected, service, serviceDeployment);
  if (verdict.state === 'ended') {
    finish(watch, clock.now(), verdict.outcome, verdict.reason);
    return verdict;
  }
  if (verdict.state !== 'unclear') {
    watch.unclearSince = undefined;
    return verdict;
  }
  watch.unclearSince ??= clock.now();
  if (clock.now() - watch.unclearSince < PATIENCE_MS) return verdict;
  // Our deployment never showed up: what is PRIMARY now is what there is to judge.
  if (service !== undefined && !watch.expected.seen) watch.expected.seen = true;
  else finish(watch, clock.now(), 'failed', verdict.reason);
  return verdict;
}

/**
 * Tasks that all end for one reason will not get better by waiting. Looked at only when the count of failures rises and
 * nothing of ours runs.
 */
async function endCrashLoop(
  context: Context,
  cluster: string,
  watch: Watch,
  service: Service,
): Promise<void> {
  const { rollout, expected } = watch;
  const ours = service.deployments?.find(({ id }) => id === expected.deploymentId);
  const failed = ours?.failedTasks ?? 0;
  if (failed <= watch.failedTasks || (ours?.runningCount ?? 0) > 0) return;
  watch.failedTasks = failed;
  const reason = await findCrashLoop(context, cluster, rollout);
  if (reason !== undefined) finish(watch, context.clock.now(), 'failed', reason);
}

function finish(watch: Watch, now: number, outcome: Outcome, reason: string | undefined): void {
  watch.end = {
    rollout: watch.rollout,
    outcome,
    endedAt: now,
    ...(reason === undefined ? {} : { reason }),
    ...(watch.lastService === undefined ? {} : { service: watch.lastService }),
    ...(watch.serviceDeploymentArn === undefined ? {} : { serviceDeploymentArn: watch.serviceDeploymentArn }),
  };
}

function show(
  { log }: Context,
  watch: Watch,
  service: Service,
  serviceDeployment: ServiceDeployment | undefined,
): void {
  const events = newEvents(service.events, watch.rollout.startedAt, watch.shownEvents);
  for (const { id } of events) watch.shownEvents.add(id ?? '');
  log.outside(events.map(({ message = '' }) => `  ${message}`));
  const line = progressLine(watch.rollout.service, service, watch.expected.deploymentId, serviceDeployment);
  if (line !== watch.lastLine) log.info(line);
  watch.lastLine = line;
}

/** How often a service deployment is looked for before the service counts as one that has none. */
const MOST_LOOKUPS = 3;

async function readServiceDeployments(
  context: Context,
  cluster: string,
  watches: readonly Watch[],
): Promise<ServiceDeployment[]> {
  await takeUpCurrent(context, watches);
  const unknown = watches.filter(
    ({ serviceDeploymentArn, lookups }) => serviceDeploymentArn === undefined && lookups < MOST_LOOKUPS,
  );
  for (const watch of unknown) {
    watch.lookups += 1;
    watch.serviceDeploymentArn = await orWithout(context, () =>
      findServiceDeployment(context, cluster, watch.rollout),
    );
  }
  const arns = watches.flatMap(({ serviceDeploymentArn }) => serviceDeploymentArn ?? []);
  if (arns.length === 0) return [];
  return (await orWithout(context, () => context.ecs.describeServiceDeployments(arns))) ?? [];
}

/**
 * A service can look steady in `deployments[]` while its service deployment still bakes or waits at a hook. One that
 * has ended says nothing about now: it may be an older one, which was rolled back.
 */
async function takeUpCurrent(context: Context, watches: readonly Watch[]): Promise<void> {
  const first = watches.filter(
    ({ rollout, serviceDeploymentArn, lookups }) =>
      rollout.currentServiceDeployment !== undefined && serviceDeploymentArn === undefined && lookups === 0,
  );
  const arns = first.flatMap(({ rollout }) => rollout.currentServiceDeployment ?? []);
  if (arns.length === 0) return;
  const current = await orWithout(context, () => context.ecs.describeServiceDeployments(arns));
  for (const { serviceDeploymentArn: arn, status } of current ?? []) {
    if (status !== 'IN_PROGRESS' && status !== 'PENDING') continue;
    const watch = first.find(({ rollout }) => rollout.currentServiceDeployment === arn);
    if (watch !== undefined) watch.serviceDeploymentArn = arn;
  }
}

/** An answer that a later look may get is waited for; one that no retry can mend ends the wait. */
async function patiently<T>({ log }: Context, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!isAwsError(error) || !error.retryable) throw error;
    log.info(`No answer from AWS, asking again: ${error.message}`);
    return undefined;
  }
}

/** Service deployments refine the verdict; where they cannot be read, `deployments[]` decides alone. */
async function orWithout<T>({ log }: Context, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    if (isAwsError(error) && error.code === 'AWS_ACCESS_DENIED') {
      log.warn(
        'Service deployments not readable',
        `${error.message}. The rollout is judged by the service alone. ${error.hint ?? ''}`.trim(),
      );
    } else log.debug(`service deployment not read: ${error.message}`);
    return undefined;
  }
}
