import type { DeployError } from '../errors.ts';
import { cutMarkdown, prose } from '../rules/text/markdown.ts';
import { errorReport } from './error-text.ts';
import { planSection } from './plan-section.ts';
import type { RunReport } from './run-report.ts';
import { errorBox, headline, identityLine, meaning } from './summary.ts';

/** GitHub takes 65,536 characters for a comment; bytes are never fewer than those. */
const LARGEST_COMMENT = 65_000;

/** The comment of a plan on its pull request, beginning with the marker by which it is found again. */
export function planComment(report: RunReport, marker: string, error?: DeployError): string {
  const told: RunReport = {
    ...report,
    outcome: error?.outcome ?? 'no-change',
    ...(error === undefined ? {} : { error: errorReport(error) }),
  };
  // A check that failed stands in the table: no box around it as well.
  const isTold = error === undefined || error.code === 'PREFLIGHT_FAILED';
  const parts = [
    marker,
    `## ${prose(headline(told))}`,
    meaning(told),
    identityLine(told),
    isTold || told.error === undefined ? undefined : errorBox(told.error),
    told.plan === undefined ? undefined : planSection(told.plan, told.cookbooks),
  ];
  return cutMarkdown(
    `${parts.filter((part) => part !== undefined).join('\n\n')}\n`,
    LARGEST_COMMENT,
    'The rest did not fit into a comment; see the job summary.',
  );
}
