import { code, link, prose } from '../rules/text/markdown.ts';
import type { BuildReport, RunReport } from './run-report.ts';

const SIGNS: Record<BuildReport['state'], string> = {
  succeeded: '✅',
  failed: '❌',
  'timed-out': '⌛',
  stopped: '🛑',
  running: '🏃',
};

/** The builds on CodeBuild, one line each; the log of those that went wrong. `logBlock` is how the summary shows a log. */
export function buildsSection(
  { builds }: Pick<RunReport, 'builds'>,
  logBlock: (tail: readonly string[]) => string[],
): string | undefined {
  if (builds.length === 0) return undefined;
  return [
    builds.length === 1 ? '### Build on CodeBuild' : '### Builds on CodeBuild',
    ...builds.flatMap((build) => ['', ...buildLines(build, logBlock)]),
  ].join('\n');
}

function buildLines(
  { state, project, subject, id, url, reason, phase, seconds, logTail }: BuildReport,
  logBlock: (tail: readonly string[]) => string[],
): string[] {
  const what = subject === undefined ? '' : ` of ${code(subject)}`;
  const name = id === undefined ? `project ${code(project)}` : link(code(id), url);
  const words = state === 'running' ? `still running${phase === undefined ? '' : ` in ${phase}`}` : state;
  const time = seconds === undefined ? '' : ` after ${seconds.toFixed(1)} s`;
  return [
    `${SIGNS[state]} ${name}${what}: ${words}${time}${reason === undefined ? '' : `. ${prose(reason)}`}`,
    ...(state === 'succeeded' ? [] : logBlock(logTail)),
  ];
}
