import { ERROR_CODES, type Outcome } from '../errors.ts';
import { consoleLink } from '../rules/aws/console-link.ts';
import { code, cutMarkdown, fenced, link, mermaidTask, prose, table } from '../rules/text/markdown.ts';
import { buildsSection } from './builds-section.ts';
import { cookbooksSection } from './cookbooks-section.ts';
import { errorPage } from './error-text.ts';
import { imagesSection } from './images-section.ts';
import { inventorySections } from './inventory-section.ts';
import { releasesSection, statusSection } from './look-sections.ts';
import { schedulesSection } from './schedules-section.ts';
import { planSection } from './plan-section.ts';
import { initSection } from './init-section.ts';
import { verifySection } from './verify-section.ts';
import type { ErrorReport, RunReport, ServiceReport, StepReport } from './run-report.ts';
import { logBlock, seconds, shorten } from './summary-parts.ts';
import { taskSection } from './task-section.ts';
import { targetsSection } from './targets-section.ts';
import { secondsOf } from './timings.ts';

/** GitHub keeps no summary above 1 MiB; a little is left for what else the step may write. */
const LARGEST_SUMMARY = 1024 * 1024 - 16 * 1024;
const MOST_DETAILS = 200;
const MOST_FAILED_SERVICES = 10;

/** How each outcome reads: sign, and what it means in a sentence. */
const OUTCOME_WORDS: Record<Outcome, { sign: string; meaning: string }> = {
  completed: { sign: '✅', meaning: 'Every service runs what this run deployed.' },
  'no-change': { sign: '✅', meaning: 'Everything already was as it should be; nothing was changed.' },
  paused: { sign: '⏸️', meaning: 'The deployment waits at a lifecycle hook.' },
  superseded: { sign: '⏭️', meaning: 'A newer deployment took over.' },
  refused: { sign: '⛔', meaning: 'A guard said no.' },
  'rolled-back': { sign: '↩️', meaning: 'The new revision failed; the revision from before serves again.' },
  cancelled: { sign: '🛑', meaning: 'The run was cancelled.' },
  'timed-out': { sign: '⌛', meaning: 'It took longer than the time-out allows.' },
  failed: { sign: '❌', meaning: 'The run failed.' },
  'rollback-failed': { sign: '❌', meaning: 'The run failed, and so did the way back.' },
};

/** The run in one line: "✅ staging: completed". */
export function headline({ outcome = 'failed', environment, command }: RunReport): string {
  if (command === 'plan' && environment !== undefined)
    return `${OUTCOME_WORDS[outcome].sign} plan for ${environment}: ${outcome === 'no-change' ? 'clean' : outcome}`;
  return `${OUTCOME_WORDS[outcome].sign} ${environment ?? command}: ${outcome}`;
}

/** The job summary, in Markdown. Whatever comes from outside is escaped or fenced. Always below 1 MiB. */
export function jobSummary(report: RunReport): string {
  const parts = [
    `## ${prose(headline(report))}`,
    meaning(report),
    identityLine(report),
    report.forced === undefined ? undefined : `Guards overridden: ${prose(report.forced)}`,
    report.error === undefined ? undefined : errorBox(report.error, report.docs),
    // Whoever opens the page of a red run wants to know why.
    ...failedServices(report),
    imagesSection(report),
    report.targets === undefined ? undefined : targetsSection(report.targets),
    servicesSection(report),
    schedulesSection(report.schedules),
    familiesSection(report),
    ...(report.inventory === undefined ? [] : inventorySections(report.inventory)),
    report.status === undefined ? undefined : statusSection(report.status),
    report.releases === undefined ? undefined : releasesSection(report.releases),
    buildsSection(report, logBlock),
    ...report.tasks.map((task) => taskSection(report, task)),
    ...(report.verify ?? []).map(verifySection),
    report.plan === undefined ? undefined : planSection(report.plan, report.cookbooks),
    report.cookbooks === undefined || report.plan !== undefined
      ? undefined
      : cookbooksSection(report.cookbooks),
    report.init === undefined ? undefined : initSection(report.init),
    stepsSection(report.steps),
    warningsSection(report),
  ];
  return cutMarkdown(`${parts.filter((part) => part !== undefined).join('\n\n')}\n`, LARGEST_SUMMARY);
}

export function meaning({ command, outcome = 'failed', error, cookbooks }: RunReport): string {
  if (command === 'plan' && outcome === 'no-change')
    return 'No check failed, and nothing was changed. This is what a deploy would do.';
  if (command === 'plan' && outcome === 'refused') return 'A deploy would fail. Nothing was changed.';
  if (command === 'build' && outcome === 'completed')
    return 'The image was built and pushed; nothing runs it yet.';
  if (command === 'build' && outcome === 'no-change')
    return 'The registry has the image already; nothing was built.';
  if (command === 'init' && outcome === 'completed')
    return 'The files are written; nothing was changed in AWS.';
  if (outcome === 'no-change' && cookbooks !== undefined)
    return 'No service was changed. What became of the cookbooks stands below.';
  return error !== undefined && ERROR_CODES[error.code] === 'usage'
    ? 'The request itself is wrong; nothing was touched.'
    : OUTCOME_WORDS[outcome].meaning;
}

