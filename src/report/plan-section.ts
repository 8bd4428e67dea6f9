import { tally, type Check, type CheckState } from '../rules/preflight/check.ts';
import { code, fenced, prose, table } from '../rules/text/markdown.ts';
import { imageName, revisionText, scheduleText } from './plan-lines.ts';
import type { PlanReport, PlannedDefinition, PlannedImage, PlannedTask } from './plan-report.ts';
import type { CookbooksReport } from './run-report.ts';

const SIGNS: Record<CheckState, string> = { pass: '✅', warn: '⚠️', fail: '❌', skip: '⏭️' };
/** A diff of more lines is cut: whoever wants all of it has the log. */
const MOST_DIFF_LINES = 200;
const MOST_SCHEDULES = 50;

/** The plan in Markdown, for the job summary and for the comment on a pull request. All text from outside is inert. */
export function planSection(plan: PlanReport, cookbooks?: CookbooksReport): string {
  const rows = rowsOf(plan);
  const parts = [
    '### What a deploy would do',
    plan.onlyCookbooksSince === undefined ? undefined : onlyCookbooks(plan.onlyCookbooksSince),
    rows.length === 0 ? undefined : table(['what', 'action', 'detail'], rows),
    ...plan.definitions.filter(({ diff }) => diff.length > 0).map(diffBlock),
    cookbooks === undefined ? undefined : cookbookTable(cookbooks),
    plan.checks.length === 0 ? undefined : checksBlock(plan.checks),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

function onlyCookbooks(since: readonly string[]): string {
  const commits = since.map((commit) => code(commit.slice(0, 12))).join(', ');
  return `Nothing but cookbooks changed since ${commits}: no application would be deployed.`;
}

function rowsOf(plan: PlanReport): string[][] {
  const { images, definitions, tasks, services, schedules, onlyCookbooksSince } = plan;
  return [
    ...(images.length === 0 && onlyCookbooksSince === undefined
      ? [['image', '❔ not known', '']]
      : images.map(imageCells)),
    ...definitions.map((one) => [
      `task definition of ${ownersOf(one, code)}`,
      DEFINITIONS[one.action],
      code(revisionText(one)),
    ]),
    ...tasks.map((task) => [
      TASKS[task.purpose],
      task.action === 'run' ? '▶️ run' : '⏭️ skip',
      `${code(task.command.join(' '))}${task.service === undefined ? '' : ` on ${code(task.service)}`}: ${prose(task.reason)}`,
    ]),
    ...services.map(({ name, action, from, reason }) => [
      `service ${code(name)}`,
      SERVICES[action],
      reason === undefined ? `runs ${code(from)}` : prose(reason),
    ]),
    ...schedules.slice(0, MOST_SCHEDULES).map((one) => ['schedule', '🔄 move', prose(scheduleText(one))]),
    ...(schedules.length > MOST_SCHEDULES
      ? [['schedules', '🔄 move', `${schedules.length - MOST_SCHEDULES} more are in the log`]]
      : []),
  ];
}

const DEFINITIONS: Record<PlannedDefinition['action'], string> = {
  register: '🆕 register',
  reuse: '♻️ registered before',
  unchanged: '✔️ unchanged',
};
const SERVICES = { update: '🔄 update', unchanged: '✔️ unchanged', refused: '⛔ refused' } as const;
const TASKS: Record<PlannedTask['purpose'], string> = {
  'before-deploy': 'before the deploy',
  migrate: 'migration',
  'prove-previous': 'proof on what serves',
  verify: 'verification',
};

const IMAGES = { build: '🔨 build', copy: '📥 copy', reuse: '♻️ reuse' } as const;

function imageCells(image: PlannedImage): string[] {
  const title = image.name === undefined ? 'image' : `image ${code(image.name)}`;
  const from = image.from === undefined ? '' : ` from ${code(image.from)}`;
  return [title, IMAGES[image.action], `${code(imageName(image))}${from}`];
}

/** The services that would run it, else the family. */
function ownersOf({ services, family, target }: PlannedDefinition, shown: (name: string) => string): string {
  if (services.length > 0) return services.map(shown).join(', ');
  return `family ${shown(target === undefined ? family : `${target}/${family}`)}`;
}

function diffBlock(definition: PlannedDefinition): string {
  const { diff } = definition;
  const shown = diff.slice(0, MOST_DIFF_LINES);
  const rest = diff.length - shown.length;
  return [
    `<details><summary>Diff for ${ownersOf(definition, prose)}</summary>`,
    '',
    fenced([...shown, ...(rest === 0 ? [] : [`… ${rest} more lines are in the log`])], 'diff'),
    '',
    '</details>',
  ].join('\n');
}

function cookbookTable({ raises, problems }: CookbooksReport): string | undefined {
  if (raises.length === 0) return problems.length === 0 ? 'No cookbook version would rise.' : undefined;
  return [
    '### Cookbooks that would rise',
    '',
    table(
      ['cookbook', 'from', 'to', 'level', 'why'],
      raises.map(({ name, from, to, level, why }) => [code(name), code(from), code(to), level, prose(why)]),
    ),
  ].join('\n');
}

/** What passed is behind a fold: there is much of it, and it asks for nothing. */
function checksBlock(checks: readonly Check[]): string {
  const urgent = (['fail', 'warn'] as const).flatMap((state) => checks.filter((one) => one.state === state));
  const quiet = checks.filter(({ state }) => state === 'pass' || state === 'skip');
  return [
    `### Checks: ${tally(checks)}`,
    ...(urgent.length === 0 ? [] : ['', checkTable(urgent)]),
    ...(quiet.length === 0
      ? []
      : ['', `<details><summary>${tally(quiet)}</summary>`, '', checkTable(quiet), '', '</details>']),
  ].join('\n');
}

function checkTable(checks: readonly Check[]): string {
  return table(
    ['', 'check', 'of', 'found'],
    checks.map(({ check, subject, state, message }) => [SIGNS[state], check, code(subject), prose(message)]),
  );
}
