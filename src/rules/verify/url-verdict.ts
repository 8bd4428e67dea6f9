import { withoutQuery } from '../input/web-address.ts';

export interface UrlExpectation {
  readonly url: string;
  /** One of them passes. */
  readonly statuses: readonly number[];
  readonly body?: string;
}

export interface UrlAnswer {
  readonly status: number;
  readonly body: string;
  readonly isCut: boolean;
  readonly location?: string;
}

/** What is wrong with an answer, in words that hold nothing of its body; undefined where it passes. */
export function urlProblem(
  { url, statuses, body: wanted }: UrlExpectation,
  { status, body, isCut, location }: UrlAnswer,
): string | undefined {
  if (!statuses.includes(status)) {
    const to =
      location === undefined ? '' : `, a redirect to ${withoutQuery(location, url)}, which is not followed`;
    return `it answered ${status}${to}`;
  }
  if (wanted === undefined || body.includes(wanted)) return undefined;
  return `it answered ${status}, but the ${isCut ? 'beginning of the body' : 'body'} (${body.length} characters) does not contain the text`;
}

/** One more line of what was tried; a line like the last one counts it. */
export function addTry(lines: readonly string[], line: string, most: number): string[] {
  const last = lines.at(-1);
  const [, times, text] = /^(?:(\d+) × )?(.*)$/su.exec(last ?? '') ?? [];
  if (last !== undefined && text === line)
    return [...lines.slice(0, -1), `${Number(times ?? 1) + 1} × ${line}`];
  return [...lines, line].slice(-most);
}
