// Several targets write down what they leave side by side: each under its own name.

const PREFIX = 'target-of-';

/** The name of an entry of one target: "target-of-tokyo:rollout-web". */
export function targetStateName(target: string, name: string): string {
  return `${PREFIX}${target}:${name}`;
}

/** The entries of the run itself, and those of each target under the names they would have alone. */
export function splitByTarget(entries: Readonly<Record<string, string>>): Record<string, string>[] {
  const own: Record<string, string> = {};
  const targets = new Map<string, Record<string, string>>();
  for (const [entry, text] of Object.entries(entries)) {
    const [, target, name] = new RegExp(`^${PREFIX}([^:]+):(.+)$`).exec(entry) ?? [];
    if (target === undefined || name === undefined) own[entry] = text;
    else targets.set(target, { ...targets.get(target), [name]: text });
  }
  return [own, ...targets.values()];
}
