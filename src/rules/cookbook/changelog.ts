import { prose } from '../text/markdown.ts';

export interface Release {
  readonly to: string;
  /** YYYY-MM-DD */
  readonly date: string;
  /** What changed, a line each: text from outside. */
  readonly lines: readonly string[];
}

const VERSION = /\bv?(\d+\.\d+(?:\.\d+)?)\b/u;
const UNRELEASED = /^(#{1,4}) +\[?(?:unreleased|next)\]?(?:\([^)]*\))?\s*$/iu;
const HEADING = /^#{1,4} +.*$/u;
const ISO_DATE = /\d{4}-\d{2}-\d{2}/u;
const MOST_LINES = 50;

/**
 * The changelog with one more release in the style of its newest one; an "Unreleased" heading becomes the release.
 * undefined where no heading is known, because its style cannot be followed then.
 */
export function addRelease(text: string, release: Release): string | undefined {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split('\n');
  const bare = lines.map((line) => line.replace(/\r$/u, ''));
  const fences = fencedLines(bare);
  const isHeading = (index: number) => !fences.has(index) && HEADING.test(bare[index] ?? '');
  const newest = bare.findIndex((line, index) => isHeading(index) && VERSION.test(line));
  const unreleased = bare.findIndex((line, index) => isHeading(index) && UNRELEASED.test(line));
  const isUnreleased = unreleased >= 0 && (newest < 0 || unreleased < newest);
  if (newest < 0 && !isUnreleased) return undefined;

  const level = /^#+/u.exec(bare[isUnreleased ? unreleased : newest] ?? '')?.[0] ?? '##';
  const heading =
    newest < 0 ? `${level} ${release.to} (${release.date})` : headingLike(bare[newest] ?? '', release, level);
  if (isUnreleased) {
    const ending = lines[unreleased]?.endsWith('\r') === true ? '\r' : '';
    return [...lines.slice(0, unreleased), heading + ending, ...lines.slice(unreleased + 1)].join('\n');
  }
  const bullet = bare.slice(newest).find((line) => /^[-*+] /u.test(line))?.[0] ?? '-';
  const body = release.lines.slice(0, MOST_LINES).map((line) => `${bullet} ${prose(line)}`);
  const entry = [heading, '', ...body, ''].map((line) => line + (newline === '\r\n' ? '\r' : ''));
  return [...lines.slice(0, newest), ...entry, ...lines.slice(newest)].join('\n');
}

/** The newest heading with the number, the date and the ends of its comparison moved on. */
function headingLike(newest: string, { to, date }: Release, level: string): string {
  const from = VERSION.exec(newest)?.[1] ?? '';
  const compared = newest.replace(
    /\(([^()\s]*?)([^()\s/]*)\.\.\.([^()\s]*)\)/u,
    (_link, head: string, _older: string, newer: string) => `(${head}${newer}...${newer.replace(from, to)})`,
  );
  const isCompared = compared !== newest;
  const moved = isCompared ? compared.replace(from, to) : newest.split(from).join(to);
  return moved.replace(ISO_DATE, date).replace(/^#+/u, level);
}

/** Indexes of lines between ``` fences: what stands there is an example. */
function fencedLines(lines: readonly string[]): Set<number> {
  const inside = new Set<number>();
  let open = false;
  lines.forEach((line, index) => {
    const isFence = /^\s*(?:```|~~~)/u.test(line);
    if (open || isFence) inside.add(index);
    if (isFence) open = !open;
  });
  return inside;
}
