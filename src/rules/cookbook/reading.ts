import type { ChefVersion } from './chef-version.ts';

/** Something in a repository that must be mended by a person: said with its file and line, never guessed. */
export interface CookbookProblem {
  readonly cookbook: string;
  readonly message: string;
  readonly hint: string;
  readonly file: string;
  /** Counts from 1. */
  readonly line?: number;
}

/** A stretch of a file: what is replaced, and nothing else. Offsets count UTF-16 units. */
export interface Token {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly line: number;
}

export interface Dependency {
  readonly name: string;
  /** As written, without quotes; absent where any version will do. */
  readonly constraint?: Token;
  /** Names that share the constraint, because it stands in a loop. */
  readonly shares: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** One cookbook as the repository has it. */
export interface Cookbook {
  /** Its folder, without a trailing slash; "." for the whole repository. */
  readonly path: string;
  readonly name: string;
  readonly version: ChefVersion;
  /** Every place that states the version: metadata.rb, metadata.json, a VERSION file. */
  readonly versionTokens: readonly Token[];
  readonly dependencies: readonly Dependency[];
  /** Files with metadata in them, a VERSION file included. */
  readonly files: readonly string[];
}

/** A cookbook, or why there is none; `notes` are worth saying but stop nothing. */
export interface Reading {
  readonly cookbook?: Cookbook;
  readonly problems: readonly CookbookProblem[];
  readonly notes: readonly CookbookProblem[];
}
