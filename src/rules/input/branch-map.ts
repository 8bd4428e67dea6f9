import picomatch from 'picomatch';

/** Which branches and tags deploy to an environment; names or globs. */
export interface BranchRule {
  environment: string;
  branches: readonly string[];
  tags: readonly string[];
  /** Any branch will do once the environment is asked for by name. */
  anyBranch: boolean;
}

/** What holds where no file says otherwise. */
export const DEFAULT_BRANCH_MAP: readonly BranchRule[] = [
  { environment: 'staging', branches: ['develop'], tags: [], anyBranch: false },
  { environment: 'production', branches: ['master', 'main'], tags: [], anyBranch: false },
];

/** The branch or tag that a run is for; both absent on a detached checkout. */
export interface GitRef {
  branch?: string;
  tag?: string;
}

/** `*` stops at a slash and `**` does not, as in workflow files; a leading `!` is a letter, not a negation. */
export function matches(rule: BranchRule, ref: GitRef): boolean {
  if (ref.branch !== undefined) return isAmong(rule.branches, ref.branch);
  if (ref.tag !== undefined) return isAmong(rule.tags, ref.tag);
  return false;
}

/** The environments that a branch or tag deploys to: one in a sound map. */
export function environmentsOf(map: readonly BranchRule[], ref: GitRef): string[] {
  return map.filter((rule) => matches(rule, ref)).map(({ environment }) => environment);
}

/** The one branch that deploys to an environment, where that is a plain name. */
export function plainBranchOf(map: readonly BranchRule[], environment: string): string | undefined {
  const branches = map.find((rule) => rule.environment === environment)?.branches ?? [];
  const [only] = branches;
  return branches.length !== 1 || only === undefined || picomatch.scan(only).isGlob ? undefined : only;
}

/** "develop → staging; master, main → production", for messages. */
export function describeMap(map: readonly BranchRule[]): string {
  return map
    .map((rule) => {
      const from = rule.anyBranch ? [sourcesOf(rule), 'any branch by name'] : [sourcesOf(rule)];
      return `${from.filter((source) => source !== '').join(', ')} → ${rule.environment}`;
    })
    .join('; ');
}

/** "master, main, tag v*" */
export function sourcesOf({ branches, tags }: BranchRule): string {
  return [...branches, ...tags.map((tag) => `tag ${tag}`)].join(', ');
}

function isAmong(patterns: readonly string[], name: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === name || picomatch.isMatch(name, pattern, { nonegate: true, dot: true, windows: false }),
  );
}
