import type { ScheduleState } from '../../rules/record/saved-state.ts';
import { taskDefinitionOf } from '../../rules/schedule/pin.ts';
import { tellSchedule } from '../../rules/schedule/schedule-name.ts';
import { returnMoves, tellKept } from './move-schedules.ts';
import { readTargets, type ScheduleContext } from './schedule-targets.ts';

/**
 * Takes what a run that was cut short moved back where that was asked for (`mayAct`), else names it; only what still
 * starts the revision that the run gave it. A second time it finds nothing to do.
 */
export async function finishSchedule(
  context: ScheduleContext,
  { schedule, moves, onCancel }: ScheduleState,
  { mayAct }: { mayAct: boolean },
): Promise<void> {
  if (mayAct && onCancel === 'rollback') {
    const returned = await returnMoves(context, schedule, moves);
    if (returned.length === 0) context.log.info(`${tellSchedule(schedule)}: nothing of ours to take back`);
    return;
  }
  const targets = (await readTargets(context, schedule)) ?? [];
  const ours = moves.filter(({ target, to }) =>
    targets.some((one) => one.id === target && taskDefinitionOf(one.target) === to),
  );
  if (ours.length > 0)
    tellKept(context, schedule, ours, 'the run was cut short. Run again to move the rest of the schedules');
}

/** A schedule that could not be looked at. */
export function tellUnfinishedSchedule(
  { log }: Pick<ScheduleContext, 'log'>,
  { schedule, moves }: ScheduleState,
  reason: string,
): void {
  tellKept({ log }, schedule, moves, reason);
}
