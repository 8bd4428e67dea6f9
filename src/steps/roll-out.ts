import pLimit from 'p-limit';
import { asDeployError, CancelledError, type DeployError, type Outcome } from '../errors.ts';
import type { RolloutPlan } from '../config/plan.ts';
import type { ServiceReport } from '../report/run-report.ts';
import { revisionName } from '../rules/aws/ecs-names.ts';
import { eventHints } from '../rules/rollout/event-hints.ts';
import { isGood } from '../rules/rollout/release-verdict.ts';
import { wavesOf } from '../rules/rollout/waves.ts';
import { diagnose } from './diagnose.ts';
import type { StepContext } from './context.ts';
import type { DecideAtHook } from './hook-decisions.ts';
import { leaveOpen, leaveOrReturn } from './leave-rollouts.ts';
import type { LiveService } from './read-services.ts';
import {
  attachRollout,
  startRollout,
  stopRollout,
  type StartedRollout,
  type BegunRollout,
} from './start-rollout.ts';
import { forgetRollout, rememberRollout } from './rollout-state.ts';
import type { ServiceEnd } from './service-end.ts';
import { watchRollouts, type RolloutEnd } from './watch-rollouts.ts';

export type { ServiceEnd };

type Context = Pick<
  StepContext,
  'ecs' | 'logs' | 'clock' | 'log' | 'report' | 'region' | 'signal' | 'saveState'
>;

export interface ServiceRollout {
  live: LiveService;
  /** The revision it shall run, as ARN. */
  taskDefinition: string;
  /** New tasks even where the service runs that revision. */
  newTasks?: boolean;
  /** This run registered the revision and has not finished: an earlier attempt may have begun its rollout. */
  begun?: BegunRollout;
  /** The service deployment in flight that ECS shall roll back to that revision. */
  stop?: string;
  /** It is a way back: nobody is asked at its PAUSE hooks. */
  passHooks?: boolean;
}

/** UpdateService is limited to 5 a second (ECS service quotas). */
const AT_ONCE = 4;

/**
 * Points every service at its revision, follows all of them in one loop, and says why where one did not complete. Those
 * that come after others begin when these have completed, and not at all where one has not.
 */
export async function rollOut(
  context: Context,
  cluster: string,
  services: readonly ServiceRollout[],
  plan: RolloutPlan & { decide?: DecideAtHook },
): Promise<ServiceEnd[]> {
  const ends: ServiceEnd[] = services.map(({ live, taskDefinition }) => ({
    live,
    report: newReport(live, taskDefinition),
  }));
  context.report.services.push(...ends.map(({ report }) => report));
  try {
    const settled: ServiceEnd[] = [];
    for (const wave of wavesOf(ends, ({ live }) => live.plan)) {
      const before = settled.find(({ report }) => !isGood(report.outcome));
      if (before !== undefined) {
        for (const { report } of wave) leaveAlone(report, before.report);
        continue;
      }
      const begun = services.filter(({ live }) => wave.some((end) => end.live === live));
      await startAll(context, cluster, begun, wave, plan);
      await watchAll(context, cluster, wave, plan);
      settled.push(...wave);
    }
    for (const end of ends) await explain(context, cluster, end);
    return ends;
  } catch (error) {
    if (error instanceof CancelledError) await leaveOrReturn(context, cluster, ends, plan);
    else leaveOpen(context, cluster, ends);
    throw error;
  }
}

/** A service that was not begun is no failure of its own: what waits for a person, or was overtaken, sends nothing back. */
function leaveAlone(report: ServiceReport, before: ServiceReport): void {
  const isOpen = before.outcome === 'paused' || before.outcome === 'superseded';
  report.outcome = isOpen ? before.outcome : 'refused';
  report.reason = `not begun: ${before.name} did not complete`;
}

/** Follows what is in flight on the services without starting anything. */
export async function followInFlight(
  context: Context,
  cluster: string,
  services: readonly LiveService[],
  plan: Pick<RolloutPlan, 'timeoutSeconds' | 'onPause'>,
): Promise<ServiceEnd[]> {
  const { onPause } = plan;
  const followed = services.map((live) => ({
    live,
    rollout: { ...attachRollout(live, context.clock.now()), onPause },
  }));
  // Whoever only looks on undoes nothing.
  return followRollouts(context, cluster, followed, { ...plan, onCancel: 'keep' });
}

/**
 * Follows rollouts that are known to their ends; one that could not be acted on fails with its error. A cancel says
 * what goes on, and ends what this run set going where `onCancel` asks for it.
 */
export async function followRollouts(
  context: Context,
  cluster: string,
  followed: readonly { live: LiveService; rollout: StartedRollout; error?: DeployError }[],
  plan: Pick<RolloutPlan, 'timeoutSeconds' | 'onCancel'>,
): Promise<ServiceEnd[]> {
  const ends: ServiceEnd[] = followed.map(({ live, rollout, error }) => ({
    live,
    ...(error === undefined ? { rollout } : { error }),
    report: newReport(live, rollout.taskDefinition),
  }));
  context.report.services.push(...ends.map(({ report }) => report));
  try {
    context.signal.throwIfAborted();
    await watchAll(context, cluster, ends, plan);
    for (const end of ends) await explain(context, cluster, end);
    return ends;
  } catch (error) {
    if (error instanceof CancelledError) await leaveOrReturn(context, cluster, ends, plan);
    else leaveOpen(context, cluster, ends);
    throw error;
  }
}

