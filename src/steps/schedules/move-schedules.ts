import pLimit from 'p-limit';
import { asDeployError, CancelledError, type DeployError } from '../../errors.ts';
import type { RolloutPlan } from '../../config/plan.ts';
import type { ScheduleReport } from '../../report/run-report.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { judgePin, taskDefinitionOf, type BroughtRevision } from '../../rules/schedule/pin.ts';
import { shortName, tellSchedule } from '../../rules/schedule/schedule-name.ts';
import { scheduleStateName, type ScheduleState } from '../../rules/record/saved-state.ts';
import { AT_ONCE, type FoundSchedule } from './schedules.ts';
import type { StepContext } from '../context.ts';
import { changeTargets, type ScheduleContext, type ScheduleMove } from './schedule-targets.ts';

type Context = ScheduleContext & Pick<StepContext, 'report' | 'saveState'>;

/** A schedule of this run, and what was sent to AWS for it. */
export interface FollowingSchedule {
  found: FoundSchedule;
  moves: readonly ScheduleMove[];
  /** One for each target. */
  reports: readonly ScheduleReport[];
  /** Under which name it is kept for the post step. */
  stateName: string;
}

/** What a run is going to do with the schedules; from here on the report knows them. */
export function followingSchedules(
  { report, log }: Pick<Context, 'report' | 'log'>,
  found: readonly FoundSchedule[],
): FollowingSchedule[] {
  for (const { schedule, pins } of found) {
    for (const { verdict, target, from } of pins)
      if (verdict === 'unpinned')
        log.info(
          `${tellTarget(schedule, target)}: names ${revisionName(from)} without a revision, so ECS takes the newest one each time: left alone`,
        );
  }
  const following = found.map((one, index) => ({
    found: one,
    moves: [],
    reports: one.pins.map((pin): ScheduleReport => {
      const { kind } = one.schedule;
      return {
        kind,
        name: shortName(one.schedule),
        ...(kind === 'rule' ? { target: pin.target } : {}),
        from: revisionName(pin.from),
        to: revisionName(pin.to),
        state: STATES[pin.verdict],
      };
    }),
    stateName: scheduleStateName(index + 1),
  }));
  report.schedules = following.flatMap(({ reports }) => reports);
  return following;
}

const STATES = { move: 'pending', current: 'unchanged', unpinned: 'unpinned' } as const;

/**
 * Points the targets at the revisions of this deploy. Each is read again right before, and what is about to be sent is
 * written down for the post step. The first failure lets no other begin; what has moved by then stands in `following`.
 */
export async function moveSchedules(
  context: Context,
  following: FollowingSchedule[],
  { revisions, onCancel }: { revisions: readonly BroughtRevision[]; onCancel: RolloutPlan['onCancel'] },
): Promise<void> {
  let failure: DeployError | undefined;
  const move = async (one: FollowingSchedule) => {
    if (failure !== undefined || context.signal.aborted) return;
    try {
      await moveOne(context, one, { revisions, onCancel });
    } catch (thrown) {
      const error = asDeployError(thrown);
      if (!(error instanceof CancelledError)) setStates(one, 'failed');
      failure ??= error;
    }
  };
  const [first, ...others] = following.filter(({ reports }) =>
    reports.some(({ state }) => state === 'pending'),
  );
  // The first goes alone: what is denied for it is mostly denied for all, and then nothing else has moved.
  if (first !== undefined) await move(first);
  const limit = pLimit(AT_ONCE);
  await Promise.all(others.map((one) => limit(() => move(one))));
  // What is done is done: a signal that came amid the last call changes nothing any more.
  const isLeft = following.some(({ reports }) => reports.some(({ state }) => state === 'pending'));
  if (failure === undefined && isLeft) context.signal.throwIfAborted();
  if (failure !== undefined) throw failure;
}

