import { isAwsError, type AwsError } from '../../errors.ts';
import type { Service } from '../../ports/ecs.ts';
import { HOOK_POLL_INTERVAL_MS, pollInterval } from '../../rules/rollout/poll-interval.ts';
import { judgeRollout, type Verdict } from '../../rules/rollout/rollout-verdict.ts';
import {
  needsServiceDeployment,
  pauseHooks,
  plannedWait,
  type PauseHook,
} from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import { findCrashLoop } from './diagnose.ts';
import { HookDecisions, type DecideAtHook } from './hook-decisions.ts';
import { meetHooks } from './meet-hooks.ts';
import {
  creditPlannedWait,
  finish,
  newWatch,
  noteAnswer,
  timedOutWords,
  type Rollout,
  type RolloutEnd,
  type Watch,
} from './rollout-watch.ts';
import { RolloutTeller } from './rollout-teller.ts';
import { readServiceDeployments, type DeploymentAnswer } from './watched-service-deployments.ts';

export type { Rollout, RolloutEnd } from './rollout-watch.ts';

/** An answer that cannot be judged is late, until it has been so for this long. */
const PATIENCE_MS = 30_000;

interface WatchOptions {
  /** For each rollout. */
  timeoutSeconds: number;
  onEnded?: (ended: readonly RolloutEnd[]) => Promise<readonly Rollout[]>;
}

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'report' | 'signal'>;

/**
 * Follows all rollouts in one loop to their ends, and prints only what is new. Ends early with the error that no
 * retry can mend; a throttled or lost answer never ends it. Rollouts still open at the end of the time are timed out;
 * time at lifecycle hooks and bake time as configured are not part of that time (law 7). At a PAUSE hook `decide` is
 * asked where it is given, unless the rollout is a way back. `onEnded` is told of those that ended, look by look, and
 * answers what is to be followed from then on, each with the whole time.
 */
export async function watchRollouts(
  context: Context,
  cluster: string,
  rollouts: readonly Rollout[],
  { decide, ...options }: WatchOptions & { decide?: DecideAtHook },
): Promise<RolloutEnd[]> {
  const decisions = decide && new HookDecisions(context, cluster, decide);
  try {
    return await watchToTheEnd(context, cluster, rollouts, { ...options, decisions });
  } finally {
    await decisions?.end();
  }
}

async function watchToTheEnd(
  context: Context,
  cluster: string,
  rollouts: readonly Rollout[],
  { timeoutSeconds, decisions, onEnded }: WatchOptions & { decisions: HookDecisions | undefined },
): Promise<RolloutEnd[]> {
  const { clock, signal } = context;
  let since = clock.now();
  const watches = rollouts.map((rollout) => newWatch(rollout, since, timeoutSeconds));
  const teller = new RolloutTeller(context, watches);
  for (;;) {
    const open = watches.filter(({ end }) => end === undefined);
    for (const watch of open) creditPlannedWait(watch, clock.now());
    await look(context, cluster, open, { decisions, teller });
    decisions?.throwIfFailed();
    for (const watch of open) {
      endInTime(watch, clock.now(), timeoutSeconds);
      if (watch.end === undefined) continue;
      decisions?.endAllBut(watch.rollout.service, []);
      teller.tellEnded(watch);
    }
    const ended = open.flatMap(({ end }) => end ?? []);
    const more = ended.length === 0 ? [] : ((await onEnded?.(ended)) ?? []);
    if (more.length > 0) since = clock.now();
    watches.push(...more.map((rollout) => newWatch(rollout, since, timeoutSeconds)));
    teller.tellTogether();
    const left = watches.filter(({ end }) => end === undefined);
    if (left.length === 0) return watches.flatMap(({ end }) => end ?? []);
    const areAtHooks = left.every((watch) => watch.plannedWait === 'hook');
    const pause = pollInterval(left.length, clock.random(), clock.now() - since);
    await clock.sleep(areAtHooks ? HOOK_POLL_INTERVAL_MS : pause, signal);
  }
}

/**
 * A rollout that AWS does not tell of when its time is up is not known to have failed: nothing may be sent back for it
 * (law 5). The answer has a little longer then, and ends the run where it does not come.
 */
