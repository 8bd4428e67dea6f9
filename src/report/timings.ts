import type { RunReport, StepReport } from './run-report.ts';

/** Seconds with one decimal; undefined while the step runs. */
export function secondsOf({ startedAt, endedAt }: StepReport): number | undefined {
  return endedAt === undefined ? undefined : Math.round((endedAt - startedAt) / 100) / 10;
}

/** Step → seconds, in the order they happened; steps of one kind are added up. */
export function timingsOf({ steps }: Pick<RunReport, 'steps'>): Record<string, number> {
  const timings: Record<string, number> = {};
  for (const step of steps) {
    const seconds = secondsOf(step);
    if (seconds !== undefined) timings[step.id] = Math.round(((timings[step.id] ?? 0) + seconds) * 10) / 10;
  }
  return timings;
}
