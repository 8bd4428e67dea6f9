import type { Outcome } from '../../errors.ts';
import { inertLine } from '../text/inert.ts';

/** What a message tells of a run; all of it may come from outside. */
export interface NoticeFacts {
  command: string;
  environment: string;
  repository?: string;
  commit: string;
  commitUrl?: string;
  actor?: string;
  runUrl?: string;
}

/** How it ended. */
export interface NoticeEnd {
  outcome: Outcome;
  seconds: number;
  failedStep?: string;
  /** The error's message. */
  reason?: string;
}

const SIGNS: Record<Outcome, string> = {
  completed: ':white_check_mark:',
  'no-change': ':white_check_mark:',
  paused: ':double_vertical_bar:',
  superseded: ':fast_forward:',
  refused: ':no_entry:',
  'rolled-back': ':leftwards_arrow_with_hook:',
  cancelled: ':octagonal_sign:',
  'timed-out': ':hourglass:',
  failed: ':x:',
  'rollback-failed': ':x:',
};
const LONGEST_REASON = 500;

/** In Slack's mrkdwn. */
export function startText(facts: NoticeFacts): string {
  return `:arrow_forward: ${subjectOf(facts)} has started · ${whoAndWhat(facts)}`;
}

export function endText(facts: NoticeFacts, { outcome, seconds, failedStep, reason }: NoticeEnd): string {
  const where = failedStep === undefined ? '' : ` in step ${escaped(failedStep)}`;
  const lines = [
    `${SIGNS[outcome]} ${subjectOf(facts)}: *${outcome}*${where} after ${duration(seconds)} · ${whoAndWhat(facts)}`,
    ...(reason === undefined ? [] : [`> ${escaped(shortened(reason))}`]),
  ];
  return lines.join('\n');
}

function subjectOf({ command, repository, environment }: NoticeFacts): string {
  const what = repository === undefined ? '' : ` ${escaped(repository)}`;
  return `${command}${what} → *${escaped(environment)}*`;
}

function whoAndWhat({ commit, commitUrl, actor, runUrl }: NoticeFacts): string {
  return [
    `commit ${link(commit.slice(0, 12), commitUrl)}`,
    ...(actor === undefined ? [] : [`by ${escaped(actor)}`]),
    ...(runUrl === undefined ? [] : [link('run', runUrl)]),
  ].join(' · ');
}

/** Only these three characters mean something to Slack; without `<` nobody is called ("Formatting text for app surfaces"). */
function escaped(text: string): string {
  return inertLine(text.replaceAll(/\s+/gu, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function link(label: string, address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return escaped(label);
  const { protocol, href } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return escaped(label);
  return `<${href.replaceAll(/[|<>]/gu, encodeURIComponent)}|${escaped(label)}>`;
}

function shortened(text: string): string {
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`;
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