function endInTime(watch: Watch, now: number, timeoutSeconds: number): void {
  const { end, deadline, lost } = watch;
  if (end !== undefined || now < deadline) return;
  if (lost === undefined) finish(watch, now, 'timed-out', timedOutWords(watch, timeoutSeconds));
  else if (now >= Math.max(deadline, lost.since + PATIENCE_MS)) throw lost.error;
}

async function look(
  context: Context,
  cluster: string,
  watches: readonly Watch[],
  { decisions, teller }: { decisions: HookDecisions | undefined; teller: RolloutTeller },
): Promise<void> {
  const { clock, ecs } = context;
  const answer = await patiently(context, () =>
    ecs.describeServices(
      cluster,
      watches.map(({ rollout }) => rollout.service),
    ),
  );
  // A lost answer says nothing about any service: the next look will.
  if ('lost' in answer) {
    for (const watch of watches) noteAnswer(watch, clock.now(), answer.lost);
    return;
  }
  const serviceOf = ({ rollout }: Watch) =>
    answer.value.services.find(({ serviceName }) => serviceName === rollout.service);
  for (const watch of watches) watch.lastService = serviceOf(watch) ?? watch.lastService;
  const deployments = await readServiceDeployments(context, cluster, watches);
  for (const watch of watches) {
    const service = serviceOf(watch);
    const told: DeploymentAnswer = deployments.get(watch) ?? { deployment: undefined };
    const serviceDeployment = 'lost' in told ? undefined : told.deployment;
    noteAnswer(watch, clock.now(), 'lost' in told ? told.lost : undefined);
    if (service !== undefined) teller.tell(watch, service, serviceDeployment);
    if (serviceDeployment !== undefined) {
      watch.settings = serviceDeployment.deploymentConfiguration;
      watch.plannedWait =
        serviceDeployment.status === 'IN_PROGRESS' ? plannedWait(serviceDeployment) : undefined;
      const waiting = pauseHooks(serviceDeployment.lifecycleHookDetails).map(({ hookId }) => hookId);
      decisions?.endAllBut(watch.rollout.service, waiting);
    }
    const verdict = judge(context, watch, service, told);
    const problem = decisions?.problemOf(watch.rollout.service);
    if (watch.end === undefined && problem !== undefined)
      finish(watch, clock.now(), 'failed', `paused at a lifecycle hook: ${problem}`);
    else if (verdict.state === 'paused') await pause(context, cluster, watch, verdict.hooks, decisions);
    else if (verdict.state === 'running' && !verdict.rollingBack && service !== undefined)
      await endCrashLoop(context, cluster, watch, service);
  }
}

async function pause(
  context: Context,
  cluster: string,
  watch: Watch,
  hooks: readonly PauseHook[],
  decisions: HookDecisions | undefined,
): Promise<void> {
  const { rollout, knownHooks, serviceDeploymentArn = '' } = watch;
  const { service, onPause } = rollout;
  const at = { service, serviceDeploymentArn, onPause, hooks, knownHooks };
  const met = await meetHooks(context, cluster, at, decisions);
  if (met === undefined) return;
  finish(watch, context.clock.now(), met.outcome, met.reason);
  if (watch.end !== undefined && met.hookId !== undefined) watch.end.hookId = met.hookId;
}

function judge(
  { clock }: Context,
  watch: Watch,
  service: Service | undefined,
  told: DeploymentAnswer,
): Verdict {
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary?.id === watch.expected.deploymentId) watch.expected.seen = true;
  const verdict = judgeRollout(watch.expected, service, deploymentToJudgeBy(watch, clock.now(), told));
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

/** Without an answer for long, `deployments[]` decides; never where only the service deployment tells the end. */
function deploymentToJudgeBy({ lost, lastService }: Watch, now: number, told: DeploymentAnswer) {
  if (!('lost' in told)) return told.deployment;
  const isLongLost = lost !== undefined && now - lost.since >= PATIENCE_MS;
  return isLongLost && !needsServiceDeployment(lastService) ? undefined : 'lost';
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

/** An answer that a later look may get is waited for; one that no retry can mend ends the wait. */
async function patiently<T>(
  { log }: Context,
  call: () => Promise<T>,
): Promise<{ value: T } | { lost: AwsError }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!isAwsError(error) || !error.retryable) throw error;
    log.info(`No answer from AWS, asking again: ${error.message}`);
    return { lost: error };
  }
}
