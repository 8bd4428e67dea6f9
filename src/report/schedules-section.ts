import { code, table } from '../rules/text/markdown.ts';
import type { ScheduleReport } from './run-report.ts';

const STATES: Record<ScheduleReport['state'], string> = {
  moved: '✅ moved',
  unchanged: '✅ unchanged',
  unpinned: '➖ names no revision, left alone',
  pending: '⏹️ not reached',
  failed: '❌ not moved',
  returned: '↩️ returned',
};

/** More rows than this say less, not more: the rest is counted. */
const MOST_ROWS = 100;

/** The scheduled tasks that follow the deploy. */
export function schedulesSection(schedules: readonly ScheduleReport[] = []): string | undefined {
  if (schedules.length === 0) return undefined;
  const rows = schedules
    .slice(0, MOST_ROWS)
    .map(({ kind, name, target, from, to, state }) => [
      `${kind} ${code(name)}${target === undefined ? '' : `, target ${code(target)}`}`,
      STATES[state],
      code(from),
      code(to),
    ]);
  const rest = schedules.length - rows.length;
  return [
    '### Schedules',
    '',
    table(['schedule', '', 'before', 'deployed'], rows),
    ...(rest === 0 ? [] : ['', `${rest} more are in the log and in the result of \`--json\`.`]),
  ].join('\n');
}
