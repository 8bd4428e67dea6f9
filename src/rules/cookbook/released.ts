import { compareVersions, formatVersion, type ChefVersion } from './chef-version.ts';
import type { Cookbook } from './reading.ts';

export interface ReleasedCookbook {
  readonly name: string;
  /** The version it rose to, as three numbers. */
  readonly version: string;
}

/**
 * The cookbooks whose version is higher than it was, or that are new; in the order in which they can be uploaded.
 * `before` knows the version of a cookbook at the last infrastructure deploy.
 */
export function releasedCookbooks(
  ordered: readonly Cookbook[],
  before: ReadonlyMap<string, ChefVersion>,
): ReleasedCookbook[] {
  return ordered.flatMap(({ name, version }) => {
    const old = before.get(name);
    return old === undefined || compareVersions(version, old) > 0
      ? [{ name, version: formatVersion(version) }]
      : [];
  });
}
