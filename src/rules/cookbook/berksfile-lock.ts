/** A cookbook that gets a new number. */
export interface NewNumber {
  readonly name: string;
  /** The number it has, as three numbers. */
  readonly from: string;
  readonly to: string;
}

/** A constraint on a cookbook that was rewritten in one of its dependants. */
export interface NewConstraint {
  readonly dependant: string;
  readonly dependency: string;
  readonly constraint: string;
}

export type LockEdit = { text: string } | { note: string };

/**
 * Berksfile.lock with the new numbers in its GRAPH: only the two-space line of each cookbook, and only where it has the
 * number that the cookbook has; and the constraints below a dependant that were rewritten.
 */
export function editBerksfileLock(
  text: string,
  numbers: readonly NewNumber[],
  constraints: readonly NewConstraint[] = [],
): LockEdit {
  if (text.trimStart().startsWith('{'))
    return { note: 'is in the old JSON form, which is left as it is; `berks install` writes the new one' };
  const lines = text.split('\n');
  let inGraph = false;
  let entry = '';
  const edited = lines.map((line) => {
    if (/^\S/u.test(line)) inGraph = line.trimEnd() === 'GRAPH';
    if (!inGraph) return line;
    const [, name, version, ending = ''] = /^ {2}(\S+) \(([^)]*)\)(\s*)$/u.exec(line) ?? [];
    if (name !== undefined) {
      entry = name;
      const number = numbers.find((each) => each.name === name && each.from === version);
      return number === undefined ? line : `  ${name} (${number.to})${ending}`;
    }
    const [, dependency, , end = ''] = /^ {4}(\S+) \(([^)]*)\)(\s*)$/u.exec(line) ?? [];
    const rewritten = constraints.find((each) => each.dependant === entry && each.dependency === dependency);
    return rewritten === undefined ? line : `    ${rewritten.dependency} (${rewritten.constraint})${end}`;
  });
  return { text: edited.join('\n') };
}