async function moveOne(
  context: Context,
  one: FollowingSchedule,
  { revisions, onCancel }: { revisions: readonly BroughtRevision[]; onCancel: RolloutPlan['onCancel'] },
): Promise<void> {
  const { log, saveState } = context;
  const { schedule, pins } = one.found;
  const isFound = (id: string) => pins.some(({ target }) => target === id);
  await changeTargets(
    context,
    schedule,
    ({ id, target }) => {
      const pin = judgePin(target, revisions);
      return pin?.verdict === 'move' && isFound(id) ? pin : undefined;
    },
    (moves) => {
      const earlier = one.moves.filter(({ target }) => !moves.some((move) => move.target === target));
      one.moves = [...earlier, ...moves];
      const state: ScheduleState = { schedule, moves: [...one.moves], onCancel };
      saveState(one.stateName, JSON.stringify(state));
    },
  );
  setStates(one, 'moved');
  for (const { target, from, to } of one.moves)
    log.info(`${tellTarget(schedule, target)}: ${revisionName(from)} → ${revisionName(to)}`);
}

/** Of the targets that were to move. */
function setStates(one: FollowingSchedule, state: ScheduleReport['state']): void {
  for (const report of one.reports) if (report.state === 'pending') report.state = state;
}

/** They are where they shall be, or back: nothing is left to finish. */
export function forgetSchedules(
  { saveState }: Pick<Context, 'saveState'>,
  following: readonly FollowingSchedule[],
): void {
  for (const { stateName, moves } of following) if (moves.length > 0) saveState(stateName, '');
}

/**
 * Takes the targets that this run moved back to what they had, those of them that still start what we gave them; each
 * is read again right before. What cannot be taken back is a warning with its cause, and stays for the post step.
 */
export async function returnSchedules(
  context: Context,
  following: readonly FollowingSchedule[],
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    following
      .filter(({ moves }) => moves.length > 0)
      .map((one) =>
        limit(async () => {
          try {
            const returned = await returnMoves(context, one.found.schedule, one.moves);
            for (const report of one.reports)
              if (returned.some(({ target }) => target === (report.target ?? ''))) report.state = 'returned';
            forgetSchedules(context, [one]);
          } catch (thrown) {
            tellKept(context, one.found.schedule, one.moves, asDeployError(thrown).message);
          }
        }),
      ),
  );
}

/** The part of it that the post step shares. */
export async function returnMoves(
  context: ScheduleContext,
  schedule: FoundSchedule['schedule'],
  moves: readonly ScheduleMove[],
): Promise<ScheduleMove[]> {
  const returned = await changeTargets(context, schedule, ({ id, target }) => {
    const move = moves.find((one) => one.target === id);
    // Another revision is somebody else's by now, or was never changed.
    if (move === undefined || taskDefinitionOf(target) !== move.to) return undefined;
    return { from: move.to, to: move.from };
  });
  for (const { target, to } of returned)
    context.log.info(`${tellTarget(schedule, target)}: back on ${revisionName(to)}`);
  return returned;
}

/** Says where moved targets stand, when they are not taken back; on a cancel that is what was asked for, and no warning. */
export function tellKept(
  { log }: Pick<ScheduleContext, 'log'>,
  schedule: FoundSchedule['schedule'],
  moves: readonly ScheduleMove[],
  reason: string,
  { isAsked = false } = {},
): void {
  const told = moves.map(
    ({ target, from, to }) =>
      `${target === '' ? '' : `target ${target} `}from ${revisionName(from)} to ${revisionName(to)}`,
  );
  const message = `${tellSchedule(schedule)} was moved ${told.join(', ')}: ${reason}`;
  if (isAsked) log.info(message);
  else log.warn('A schedule stays moved', message);
}

/** "rule nightly, target one", "schedule report" */
function tellTarget(schedule: FoundSchedule['schedule'], target: string): string {
  return `${tellSchedule(schedule)}${target === '' ? '' : `, target ${target}`}`;
}
