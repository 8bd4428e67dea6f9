/**
 * What starts tasks by the clock or on an event: a rule on an event bus of EventBridge, or a schedule in a group of
 * EventBridge Scheduler. Both are called schedules here.
 */
export type ScheduleName =
  { kind: 'rule'; bus: string; name: string } | { kind: 'schedule'; group: string; name: string };

export type ScheduleKind = ScheduleName['kind'];

/** The bus and the group that every account has. */
const DEFAULT = 'default';

/** "BUS/NAME", "GROUP/NAME" or a name alone. The bus of a partner has slashes in its name. */
export function parseScheduleName(kind: ScheduleKind, text: string): ScheduleName {
  const end = text.lastIndexOf('/');
  const where = end === -1 ? DEFAULT : text.slice(0, end);
  const name = text.slice(end + 1);
  return kind === 'rule' ? { kind, bus: where, name } : { kind, group: where, name };
}

/** As deploy.yml has it: "nightly", "orders/nightly". */
export function shortName(schedule: ScheduleName): string {
  const where = schedule.kind === 'rule' ? schedule.bus : schedule.group;
  return where === DEFAULT ? schedule.name : `${where}/${schedule.name}`;
}

/** For people: "rule orders/nightly", "schedule report". */
export function tellSchedule(schedule: ScheduleName): string {
  return `${schedule.kind} ${shortName(schedule)}`;
}

export function sameSchedule(one: ScheduleName, other: ScheduleName): boolean {
  return one.kind === other.kind && shortName(one) === shortName(other);
}
