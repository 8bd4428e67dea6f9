import type { SchedulesPlan } from '../plan.ts';
import type { Draft } from './draft.ts';

export function schedulesOf({ inputs, sections }: Draft): { schedules?: SchedulesPlan } {
  const { schedules: which, services = [] } = sections;
  // An empty list takes back, for one environment, what the file says for all.
  if (which === undefined || which.length === 0) return {};
  const names = services.map((entry) => (typeof entry === 'string' ? entry : entry.name));
  const isPart = inputs.services !== undefined && names.some((name) => !inputs.services?.includes(name));
  return { schedules: { which, isPart } };
}
