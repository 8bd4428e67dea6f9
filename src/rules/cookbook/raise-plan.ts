import type { ChefVersion, Level } from './chef-version.ts';
import type { LevelReason } from './level.ts';
import type { Cookbook, CookbookProblem } from './reading.ts';

/** A cookbook whose version must rise, by how much, and what its changelog shall say. */
export interface PendingCookbook {
  readonly name: string;
  readonly level: LevelReason;
  /** Subjects of the commits since the last version: text from outside. */
  readonly subjects: readonly string[];
}

export interface RaiseRequest {
  /** All that can be read, the pending ones among them. */
  readonly cookbooks: readonly Cookbook[];
  readonly pending: readonly PendingCookbook[];
  readonly used: (name: string) => readonly ChefVersion[];
  readonly dependants: 'excluding' | 'always';
  readonly textOf: (path: string) => string | undefined;
  readonly berksfileLocks: readonly string[];
  readonly policyfileLocks: readonly string[];
  readonly pins: readonly string[];
  readonly hasLockCommand: boolean;
  /** YYYY-MM-DD, for changelogs. */
  readonly date: string;
}

/** One version that rises. */
export interface Raise {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly level: Level;
  /** Text that may quote a commit from outside. */
  readonly why: string;
}

export interface FileEdit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Everything that the pull request changes, as data. */
export interface RaisePlan {
  /** In the order in which the cookbooks depend on one another. */
  readonly raises: readonly Raise[];
  readonly edits: readonly FileEdit[];
  /** Policyfile locks that the user's command has to write, by their paths. */
  readonly locks: readonly string[];
  readonly problems: readonly CookbookProblem[];
  /** Worth saying; they stop nothing. */
  readonly notes: readonly CookbookProblem[];
}
