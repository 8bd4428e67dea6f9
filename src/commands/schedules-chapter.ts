import { asDeployError, CancelledError, DeployError, isAwsError } from '../errors.ts';
import type { ContinuePlan, DeployPlan, RollbackPlan } from '../config/plan.ts';
import { releaseError, tellServices } from '../rules/rollout/release-verdict.ts';
import type { BroughtRevision } from '../rules/schedule/pin.ts';
import type { StepContext } from '../steps/context.ts';
import { leaveOrReturn } from '../steps/rollout/leave-rollouts.ts';
import {
  followingSchedules,
  forgetSchedules,
  moveSchedules,
  returnSchedules,
  tellKept,
  type FollowingSchedule,
} from '../steps/schedules/move-schedules.ts';
import { findSchedules } from '../steps/schedules/schedules.ts';
import type { ServiceEnd } from '../steps/rollout/service-end.ts';
import { forgetRollouts, returnChapter } from './chapters.ts';

/** A deploy, or what takes one back or goes on with it. */
type SchedulesPlan = Pick<
  DeployPlan | RollbackPlan | ContinuePlan,
  'command' | 'environment' | 'schedules' | 'target' | 'rollout'
>;

/** Reads the schedules that follow this run; what is wrong with them is told before anything changes. */
export async function findSchedulesChapter(
  plan: SchedulesPlan,
  context: StepContext,
  revisions: readonly BroughtRevision[],
): Promise<FollowingSchedule[]> {
  const { environment, schedules, target } = plan;
  if (schedules === undefined) return [];
  return context.log.step('schedules', 'Find the scheduled tasks', async (step) => {
    const found = await findSchedules(context, {
      // Only a deploy brings a revision of every family.
      schedules: { ...schedules, isPart: schedules.isPart || plan.command !== 'deploy' },
      revisions,
      environment,
      cluster: target.cluster,
    });
    const following = followingSchedules(context, found);
    const left = following
      .flatMap(({ reports }) => reports)
      .filter(({ state }) => state === 'pending').length;
    step.finish(
      found.length === 0
        ? 'No schedule follows this run'
        : `${countOf(found.length)}, ${left === 0 ? 'none has to move' : `${left} to move`}`,
    );
    return following;
  });
}

/**
 * Moves the schedules once all services have completed: they are the last part of the release. Where one cannot be moved,
 * the release has failed as one (law 5). Answers whether anything moved.
 */
export async function moveSchedulesChapter(
  plan: SchedulesPlan,
  context: StepContext,
  release: Release,
): Promise<boolean> {
  const { schedules, revisions, ends } = release;
  const { onCancel } = plan.rollout;
  if (schedules.length === 0) return false;
  const reports = schedules.flatMap((one) => one.reports);
  try {
    if (reports.some(({ state }) => state === 'pending')) {
      await context.log.step('schedules', 'Move the scheduled tasks', async (step) => {
        await moveSchedules(context, schedules, { revisions, onCancel });
        step.finish(`${countOf(schedules.filter(({ moves }) => moves.length > 0).length)} moved`);
      });
    }
  } catch (thrown) {
    const error = asDeployError(thrown);
    if (error instanceof CancelledError) await endAtOnce(plan, context, release);
    else throw await undo(plan, context, release, error);
    throw error;
  }
  forgetSchedules(context, schedules);
  forgetRollouts(context, ends);
  return schedules.some(({ moves }) => moves.length > 0);
}

interface Release {
  schedules: FollowingSchedule[];
  revisions: readonly BroughtRevision[];
  ends: readonly ServiceEnd[];
  migrated?: boolean;
}

/** On a cancel there are seconds: nothing is waited for. */
async function endAtOnce(
  { rollout, target }: SchedulesPlan,
  context: StepContext,
  { schedules, ends }: Release,
): Promise<void> {
  if (rollout.onCancel === 'rollback') {
    await returnSchedules(context, schedules);
    await leaveOrReturn(context, target.cluster, ends, rollout);
    return;
  }
  for (const { found, moves } of schedules)
    if (moves.length > 0)
      tellKept(context, found.schedule, moves, 'the run was cancelled. Run again to move the rest', {
        isAsked: true,
      });
}

/** Answers what the run ends with. An API that we lost never takes anything back (law 5). */
async function undo(
  plan: SchedulesPlan,
  context: StepContext,
  { schedules, ends, migrated = false }: Release,
  error: DeployError,
): Promise<DeployError> {
  const { onFailure } = plan.rollout;
  if (onFailure !== 'rollback' || isLost(error)) {
    for (const { found, moves } of schedules)
      if (moves.length > 0) tellKept(context, found.schedule, moves, 'another could not be moved');
    return error;
  }
  if (schedules.some(({ moves }) => moves.length > 0)) {
    await context.log.step('rollback', 'Send the scheduled tasks back', async (step) => {
      await returnSchedules(context, schedules);
      const returned = schedules.flatMap(({ reports }) =>
        reports.filter(({ state }) => state === 'returned'),
      );
      step.finish(`${countOf(returned.length)} back`);
    });
  }
  await returnChapter(plan, context, ends, { failed: true });
  forgetRollouts(context, ends);
  const reports = ends.map(({ report }) => report);
  if (reports.every(({ outcome }) => outcome === 'completed' || outcome === 'no-change')) return error;
  const { code, hint } = releaseError(reports, { migrated, cause: error });
  return new DeployError(code, `${error.message}; ${tellServices(reports)}`, {
    cause: error,
    details: error.details,
    ...(hint === undefined ? {} : { hint }),
  });
}

function isLost({ code, cause }: DeployError): boolean {
  return (isAwsError(cause) && cause.retryable) || LOST.some((lost) => lost === code);
}

const LOST = ['AWS_CREDENTIALS_EXPIRED', 'CREDENTIALS_MISSING'];

function countOf(count: number): string {
  return count === 1 ? '1 schedule' : `${count} schedules`;
}
