import { code, table } from '../rules/text/markdown.ts';
import type { InventoryReport } from './look-reports.ts';

/** A summary of a thousand rows says less, not more: the rest is counted. */
const MOST_ROWS = 600;

/** Services, schedules and images of an environment. */
export function inventorySections({ services, schedules, images }: InventoryReport): string[] {
  return [
    section(
      'Services',
      ['service', 'revision', 'running / desired', 'images'],
      services.map(({ name, revision, running, desired, images: own }) => [
        code(name),
        code(revision),
        `${running} / ${desired}`,
        own.map(code).join(' '),
      ]),
    ),
    section(
      'Schedules',
      ['schedule', 'revision', '', 'when', 'cluster', 'images'],
      schedules.map((one) => [
        `${one.kind} ${code(one.name)}${one.target === undefined ? '' : `, target ${code(one.target)}`}`,
        code(one.revision),
        stateOf(one),
        `${code(one.when)}${one.enabled ? '' : ', disabled'}`,
        code(one.cluster),
        one.images.map(code).join(' '),
      ]),
    ),
    section(
      'Images',
      ['image', 'revisions'],
      images.map(({ image, revisions }) => [code(image), revisions.map(code).join(' ')]),
    ),
  ];
}

function stateOf({ behind, isGone, revision }: InventoryReport['schedules'][number]): string {
  if (isGone) return '❌ no such revision: nothing starts';
  if (!revision.includes(':')) return '➖ pins none';
  return behind === undefined ? '✅ newest' : `⚠️ behind ${code(behind)}`;
}

function section(title: string, head: string[], rows: string[][]): string {
  if (rows.length === 0) return `### ${title}\n\nNone.`;
  const rest = rows.length - MOST_ROWS;
  return [
    `### ${title}`,
    '',
    table(head, rows.slice(0, MOST_ROWS)),
    ...(rest > 0 ? ['', `${rest} more are in the result of \`--json\`.`] : []),
  ].join('\n');
}
