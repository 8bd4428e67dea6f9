import { closest, distance } from 'fastest-levenshtein';

/** The known word that was probably meant; undefined where none is near enough to be worth a guess. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(word, known);
  return distance(word, candidate) <= Math.max(2, Math.floor(word.length / 3)) ? candidate : undefined;
}
