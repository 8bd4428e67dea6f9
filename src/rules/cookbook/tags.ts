import { parseChefVersion, type ChefVersion } from './chef-version.ts';
import type { Cookbook } from './reading.ts';

/**
 * The versions that tags state for a cookbook: NAME-v1.2.3, NAME-1.2.3, NAME/v1.2.3. A plain v1.2.3 is taken for the
 * cookbook's only where the repository is one cookbook; elsewhere it belongs to the application.
 */
export function taggedVersions(
  { name, path }: Pick<Cookbook, 'name' | 'path'>,
  tags: readonly string[],
): ChefVersion[] {
  return tags.flatMap((tag) => {
    const own = tag.startsWith(`${name}-`) || tag.startsWith(`${name}/`) || tag.startsWith(`${name}@`);
    const rest = own ? tag.slice(name.length + 1) : path === '.' ? tag : undefined;
    const version = rest === undefined ? undefined : parseChefVersion(rest.replace(/^v/u, ''));
    return version === undefined ? [] : [version];
  });
}
