/** Something that comes after others of its kind. */
export interface Ordered {
  name: string;
  after?: readonly string[] | undefined;
}

/**
 * What can begin together, wave by wave: everything stands in the first wave after all that it comes after. Names that
 * are not among the items hold nothing up; a circle ends up in the last wave (`circleIn` finds it beforehand).
 */
export function wavesOf<T>(items: readonly T[], orderOf: (item: T) => Ordered): T[][] {
  const waves: T[][] = [];
  let left = [...items];
  while (left.length > 0) {
    const waiting = new Set(left.map((item) => orderOf(item).name));
    const ready = left.filter((item) => !(orderOf(item).after ?? []).some((name) => waiting.has(name)));
    const wave = ready.length > 0 ? ready : left;
    waves.push(wave);
    left = left.filter((item) => !wave.includes(item));
  }
  return waves;
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
