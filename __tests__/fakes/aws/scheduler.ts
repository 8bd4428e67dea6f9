import type { Agenda } from './agenda.ts';
import type { Names } from './names.ts';
import { pageOf } from './pages.ts';
import type { Call } from './protocols.ts';
import { AwsException, type Operations, seconds, type WireRequest } from './wire.ts';

/** As GetSchedule answers it: what AWS takes it gives back whole. */
export interface StoredSchedule {
  Name: string;
  GroupName: string;
  Target: { Arn: string; [member: string]: unknown };
  [member: string]: unknown;
}

const REQUIRED = ['ScheduleExpression', 'FlexibleTimeWindow', 'Target'];

/** What a schedule has that says nothing of it (API reference, CreateSchedule). */
const DEFAULTS = { State: 'ENABLED', ScheduleExpressionTimezone: 'UTC', ActionAfterCompletion: 'NONE' };

/** EventBridge Scheduler: schedules in groups. */
export class FakeScheduler {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #schedules: StoredSchedule[] = [];
  readonly #groups = new Set(['default']);
  #conflicts = 0;
  pageSize = 100;

  constructor(names: Names, agenda: Agenda) {
    this.#names = names;
    this.#agenda = agenda;
  }

  addSchedule(schedule: {
    Name: string;
    GroupName?: string;
    Target: StoredSchedule['Target'];
    [more: string]: unknown;
  }): void {
    const { Name, GroupName = 'default', ...more } = structuredClone(schedule);
    this.#groups.add(GroupName);
    const now = seconds(this.#agenda.now);
    this.#schedules.push({
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ...DEFAULTS,
      ...more,
      Arn: this.#names.arn('scheduler', `schedule/${GroupName}/${Name}`),
      Name,
      GroupName,
      CreationDate: now,
      LastModificationDate: now,
    });
  }

  removeSchedule(name: string): void {
    const index = this.#schedules.findIndex(({ Name }) => Name === name);
    if (index !== -1) this.#schedules.splice(index, 1);
  }

  schedule(name: string, group = 'default'): StoredSchedule {
    return structuredClone(this.#existing({ Name: name, GroupName: group }));
  }

  /** The next updates meet somebody else's. */
  conflict(times: number): void {
    this.#conflicts = times;
  }

  readonly operations: Operations = {
    ListSchedules: ({ NextToken, MaxResults = 100 }: { NextToken?: string; MaxResults?: number }) => {
      const size = Math.min(MaxResults, this.pageSize);
      const { page, ...rest } = pageOf(this.#schedules, { token: NextToken, size });
      return {
        Schedules: page.map(
          ({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }) => ({
            Arn,
            Name,
            GroupName,
            State,
            CreationDate,
            LastModificationDate,
            Target: { Arn: Target.Arn },
          }),
        ),
        ...rest,
      };
    },

    GetSchedule: (request: { Name: string; GroupName?: string }) => structuredClone(this.#existing(request)),

    UpdateSchedule: (request: Pick<StoredSchedule, 'Name' | 'Target'> & Partial<StoredSchedule>) => {
      const { Name, ...changes } = structuredClone(request);
      delete changes['ClientToken'];
      const lacking = REQUIRED.find((member) => changes[member] === undefined);
      if (lacking !== undefined)
        throw new AwsException('ValidationException', `Value at '${lacking}' failed to satisfy constraint.`);
      const schedule = this.#existing(request);
      if (this.#conflicts > 0) {
        this.#conflicts -= 1;
        throw new AwsException('ConflictException', 'The schedule is being changed.', { status: 409 });
      }
      const { Arn, CreationDate } = schedule;
      // All of it is put in place: what is left out falls back to its default.
      this.#schedules[this.#schedules.indexOf(schedule)] = {
        ...DEFAULTS,
        ...changes,
        Arn,
        Name,
        GroupName: schedule.GroupName,
        CreationDate,
        LastModificationDate: seconds(this.#agenda.now),
      };
      return { ScheduleArn: Arn };
    },
  };

  #existing({ Name, GroupName = 'default' }: { Name: string; GroupName?: string }): StoredSchedule {
    const schedule = this.#schedules.find((one) => one.Name === Name && one.GroupName === GroupName);
    if (schedule !== undefined) return schedule;
    const what = this.#groups.has(GroupName) ? `Schedule ${Name}` : `ScheduleGroup ${GroupName}`;
    throw new AwsException('ResourceNotFoundException', `${what} does not exist.`, { status: 404 });
  }
}

/** Scheduler speaks REST: GET and PUT on /schedules/NAME, GET on /schedules. */
export function readSchedulerCall({ method, path = '/', headers, body }: WireRequest): Call | undefined {
  if (!(headers['authorization'] ?? '').includes('/scheduler/aws4_request')) return undefined;
  const { pathname, searchParams } = new URL(path, 'http://scheduler');
  if (pathname === '/schedules' && method === 'GET') {
    const { MaxResults, ...more } = Object.fromEntries(searchParams);
    const input = { ...more, ...(MaxResults === undefined ? {} : { MaxResults: Number(MaxResults) }) };
    return { service: 'scheduler', operation: 'ListSchedules', input };
  }
  const [, encoded] = /^\/schedules\/([^/]+)$/.exec(pathname) ?? [];
  if (encoded === undefined) return undefined;
  const Name = decodeURIComponent(encoded);
  if (method === 'GET') {
    const GroupName = searchParams.get('groupName');
    return {
      service: 'scheduler',
      operation: 'GetSchedule',
      input: { Name, ...(GroupName === null ? {} : { GroupName }) },
    };
  }
  if (method !== 'PUT') return undefined;
  const input = { ...(JSON.parse(body) as Record<string, unknown>), Name };
  return { service: 'scheduler', operation: 'UpdateSchedule', input };
}
