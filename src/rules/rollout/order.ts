/** Something that comes after others of its kind. */
export interface Ordered {
  name: string;
  after?: readonly string[] | undefined;
}

/** How far something is that others may come after: not begun, on its way, or ended, well or not. */
export type Progress = 'waiting' | 'running' | 'good' | 'bad';

/**
 * Of what has not begun: what may begin now, because all that it comes after has ended well, and what never will, each
 * with the one that it is kept back by. Names that are not among the items hold nothing up.
 */
export function nextToBegin<T extends Ordered>(
  items: readonly T[],
  progressOf: (item: T) => Progress,
): { ready: T[]; kept: { item: T; by: T }[] } {
  const ready: T[] = [];
  const kept: { item: T; by: T }[] = [];
  for (const item of items.filter((one) => progressOf(one) === 'waiting')) {
    const before = items.filter(({ name }) => item.after?.includes(name) ?? false);
    const failed = before.find((one) => progressOf(one) === 'bad');
    if (failed !== undefined) kept.push({ item, by: failed });
    else if (before.every((one) => progressOf(one) === 'good')) ready.push(item);
  }
  return { ready, kept };
}

/** The names of a circle, in its order; undefined where there is none. */
export function circleIn(items: readonly Ordered[]): string[] | undefined {
  const afterOf = new Map(items.map(({ name, after = [] }) => [name, after]));
  const follow = (name: string, path: readonly string[]): string[] | undefined => {
    const begun = path.indexOf(name);
    if (begun >= 0) return path.slice(begun);
    for (const next of afterOf.get(name) ?? []) {
      const circle = follow(next, [...path, name]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  for (const { name } of items) {
    const circle = follow(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
