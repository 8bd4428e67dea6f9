import type { Token } from './reading.ts';

/** One replacement in a file: the token's stretch and nothing else. */
export interface Edit {
  readonly token: Token;
  readonly text: string;
}

/** The text with the edits made; each token must lie where the text has it. Two edits never touch the same place. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((one, other) => other.token.start - one.token.start);
  let edited = text;
  let before = Number.POSITIVE_INFINITY;
  for (const { token, text: replacement } of ordered) {
    if (token.end > before || text.slice(token.start, token.end) !== token.text)
      throw new Error(`an edit of ${token.file} does not fit the file`);
    edited = edited.slice(0, token.start) + replacement + edited.slice(token.end);
    before = token.start;
  }
  return edited;
}
