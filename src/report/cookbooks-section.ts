import { code, link, prose, table } from '../rules/text/markdown.ts';
import type { CookbooksReport } from './run-report.ts';

/** What became of the cookbooks, for the job summary. */
export function cookbooksSection(report: CookbooksReport): string {
  const { raises, problems } = report;
  const raised = raises.map(({ name, from, to, level, why }) => [
    code(name),
    code(from),
    code(to),
    level,
    prose(why),
  ]);
  const toMend = problems.map(
    ({ file, line, message }) =>
      `- ${code(`${file}${line === undefined ? '' : `:${line}`}`)} ${prose(message)}`,
  );
  return [
    '### Cookbooks',
    '',
    pullRequestLine(report),
    ...(raised.length === 0 ? [] : ['', table(['cookbook', 'from', 'to', 'level', 'why'], raised)]),
    ...(toMend.length === 0 ? [] : ['', 'Needs a person:', '', ...toMend]),
    ...releasedLine(report),
  ].join('\n');
}

const OPERATIONS: Record<CookbooksReport['operation'], string> = {
  created: 'opened',
  updated: 'updated',
  unchanged: 'left as it is',
  closed: 'closed: nothing is pending any more',
  snoozed: 'left closed, as a person wanted it, until the cookbooks change',
  blocked: 'blocked; the annotation says by what',
  none: 'not needed',
};

function pullRequestLine({ operation, pullRequest }: CookbooksReport): string {
  const which =
    pullRequest === undefined
      ? 'The bump pull request'
      : link(`Pull request ${pullRequest.number}`, pullRequest.url);
  return `${which}: ${OPERATIONS[operation]}.`;
}

const DEPLOYS: Record<NonNullable<CookbooksReport['infraDeploy']>, string> = {
  succeeded: 'The infrastructure deploy succeeded.',
  failed: 'The infrastructure deploy failed; the next run makes up for it.',
  skipped: 'No infrastructure deploy is configured.',
};

function releasedLine({ released = {}, infraDeploy }: CookbooksReport): string[] {
  const names = Object.entries(released).map(([name, version]) => code(`${name} ${version}`));
  if (names.length === 0) return [];
  const end = infraDeploy === undefined ? [] : [DEPLOYS[infraDeploy]];
  return ['', [`Released: ${names.join(', ')}.`, ...end].join(' ')];
}
