import { tally, type CheckState } from '../rules/preflight/check.ts';
import type { PlanReport, PlannedDefinition, PlannedImage, PlannedSchedule } from './plan-report.ts';
import type { CookbooksReport } from './run-report.ts';

const STATES: Record<CheckState, string> = { pass: 'pass', warn: 'WARN', fail: 'FAIL', skip: 'skip' };

/** The plan as a person reads it in a log or a terminal: columns of plain text. It holds text from outside. */
export function planLines(plan: PlanReport, cookbooks?: Pick<CookbooksReport, 'raises'>): string[] {
  const { images, definitions, tasks, services, schedules, checks } = plan;
  return [
    ...columns([
      ...images.map((image) => ['image', image.action, imageText(image)] as const),
      ...definitions.map(
        (one) => ['task definition', one.action, `${revisionText(one)}, ${runnersText(one)}`] as const,
      ),
      ...tasks.map(
        ({ purpose, action, command, reason }) =>
          [purpose, action, `${command.join(' ')}: ${reason}`] as const,
      ),
      ...services.map(
        ({ name, action, from, reason }) =>
          ['service', action, `${name}, runs ${from}${reason === undefined ? '' : `: ${reason}`}`] as const,
      ),
      ...schedules.map((one) => ['schedule', 'move', scheduleText(one)] as const),
      ...(cookbooks?.raises ?? []).map(
        ({ name, from, to }) => ['cookbook', 'raise', `${name}: ${from} → ${to}`] as const,
      ),
    ]),
    // Of what is not deployed, nothing is checked but cookbooks.
    ...(checks.length === 0
      ? []
      : [
          '',
          `Checks: ${tally(checks)}`,
          ...columns(
            checks.map(({ check, subject, state, message }) => [
              STATES[state],
              check,
              `${subject}: ${message}`,
            ]),
          ),
        ]),
  ];
}

export function scheduleText({ schedule, target, from, to, isBehind }: PlannedSchedule): string {
  const name = target === undefined ? schedule : `${schedule}, target ${target}`;
  return `${name}: ${from} → ${to}${isBehind ? ' (it lags behind already)' : ''}`;
}

export function imageText(image: PlannedImage): string {
  return image.from === undefined ? imageName(image) : `${imageName(image)}, from ${image.from}`;
}

export function imageName({ uri, tag, digest }: PlannedImage): string {
  const name = tag === undefined ? uri : `${uri}:${tag}`;
  return digest === undefined ? name : `${name}@${digest}`;
}

export function revisionText({ family, from, to, action }: PlannedDefinition): string {
  if (from === undefined) return `${family}:(new), the first`;
  if (action === 'unchanged') return from;
  return `${from} → ${to ?? `${family}:(new)`}`;
}

/** Who runs it; a family that is only registered has nobody. */
function runnersText({ services, target }: PlannedDefinition): string {
  if (services.length > 0) return `for ${services.join(', ')}`;
  return target === undefined ? 'registered only' : `registered only, ${target}`;
}

/** All but the last of equal width. */
function columns(rows: readonly (readonly [string, string, string])[]): string[] {
  const width = (index: 0 | 1) => Math.max(0, ...rows.map((row) => row[index].length));
  const [first, second] = [width(0), width(1)];
  return rows.map(([one, two, three]) => `${one.padEnd(first)}  ${two.padEnd(second)}  ${three}`);
}
