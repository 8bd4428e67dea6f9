import { AwsError, asDeployError, DeployError, isAwsError } from '../../errors.ts';
import type { RefusedTarget } from '../../ports/events.ts';
import { withTaskDefinition } from '../../rules/schedule/pin.ts';
import { tellSchedule, type ScheduleName } from '../../rules/schedule/schedule-name.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { StepContext } from '../context.ts';

export type ScheduleContext = Pick<StepContext, 'events' | 'scheduler' | 'clock' | 'log' | 'signal'>;

/** A rule has up to five targets, known by their ids; a schedule has one, whose id is "". */
export interface ScheduleTarget {
  id: string;
  target: JsonObject;
  /** The schedule that the target is a part of; the target itself where it is a rule's. */
  whole: JsonObject;
}

/** One target's change of revision, both as ARN. */
export interface ScheduleMove {
  target: string;
  from: string;
  to: string;
}

interface ReadSchedule {
  targets: ScheduleTarget[];
  write(moves: readonly ScheduleMove[]): Promise<RefusedTarget[]>;
}

/** The targets as they are now; undefined where there is no such rule or schedule. */
export async function readTargets(
  context: ScheduleContext,
  schedule: ScheduleName,
): Promise<ScheduleTarget[] | undefined> {
  return (await readSchedule(context, schedule).catch(named(schedule)))?.targets;
}

/** Somebody changes the same rule or schedule at this moment: a later try reads what they wrote. */
const MOST_ATTEMPTS = 3;
const PASSING = /Concurrent|Conflict|Throttl|Internal/u;

/**
 * Reads the schedule and changes the revision of the targets that `choose` names one for, and nothing else of them.
 * `announce` is told what is about to be sent, and answers nothing; with nothing to change nothing is sent. Rejects with
 * SCHEDULE_NOT_FOUND, SCHEDULE_NOT_MOVED or what AWS said, each naming the schedule.
 */
export async function changeTargets(
  context: ScheduleContext,
  schedule: ScheduleName,
  choose: (target: ScheduleTarget) => { from: string; to: string } | undefined,
  announce: (moves: readonly ScheduleMove[]) => void = () => undefined,
): Promise<ScheduleMove[]> {
  const sent: ScheduleMove[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const read = await readSchedule(context, schedule).catch(named(schedule));
    if (read === undefined) throw missingSchedule([schedule]);
    const moves = read.targets.flatMap((target) => {
      const move = choose(target);
      return move === undefined ? [] : [{ target: target.id, from: move.from, to: move.to }];
    });
    if (moves.length === 0) return sent;
    announce(moves);
    const refused = await read.write(moves).catch(conflicts).catch(named(schedule));
    sent.push(...moves.filter(({ target }) => !refused.some(({ id }) => id === target || id === '?')));
    if (refused.length === 0) return sent;
    if (attempt === MOST_ATTEMPTS || !refused.every(({ code }) => PASSING.test(code)))
      throw notMoved(schedule, refused);
    await context.clock.sleep(1_000 * attempt * (1 + context.clock.random()), context.signal);
  }
}

export function missingSchedule(schedules: readonly ScheduleName[]): DeployError {
  return new DeployError('SCHEDULE_NOT_FOUND', `there is no ${schedules.map(tellSchedule).join(', no ')}`, {
    hint: 'Check the names under `schedules`, the bus (`BUS/NAME`) or group (`GROUP/NAME`), and the region. Rules and schedules are created by your infrastructure code.',
  });
}

async function readSchedule(
  { events, scheduler }: ScheduleContext,
  schedule: ScheduleName,
): Promise<ReadSchedule | undefined> {
  if (schedule.kind === 'rule') {
    const listed = await events.listTargetsByRule(schedule);
    if (listed === undefined) return undefined;
    const targets = listed.map((target) => ({ id: textOf(target['Id']), target, whole: target }));
    return { targets, write: (moves) => events.putTargets(schedule, changed(targets, moves)) };
  }
  const whole = await scheduler.getSchedule(schedule);
  if (whole === undefined) return undefined;
  const { Target: target = {} } = whole as { Target?: JsonObject };
  const targets = [{ id: '', target, whole }];
  return {
    targets,
    async write(moves) {
      const [Target = target] = changed(targets, moves);
      await scheduler.updateSchedule(schedule, { ...whole, Target });
      return [];
    },
  };
}

/** Those that change, and no other. */
function changed(targets: readonly ScheduleTarget[], moves: readonly ScheduleMove[]): JsonObject[] {
  return targets.flatMap(({ id, target }) => {
    const move = moves.find((one) => one.target === id);
    return move === undefined ? [] : [withTaskDefinition(target, move.to)];
  });
}

function conflicts(error: unknown): RefusedTarget[] {
  if (isAwsError(error, 'ConcurrentModificationException') || isAwsError(error, 'ConflictException'))
    return [{ id: '?', code: error.awsCode, message: error.message }];
  throw error;
}

function notMoved(schedule: ScheduleName, refused: readonly RefusedTarget[]): DeployError {
  const told = refused.map(
    ({ id, code, message }) => `${id === '?' ? '' : `target ${id}: `}${message} (${code})`,
  );
  return new DeployError(
    'SCHEDULE_NOT_MOVED',
    `${tellSchedule(schedule)} was not changed: ${told.join('; ')}`,
    {
      hint: 'AWS took the call and refused this part of it. What it says names the cause; then run again: what has moved already is left as it is.',
      details: told,
    },
  );
}

/** What AWS said, with the schedule that it is about. */
function named(schedule: ScheduleName): (thrown: unknown) => never {
  return (thrown) => {
    const error = asDeployError(thrown);
    if (!(error instanceof AwsError)) throw error;
    throw new DeployError(error.code, `${tellSchedule(schedule)}: ${error.message}`, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
