/** Something that is measured, and what it should be. */
export interface Figure {
  /** How `npm run bench -- NAME` asks for it alone. */
  name: string;
  measure: (onProgress: (what: string) => void) => Promise<Measured[]>;
}

/** One line of the table. */
export interface Measured {
  what: string;
  target: string;
  measured: string;
  holds: boolean;
  how: string;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The smallest of the values that is not below `percent` of them (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const inOrder = values.toSorted((one, other) => one - other);
  const value = inOrder[Math.max(0, Math.ceil((percent / 100) * inOrder.length) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

export function largest(values: readonly number[]): number {
  return percentile(values, 100);
}
