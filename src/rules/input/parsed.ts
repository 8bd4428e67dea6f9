/** What a grammar makes of a text: the value, or why not, as the end of a sentence ("must be …"). */
export type Parsed<T> = { value: T } | { problem: string; hint?: string };

const LONGEST = 80;

/** A value from outside as a message may quote it: on one line, without control characters, not too long. */
export function shown(value: string): string {
  const line = value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('`', "'");
  if (line === '') return '`""`';
  const letters = Array.from(line);
  return letters.length <= LONGEST ? `\`${line}\`` : `\`${letters.slice(0, LONGEST - 1).join('')}…\``;
}
