import { asDeployError, CancelledError, type DeployError } from '../../errors.ts';
import type { RolloutPlan } from '../../config/plan.ts';
import type { ServiceReport } from '../../report/run-report.ts';
import { nextToBegin, type Progress } from '../../rules/rollout/order.ts';
import { isFailure, isGood } from '../../rules/rollout/release-verdict.ts';
import type { StepContext } from '../context.ts';
import type { DecideAtHook } from './hook-decisions.ts';
import { leaveOpen, leaveOrReturn } from './leave-rollouts.ts';
import type { LiveService } from '../services/read-services.ts';
import {
  attachRollout,
  startRollout,
  stopRollout,
  type StartedRollout,
  type BegunRollout,
} from './start-rollout.ts';
import { forgetRollout, rememberRollout } from './rollout-state.ts';
import type { ServiceEnd } from './service-end.ts';
import { explain, newReport, settle, tellEnd } from './service-report.ts';
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

/** One service of the release: what is asked for, and what becomes of it. */
interface Part extends ServiceEnd {
  asked: ServiceRollout;
  name: string;
  after: readonly string[];
}

/**
 * Points every service at its revision, follows all of them in one loop, and says why where one did not complete. One
 * that comes after others begins when exactly these have completed, and not at all where one of them has not, or where
 * the release goes back as a whole.
 */
export async function rollOut(
  context: Context,
  cluster: string,
  services: readonly ServiceRollout[],
  plan: RolloutPlan & { decide?: DecideAtHook },
): Promise<ServiceEnd[]> {
  const parts = services.map((asked): Part => {
    const { live, taskDefinition } = asked;
    const { name, after = [] } = live.plan;
    return { asked, name, after, live, report: newReport(live, taskDefinition) };
  });
  context.report.services.push(...parts.map(({ report }) => report));
  const begun = new Set<Part>();
  const beginNext = async (): Promise<StartedRollout[]> => {
    const next = nextParts(parts, begun, plan);
    for (const { item, by } of next.kept) {
      begun.add(item);
      leaveAlone(context, item.report, by.report);
    }
    for (const part of next.ready) begun.add(part);
    await startAll(context, cluster, next.ready, plan);
    for (const part of next.ready) if (part.error !== undefined) settle(context, part);
    // What was kept back, or could not be started, may keep back others.
    const hasChanged = next.kept.length > 0 || next.ready.some(({ error }) => error !== undefined);
    const more = hasChanged ? await beginNext() : [];
    return [...next.ready.flatMap(({ rollout }) => rollout ?? []), ...more];
  };
  try {
    await watchAll(context, cluster, parts, { ...plan, begin: beginNext });
    for (const part of parts) await explain(context, cluster, part);
    return parts;
  } catch (error) {
    for (const part of parts) if (!begun.has(part)) part.report.reason = 'not begun';
    if (error instanceof CancelledError) await leaveOrReturn(context, cluster, parts, plan);
    else leaveOpen(context, cluster, parts);
    throw error;
  }
}

/** After a failure that takes all services back, nothing more begins. */
function nextParts(
  parts: readonly Part[],
  begun: ReadonlySet<Part>,
  { onFailure }: Pick<RolloutPlan, 'onFailure'>,
): ReturnType<typeof nextToBegin<Part>> {
  const progressOf = (part: Part): Progress => {
    if (!begun.has(part)) return 'waiting';
    if (part.rollout !== undefined && part.end === undefined) return 'running';
    return isGood(part.report.outcome) ? 'good' : 'bad';
  };
  const failed = parts.find((part) => progressOf(part) === 'bad' && isFailure(part.report.outcome));
  if (failed === undefined || onFailure !== 'rollback') return nextToBegin(parts, progressOf);
  const left = parts.filter((part) => !begun.has(part));
  return { ready: [], kept: left.map((item) => ({ item, by: failed })) };
}

/** A service that was not begun is no failure of its own: what waits for a person, or was overtaken, sends nothing back. */
function leaveAlone(context: Context, report: ServiceReport, before: ServiceReport): void {
  report.outcome = isFailure(before.outcome) ? 'refused' : before.outcome;
  report.reason = `not begun: ${before.name} did not complete`;
  tellEnd(context, report);
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
    for (const end of ends) if (end.rollout === undefined) settle(context, end);
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
  parts: readonly Part[],
  { onCancel, onPause }: Pick<RolloutPlan, 'onCancel' | 'onPause'>,
): Promise<void> {
  await Promise.all(
    parts.map(async (part) => {
      const { live, taskDefinition, newTasks = false, begun, stop, passHooks = false } = part.asked;
      if (context.signal.aborted) return;
      if (stop === undefined) rememberRollout(context, cluster, live, { taskDefinition, onCancel });
      try {
        part.rollout =
          stop === undefined
            ? await startRollout(context, cluster, live, taskDefinition, { newTasks, begun })
            : await stopRollout(context, live, stop);
        part.rollout.onPause = passHooks ? 'pass' : onPause;
        const { deploymentId, serviceDeploymentArn } = part.rollout;
        part.report.deploymentId = deploymentId;
        if (part.rollout.start === 'updated')
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
        if (!(thrown instanceof CancelledError)) part.error = asDeployError(thrown);
      }
    }),
  );
  context.signal.throwIfAborted();
}

/** Follows what has begun, and what `begin` sets going: at first, and whenever something has ended. */
async function watchAll(
  context: Context,
  cluster: string,
  ends: readonly ServiceEnd[],
  {
    begin = () => Promise.resolve([]),
    ...plan
  }: Pick<RolloutPlan, 'timeoutSeconds'> & {
    decide?: DecideAtHook;
    begin?: () => Promise<StartedRollout[]>;
  },
): Promise<void> {
  const onEnded = (ended: readonly RolloutEnd[]) => {
    for (const found of ended) {
      const end = ends.find(({ rollout }) => rollout === found.rollout);
      if (end === undefined) continue;
      end.end = found;
      settle(context, end);
    }
    return begin();
  };
  const begun = ends.flatMap(({ rollout }) => rollout ?? []);
  await watchRollouts(context, cluster, [...begun, ...(await begin())], { ...plan, onEnded });
}