export function identityLine(report: RunReport): string | undefined {
  const { repository, commit, commitUrl, actor, runUrl, cluster, region, account } = report;
  const facts = [
    repository === undefined ? undefined : code(repository),
    commit === undefined ? undefined : `commit ${link(code(commit.slice(0, 12)), commitUrl)}`,
    actor === undefined ? undefined : `by ${code(actor)}`,
    cluster === undefined ? undefined : `cluster ${code(cluster)}`,
    region === undefined ? undefined : `region ${code(region)}`,
    account === undefined ? undefined : `account ${code(account)}`,
    runUrl === undefined ? undefined : link('run', runUrl),
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? undefined : facts.join(' · ');
}

export function errorBox({ code: errorCode, message, hint, details }: ErrorReport, docs?: string): string {
  const lines = [
    `**${prose(errorCode)}**: ${prose(message)}`,
    ...(hint === undefined ? [] : ['', prose(hint)]),
    ...(details.length === 0 ? [] : ['', ...fenced(shorten(details, MOST_DETAILS)).split('\n')]),
    '',
    docs === undefined
      ? `More about it: ${code(errorPage(errorCode))}`
      : link('More about it', errorPage(errorCode, docs)),
  ];
  return ['> [!CAUTION]', ...lines.map((line) => `> ${line}`)].join('\n');
}

function servicesSection(report: RunReport): string | undefined {
  if (report.services.length > 0) {
    const isAnyExplained = report.services.some(({ reason }) => reason !== undefined);
    const rows = report.services.map((service) => [
      link(code(service.name), serviceLink(report, service.name)),
      `${OUTCOME_WORDS[service.outcome].sign} ${service.outcome}`,
      code(service.from ?? ''),
      code(service.to ?? ''),
      `${service.running ?? '?'} / ${service.desired ?? '?'}`,
      service.seconds === undefined ? '' : seconds(service.seconds),
      ...(isAnyExplained ? [prose(service.reason ?? '')] : []),
    ]);
    const head = ['service', 'outcome', 'before', 'deployed', 'running / desired', 'time'];
    if (isAnyExplained) head.push('why');
    return ['### Services', '', table(head, rows)].join('\n');
  }
  if (report.revisions.length === 0) return undefined;
  const isUntouched = !report.steps.some(({ id }) => id === 'rollout');
  return [
    '### Task definitions',
    '',
    ...(isUntouched ? ['No service was touched.', ''] : []),
    table(
      ['service', 'before', 'to deploy', ''],
      report.revisions.map(({ service, from, to, state }) => [
        code(service),
        code(from ?? ''),
        code(to),
        state,
      ]),
    ),
  ].join('\n');
}

function familiesSection({ families }: RunReport): string | undefined {
  if (families.length === 0) return undefined;
  const rows = families.map(({ family, from, to, state }) => [
    code(family),
    code(from ?? ''),
    code(to),
    state,
  ]);
  return ['### Families', '', table(['family', 'before', 'newest', ''], rows)].join('\n');
}

/** Why tasks of a service stopped, and the last lines of one of them. */
function failedServices(report: RunReport): string[] {
  const failed = report.services.filter(
    ({ stopReasons, logTail }) => stopReasons.length + logTail.length > 0,
  );
  const shown = failed.slice(0, MOST_FAILED_SERVICES);
  const rest = failed.length - shown.length;
  return [
    ...shown.map(failedService),
    ...(rest === 0 ? [] : [`The stopped tasks of ${rest} more services are in the log.`]),
  ];
}

function failedService({ name, stopReasons, logTail }: ServiceReport): string {
  const isAnyHinted = stopReasons.some(({ hint }) => hint !== undefined);
  return [
    `### Stopped tasks of ${code(name)}`,
    ...(stopReasons.length === 0
      ? []
      : [
          '',
          table(
            ['tasks', 'reason', ...(isAnyHinted ? ['what to do'] : [])],
            stopReasons.map(({ count, reason, hint }) => [
              String(count),
              prose(reason),
              ...(isAnyHinted ? [prose(hint ?? '')] : []),
            ]),
          ),
        ]),
    ...logBlock(logTail),
  ].join('\n');
}

function stepsSection(steps: readonly StepReport[]): string | undefined {
  if (steps.length === 0) return undefined;
  const rows = steps.map((step) => {
    const taken = secondsOf(step);
    return [
      `${STEP_SIGNS[step.state]} ${prose(step.title)}`,
      taken === undefined ? '' : seconds(taken),
      prose(withShortDigests(step.result ?? '')),
    ];
  });
  return ['### Steps', '', table(['step', 'time', 'result'], rows), '', gantt(steps)].join('\n');
}

/** A digest is one word that no browser breaks, and would push the table out of the page; it stands whole above. */
function withShortDigests(text: string): string {
  return text.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}

const STEP_SIGNS: Record<StepReport['state'], string> = {
  done: '✅',
  failed: '❌',
  skipped: '⏭️',
  running: '🏃',
};
const GANTT_TAGS: Record<StepReport['state'], string> = {
  done: 'done',
  failed: 'crit',
  skipped: 'done',
  running: 'active',
};

/** Times are milliseconds since the epoch; the reader's browser shows them in its own time zone. */
function gantt(steps: readonly StepReport[]): string {
  const end = Math.max(...steps.map(({ startedAt, endedAt }) => endedAt ?? startedAt));
  return [
    '```mermaid',
    'gantt',
    '  dateFormat x',
    '  axisFormat %H:%M:%S',
    ...steps.map(
      ({ title, state, startedAt, endedAt }, index) =>
        `  ${mermaidTask(index + 1, title)} :${GANTT_TAGS[state]}, ${startedAt}, ${endedAt ?? end}`,
    ),
    '```',
  ].join('\n');
}

function warningsSection({ warnings }: RunReport): string | undefined {
  if (warnings.length === 0) return undefined;
  return [
    '### Warnings',
    '',
    ...warnings.map(({ title, message }) => `- **${prose(title)}**: ${prose(message)}`),
  ].join('\n');
}

function serviceLink({ region, cluster }: RunReport, service: string): string | undefined {
  return cluster === undefined ? undefined : consoleLink(region, { page: 'service', cluster, service });
}
