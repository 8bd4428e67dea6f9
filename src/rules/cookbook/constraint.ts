import { compareVersions, formatVersion, type ChefVersion } from './chef-version.ts';

type Operator = '<' | '>' | '=' | '<=' | '>=' | '~>';

/** A version constraint as Chef reads it: one operator (a bare version means "="), spaces as one likes, one version. */
export interface Constraint {
  readonly operator: Operator;
  /** The one, two or three numbers as written; one number is legal in `depends`, an error in an environment. */
  readonly parts: readonly [number, ...number[]];
  /** What stands before the version: operator and spaces. */
  readonly head: string;
  readonly tail: string;
}

const CONSTRAINT = /^(\s*(<=|>=|~>|<|>|=)?\s*)(\d{1,15}(?:\.\d{1,15}){0,2})(\s*)$/u;

/** undefined for what Chef refuses: two operators, `<<`, a pre-release. */
export function parseConstraint(text: string): Constraint | undefined {
  const [, head, operator = '=', version, tail] = CONSTRAINT.exec(text) ?? [];
  if (head === undefined || version === undefined) return undefined;
  const [first = 0, ...rest] = version.split('.').map(Number);
  return { operator: operator as Operator, parts: [first, ...rest], head, tail: tail ?? '' };
}

export function allows({ operator, parts }: Constraint, version: ChefVersion): boolean {
  const [major, minor = 0, patch = 0] = parts;
  const order = compareVersions(version, { major, minor, patch });
  switch (operator) {
    case '=':
      return order === 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '~>':
      return order >= 0 && version.major === major && (parts.length < 3 || version.minor === minor);
  }
}

/**
 * The same constraint, opened as little as lets `version` in: operator, spacing and how many numbers it has stay.
 * undefined where only a lower bound stands in the way, which a higher version cannot be helped over.
 */
export function widen(constraint: Constraint, version: ChefVersion): string | undefined {
  switch (constraint.operator) {
    case '=':
    case '<=':
      return write(constraint, formatVersion(version));
    case '~>':
      return write(constraint, shortened(version, constraint.parts.length));
    case '<':
      return write(constraint, above(version, constraint.parts.length));
    case '>':
    case '>=':
      return undefined;
  }
}

/** An environment's pin that follows its cookbook: "=" and "~>" name the new version, a bound stays while it holds. */
export function follow(constraint: Constraint, version: ChefVersion): string | undefined {
  if (constraint.operator === '=') return write(constraint, formatVersion(version));
  if (constraint.operator === '~>') return write(constraint, shortened(version, constraint.parts.length));
  return undefined;
}

function write({ head, tail }: Constraint, version: string): string {
  return `${head}${version}${tail}`;
}

function shortened({ major, minor, patch }: ChefVersion, parts: number): string {
  return [major, minor, patch].slice(0, parts).join('.');
}

/** The lowest number of so many parts that is above the version. */
function above({ major, minor, patch }: ChefVersion, parts: number): string {
  if (parts === 1) return `${major + 1}`;
  return parts === 2 ? `${major}.${minor + 1}` : `${major}.${minor}.${patch + 1}`;
}
