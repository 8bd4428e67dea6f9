import { code, prose } from '../rules/text/markdown.ts';
import type { InitReport } from './run-report.ts';

/** What `init` wrote and what is left to do, for the job summary. */
export function initSection({ files, notes }: InitReport): string {
  const lines = files.map(({ path, state }) =>
    `- ${code(path)} ${state === 'kept' ? '(kept as it was)' : ''}`.trim(),
  );
  return [
    '### Files',
    '',
    ...lines,
    ...(notes.length === 0 ? [] : ['', '### To do', '', ...notes.map((note) => `- ${prose(note)}`)]),
  ].join('\n');
}
