import { createHash } from 'node:crypto';
import { code, cutMarkdown, prose, table } from '../text/markdown.ts';
import type { FileEdit, Raise } from './raise-plan.ts';
import type { CookbookProblem } from './reading.ts';

/** GitHub takes 65,536 characters. */
const MOST_BYTES = 60_000;
const LONGEST_TITLE = 200;
const MOST_REASON = 120;

export interface PullRequestFacts {
  readonly raises: readonly Raise[];
  readonly problems: readonly CookbookProblem[];
  /** Numbers of the merged pull requests that brought the changes. */
  readonly pulls: readonly number[];
  /** The environment that its merge deploys, where a deploy is configured. */
  readonly deploys?: string;
  readonly fingerprint: string;
}

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

/** Title and body. What comes from outside is neutral in them: no mention, no link, no comment, no markup. */
export function pullRequestText(facts: PullRequestFacts): PullRequestText {
  return { title: titleOf(facts.raises), body: bodyOf(facts) };
}

function titleOf(raises: readonly Raise[]): string {
  const names = raises.map(({ name, to }) => `${name} ${to}`);
  for (let shown = names.length; shown > 0; shown -= 1) {
    const rest = names.length - shown;
    const title = `Bump cookbooks: ${names.slice(0, shown).join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
    if (title.length <= LONGEST_TITLE) return title;
  }
  return `Bump ${names.length} cookbooks`;
}

function bodyOf({ raises, problems, pulls, deploys, fingerprint }: PullRequestFacts): string {
  const rows = raises.map(({ name, from, to, level, why }) => [
    code(name),
    from,
    to,
    level,
    prose(shorten(why)),
  ]);
  const text = [
    'These cookbooks changed since their versions last did.',
    '',
    table(['Cookbook', 'From', 'To', 'Level', 'Why'], rows),
    '',
    ...(deploys === undefined ? [] : [`Merging this deploys infrastructure to **${prose(deploys)}**.`, '']),
    ...(pulls.length === 0
      ? []
      : [`Changes came with ${pulls.map((number) => `#${number}`).join(', ')}.`, '']),
    'A label `major`, `minor` or `patch` on this pull request sets the least level of all, `NAME: minor` that of one cookbook; the next push follows it. Closing this pull request snoozes it until the cookbooks change again.',
    ...(problems.length === 0 ? [] : ['', '### Needs a person', '', ...problems.map(problemLine)]),
    '',
  ].join('\n');
  const cut = cutMarkdown(text, MOST_BYTES);
  return `${cut}\n${marker(fingerprint, hash(cut))}`;
}

function problemLine({ file, line, message, hint }: CookbookProblem): string {
  return `- ${code(line === undefined ? file : `${file}:${line}`)} ${prose(message)}. ${prose(hint)}`;
}

function shorten(text: string): string {
  const letters = Array.from(text);
  return letters.length <= MOST_REASON ? text : `${letters.slice(0, MOST_REASON - 1).join('')}…`;
}

const MARKER = /<!-- deploy-action:cookbook-bump ([0-9a-f]{64}) ([0-9a-f]{64})( closed)? -->/u;

function marker(fingerprint: string, text: string): string {
  return `<!-- deploy-action:cookbook-bump ${fingerprint} ${text} -->`;
}

export interface Marker {
  /** Of the content that waits for a release. */
  readonly fingerprint: string;
  /** Of the text as we wrote it: a person may have edited it since. */
  readonly text: string;
  /** We closed it, because nothing was pending any more. */
  readonly closedByUs: boolean;
}

/** What a body of ours says about itself, in a comment that GitHub does not show. */
export function readMarker(body: string): Marker | undefined {
  const [, fingerprint, text, closed] = MARKER.exec(body) ?? [];
  if (fingerprint === undefined || text === undefined) return undefined;
  return { fingerprint, text, closedByUs: closed !== undefined };
}

/** The body once we close the pull request ourselves: the same content may be pending again later. */
export function closedBody(body: string): string {
  return body.replace(MARKER, (whole: string) => whole.replace(/(?: closed)? -->$/u, ' closed -->'));
}

/**
 * The content that waits for a release, as one number: the same while nobody changes the cookbooks, whatever else
 * happens on the branch, and whatever level a label asks for.
 */
export function contentFingerprint(
  pending: readonly { name: string; content: readonly (readonly [path: string, blob: string])[] }[],
): string {
  return hash(
    pending
      .map(
        ({ name, content }) => [name, [...content].sort(([one], [other]) => (one < other ? -1 : 1))] as const,
      )
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/**
 * What the commit is made from, as one number: its edits, the locks that a command writes, and the content that waits,
 * so that the branch follows the base branch whenever the cookbooks move on.
 */
export function changesFingerprint(
  edits: readonly FileEdit[],
  locks: readonly string[],
  content: string,
): string {
  return hash([edits.map(({ path, before, after }) => [path, before, after]), locks, content]);
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

const CHANGES = 'Cookbook-Bump-Changes';
const TREE = 'Cookbook-Bump-Tree';

/** The message of our commit; the trailers tell it from a person's. */
export function commitMessage(title: string, changes: string, tree: string): string {
  return `${title}\n\n${CHANGES}: ${changes}\n${TREE}: ${tree}\n`;
}

/** The fingerprint of the changes in a commit of ours; undefined for anybody else's, also one that amends ours. */
export function changesOfCommit({ message, tree }: { message: string; tree: string }): string | undefined {
  const ours = new RegExp(`^${TREE}: ([0-9a-f]{40})$`, 'mu').exec(message)?.[1];
  if (ours !== tree) return undefined;
  return new RegExp(`^${CHANGES}: ([0-9a-f]{64})$`, 'mu').exec(message)?.[1];
}
