import { inertLine } from './inert.ts';

/** ASCII punctuation that means something to GitHub's Markdown; CommonMark lets each be escaped with a backslash. */
const MEANINGFUL = /[\\`*_{}[\]()<>#+!|~$&]/gu;

/** Invisible, and enough that GitHub no longer sees a name or a number right after the sign before it. */
const BREAK = '&#8203;';

/**
 * Text from outside as prose on one line: nothing in it is markup, a link, a mention of a person or a reference to
 * an issue. An image reference can be copied from it: a digest that follows a name is none of these.
 */
export function prose(text: string): string {
  return oneLine(text)
    .replace(MEANINGFUL, '\\$&')
    .replaceAll('://', '\\://')
    .replace(/\bwww\./giu, (www) => `${www.slice(0, -1)}\\.`)
    .replace(/^([-=]|\d+(?=\.))/u, (first) => (/\d/u.test(first) ? `${BREAK}${first}` : `\\${first}`))
    .replace(/@(?!sha256:)|(?<![a-z0-9])@/gu, `@${BREAK}`)
    .replace(/\\#(?=\d)/gu, `\\#${BREAK}`)
    .replace(/\bGH-(?=\d)/giu, (gh) => `${gh}${BREAK}`);
}

/**
 * Text from outside as code on one line, for a table cell as well as for running text. A pipe would end a cell even
 * inside backticks, so text with one is spelt in entities, which no Markdown reads as markup.
 */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  if (line.includes('|')) return `<code>${line.replace(/[^\p{L}\p{N} ]/gu, entity)}</code>`;
  const fence = '`'.repeat(longestRun(line, '`') + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines from outside in a fence that is longer than any in them, so that they cannot close it. */
export function fenced(lines: readonly string[], language = 'text'): string {
  const inert = lines.map(inertLine);
  const fence = '`'.repeat(Math.max(3, ...inert.map((line) => longestRun(line, '`') + 1)));
  return [`${fence}${language}`, ...inert, fence].join('\n');
}

/** A link to an http(s) address, or the label alone where the address is none. The label is Markdown already. */
export function link(label: string, address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return label;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return label;
  return `[${label}](${url.href.replace(/[()<>|\\`]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)})`;
}

/** A table; the cells are Markdown already, on one line each. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * A task's name in a Mermaid gantt: without what would end it (colon, semicolon, comment), and behind its number,
 * because a line that begins with a keyword such as "section" or "click" would be obeyed.
 */
export function mermaidTask(number: number, text: string): string {
  const name = oneLine(text)
    .replace(/[^\p{L}\p{N} ._/-]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, 60);
  return `${number} ${name}`.trim();
}

/** At most so many bytes of UTF-8: cut after a whole line, with an open fence closed and a note that says so. */
export function cutMarkdown(
  markdown: string,
  mostBytes: number,
  note = 'The rest did not fit; see the log.',
): string {
  if (byteLength(markdown) <= mostBytes) return markdown;
  const lines = markdown.split('\n');
  const kept: string[] = [];
  let room = mostBytes - byteLength(`\n\n_${note}_\n`);
  let openFence = '';
  for (const line of lines) {
    const fence = /^(`{3,})/u.exec(line)?.[1] ?? '';
    const closes = openFence !== '' && fence.length >= openFence.length && line.trim() === fence;
    const opens = openFence === '' && fence !== '';
    const after = closes ? '' : opens ? fence : openFence;
    room -= byteLength(line) + 1;
    if (room - after.length - 1 < 0) break;
    kept.push(line);
    openFence = after;
  }
  if (openFence !== '') kept.push(openFence);
  return `${kept.join('\n')}\n\n_${note}_\n`;
}

function oneLine(text: string): string {
  return text
    .split(/\r\n|\n/u)
    .map(inertLine)
    .join(' ')
    .replaceAll('\t', ' ')
    .trim();
}

function longestRun(text: string, char: string): number {
  return Math.max(0, ...(text.match(new RegExp(`${char}+`, 'gu')) ?? []).map((run) => run.length));
}

function entity(char: string): string {
  return `&#${char.codePointAt(0) ?? 0xfffd};`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
