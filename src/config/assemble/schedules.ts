import type { SchedulesPlan } from '../plan.ts';
import type { Draft } from './draft.ts';

export function schedulesOf({ sections: { schedules } }: Draft): { schedules?: SchedulesPlan } {
  if (schedules === 'auto') return { schedules };
  const [first, ...others] = schedules ?? [];
  return first === undefined ? {} : { schedules: [first, ...others] };
}