async function startAll(
  context: Context,
  cluster: string,
  services: readonly ServiceRollout[],
  ends: readonly ServiceEnd[],
  { onCancel, onPause }: Pick<RolloutPlan, 'onCancel' | 'onPause'>,
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    services.map(({ live, taskDefinition, newTasks = false, begun, stop, passHooks = false }, index) =>
      limit(async () => {
        const end = ends[index];
        if (end === undefined || context.signal.aborted) return;
        if (stop === undefined) rememberRollout(context, cluster, live, { taskDefinition, onCancel });
        try {
          end.rollout =
            stop === undefined
              ? await startRollout(context, cluster, live, taskDefinition, { newTasks, begun })
              : await stopRollout(context, live, stop);
          end.rollout.onPause = passHooks ? 'pass' : onPause;
          const { deploymentId, serviceDeploymentArn } = end.rollout;
          end.report.deploymentId = deploymentId;
          if (end.rollout.start === 'updated')
            rememberRollout(context, cluster, live, {
              taskDefinition,
              onCancel,
              ...(deploymentId === '' ? {} : { deploymentId }),
              ...(serviceDeploymentArn === undefined ? {} : { serviceDeploymentArn }),
            });
          else forgetRollout(context, live.plan.name);
        } catch (thrown) {
          // The other services go on to a state that can be judged; the release fails as one. On a cancel, what was
          // sent for them is awaited all the same: the answer names what was started.
          if (!(thrown instanceof CancelledError)) end.error = asDeployError(thrown);
        }
      }),
    ),
  );
  context.signal.throwIfAborted();
}

async function watchAll(
  context: Context,
  cluster: string,
  ends: readonly ServiceEnd[],
  plan: Pick<RolloutPlan, 'timeoutSeconds'> & { decide?: DecideAtHook },
): Promise<void> {
  const started = ends.flatMap(({ rollout }) => rollout ?? []);
  const watched = await watchRollouts(context, cluster, started, plan);
  for (const end of ends) {
    const found = watched.find(({ rollout }) => rollout === end.rollout);
    if (found !== undefined) end.end = found;
    delete end.report.reason;
    Object.assign(end.report, factsOf(end));
  }
}

function newReport({ plan, service }: LiveService, taskDefinition: string): ServiceReport {
  return {
    name: plan.name,
    to: revisionName(taskDefinition),
    outcome: 'failed',
    reason: 'not known: the run ended before the rollout did',
    stopReasons: [],
    logTail: [],
    ...(service.taskDefinition === undefined ? {} : { from: revisionName(service.taskDefinition) }),
  };
}

function factsOf({ rollout, end, error }: ServiceEnd): Partial<ServiceReport> {
  if (end === undefined || rollout === undefined) {
    return { outcome: 'failed', reason: `not updated: ${error?.message ?? 'unknown'}` };
  }
  const outcome = outcomeOf(rollout, end);
  return {
    outcome,
    ...(end.reason === undefined ? {} : { reason: end.reason }),
    seconds: (end.endedAt - rollout.startedAt) / 1000,
    ...(end.service?.desiredCount === undefined ? {} : { desired: end.service.desiredCount }),
    ...(end.service?.runningCount === undefined ? {} : { running: end.service.runningCount }),
    ...(end.serviceDeploymentArn === undefined ? {} : { serviceDeploymentArn: end.serviceDeploymentArn }),
    ...(end.hookId === undefined ? {} : { hookId: end.hookId }),
  };
}

/** What ECS reports, seen from what was asked for. */
function outcomeOf({ start }: StartedRollout, { outcome }: RolloutEnd): Outcome {
  if (start === 'steady' && outcome === 'completed') return 'no-change';
  if (start !== 'stopped') return outcome;
  return outcome === 'rolled-back' ? 'completed' : outcome === 'completed' ? 'failed' : outcome;
}

async function explain(
  context: Context,
  cluster: string,
  { rollout, end, report }: ServiceEnd,
): Promise<void> {
  const { log } = context;
  const how = report.reason === undefined ? report.outcome : `${report.outcome}: ${report.reason}`;
  log.progress(report.name, `${report.name}: ${how}`);
  const failed =
    end !== undefined && ['failed', 'rolled-back', 'rollback-failed', 'timed-out'].includes(end.outcome);
  if (!failed || rollout === undefined) return;
  const { stopReasons, logTail } = await diagnose(context, cluster, rollout);
  report.stopReasons = stopReasons;
  report.logTail = logTail;
  for (const { reason, count, hint } of stopReasons) {
    log.outside([`  ${report.name}: ${count} stopped: ${reason}`]);
    if (hint !== undefined) log.info(`  → ${hint}`);
  }
  const told = stopReasons.flatMap(({ hint }) => hint ?? []);
  for (const hint of eventHints(end.service?.events, rollout.startedAt, told)) log.info(`  → ${hint}`);
  if (logTail.length > 0) {
    log.info(`  ${report.name}: the last lines of one of them:`);
    log.outside(logTail.map((line) => `    ${line}`));
  }
}
