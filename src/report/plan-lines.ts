import { tally, type CheckState } from '../rules/preflight/check.ts';
import type { PlanReport, PlannedDefinition, PlannedImage, PlannedSchedule } from './plan-report.ts';

const STATES: Record<CheckState, string> = { pass: 'pass', warn: 'WARN', fail: 'FAIL', skip: 'skip' };

/** The plan as a person reads it in a log or a terminal: columns of plain text. It holds text from outside. */
export function planLines({ images, definitions, tasks, services, schedules, checks }: PlanReport): string[] {
  return [
    ...columns([
      ...images.map((image) => ['image', image.action, imageText(image)] as const),
      ...definitions.map(
        (one) =>
          ['task definition', one.action, `${revisionText(one)} (${one.services.join(', ')})`] as const,
      ),
      ...tasks.map(
        ({ purpose, action, command, reason }) =>
          [purpose, action, `${command.join(' ')}: ${reason}`] as const,
      ),
      ...services.map(
        ({ name, action, from, reason }) =>
          ['service', action, `${name} (${from})${reason === undefined ? '' : `: ${reason}`}`] as const,
      ),
      ...schedules.map((one) => ['schedule', 'move', scheduleText(one)] as const),
    ]),
    '',
    `Checks: ${tally(checks)}`,
    ...columns(
      checks.map(({ check, subject, state, message }) => [STATES[state], check, `${subject}: ${message}`]),
    ),
  ];
}

export function scheduleText({ schedule, target, from, to, isBehind }: PlannedSchedule): string {
  const name = target === undefined ? schedule : `${schedule}, target ${target}`;
  return `${name}: ${from} → ${to}${isBehind ? ' (it lags behind what runs)' : ''}`;
}

export function imageText({ uri, tag, digest }: PlannedImage): string {
  const name = tag === undefined ? uri : `${uri}:${tag}`;
  return digest === undefined ? name : `${name}@${digest}`;
}

export function revisionText({ family, from, to, action }: PlannedDefinition): string {
  if (action === 'unchanged') return from;
  return `${from} → ${to ?? `${family}:(new)`}`;
}

/** All but the last of equal width. */
function columns(rows: readonly (readonly [string, string, string])[]): string[] {
  const width = (index: 0 | 1) => Math.max(0, ...rows.map((row) => row[index].length));
  const [first, second] = [width(0), width(1)];
  return rows.map(([one, two, three]) => `${one.padEnd(first)}  ${two.padEnd(second)}  ${three}`);
}
