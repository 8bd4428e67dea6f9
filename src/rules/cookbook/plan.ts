import type { Level } from './chef-version.ts';

/** What the user asks of the cookbook part. Absent means "not asked for". */
export interface CookbookPlan {
  /** Globs of the folders that hold one cookbook each, relative to the repository; "." is the repository itself. */
  readonly paths: readonly string[];
  /** The branch whose pushes are judged, and which the pull request goes to. */
  readonly branch: string;
  /** The environments of that branch; a run for another one, asked for by name, has no part in it. None: any. */
  readonly environments?: readonly string[];
  /** The least; labels and commits may raise it. */
  readonly level: Level;
  /** Chef environment files whose pins follow, relative to the repository. */
  readonly pins: readonly string[];
  /** Writes the Policyfile locks anew; runs in the folder of each lock. */
  readonly lockCommand?: readonly [string, ...string[]];
  /** Raise cookbooks that depend on a raised one: only those whose constraint excludes the new version, or all. */
  readonly dependants: 'excluding' | 'always';
  /** Runs once when versions were released. */
  readonly deploy?: readonly [string, ...string[]];
}

export const DEFAULT_PATHS = ['cookbooks/*'] as const;

/** The branch that the pull request comes from; one per base branch. */
export function bumpBranch({ branch }: Pick<CookbookPlan, 'branch'>): string {
  return `deploy-action/cookbook-bump/${branch}`;
}

/** Where the last infrastructure deploy that succeeded is remembered (design: the ledger). */
export function infraRef(environment: string): string {
  return `refs/deploy-action/${environment}/infra`;
}
