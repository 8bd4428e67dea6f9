import { fenced } from '../rules/text/markdown.ts';

// What several sections of the job summary are made of.

const LONGEST_LOG_LINE = 500;
const MOST_LOG_LINES = 50;

/** The last lines of a log, from outside, as a block; nothing where there are none. */
export function logBlock(tail: readonly string[]): string[] {
  if (tail.length === 0) return [];
  const lines = shorten(tail);
  const summary =
    lines.length === 1 ? 'The last line of its log' : `The last ${lines.length} lines of its log`;
  return ['', `<details open><summary>${summary}</summary>`, '', fenced(lines), '', '</details>'];
}

export function shorten(lines: readonly string[], most = MOST_LOG_LINES): string[] {
  return lines
    .slice(-most)
    .map((line) => (line.length <= LONGEST_LOG_LINE ? line : `${line.slice(0, LONGEST_LOG_LINE)}…`));
}

/** "0.4 s", "12.0 s", "3 min 05 s" */
export function seconds(taken: number): string {
  if (taken < 60) return `${taken.toFixed(1)} s`;
  const whole = Math.round(taken);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
