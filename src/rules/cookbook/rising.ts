import { higherLevel, nextVersion, type ChefVersion } from './chef-version.ts';
import { dependencyOrder, makeRoom } from './dependants.ts';
import type { LevelReason } from './level.ts';
import { localCookbooksIn } from './policyfile-lock.ts';
import type { RaiseRequest } from './raise-plan.ts';
import type { Cookbook, CookbookProblem } from './reading.ts';

export interface Rising {
  cookbook: Cookbook;
  to: ChefVersion;
  level: LevelReason;
}

/** The version that each cookbook is going to have, as far as it is decided. */
export function versionsWith(
  rising: ReadonlyMap<string, Rising>,
  { cookbooks }: RaiseRequest,
): (name: string) => ChefVersion | undefined {
  return (name) => rising.get(name)?.to ?? cookbooks.find((cookbook) => cookbook.name === name)?.version;
}

/** A cookbook that a Policyfile lock holds cannot rise without the command that writes the lock. */
export function withoutUnwritableLocks(request: RaiseRequest, problems: CookbookProblem[]): Set<string> {
  const allowed = new Set(request.cookbooks.map(({ name }) => name));
  if (request.hasLockCommand) return allowed;
  for (const file of request.policyfileLocks)
    for (const name of localCookbooksIn(request.textOf(file) ?? '') ?? []) {
      if (!allowed.delete(name)) continue;
      if (request.pending.some((pending) => pending.name === name))
        problems.push({
          cookbook: name,
          file,
          message: `locks ${name} by the hash of its content, which only Chef can write`,
          hint: 'Set `cookbooks.lock-command`, for example `[chef, update]`.',
        });
    }
  return allowed;
}

export function risingCookbooks(request: RaiseRequest, allowed: ReadonlySet<string>): Map<string, Rising> {
  const rising = new Map<string, Rising>();
  const versionOf = versionsWith(rising, request);
  const queue = dependencyOrder(request.cookbooks).flatMap((cookbook) => {
    const pending = request.pending.find(({ name }) => name === cookbook.name);
    return pending === undefined ? [] : [{ cookbook, level: pending.level }];
  });
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { cookbook, level } = next;
    if (rising.has(cookbook.name) || !allowed.has(cookbook.name)) continue;
    const group = sharers(cookbook, request.cookbooks);
    const shared = sharedRaise(group, level, request);
    for (const member of group)
      rising.set(member.name, {
        cookbook: member,
        to: shared.to,
        level:
          member === cookbook
            ? shared.level
            : { ...shared.level, why: `shares its version with ${cookbook.name}` },
      });
    const newly = group.flatMap(({ name }) => rising.get(name) ?? []);
    for (const dependant of request.cookbooks)
      for (const { cookbook: raised, to } of newly)
        if (!rising.has(dependant.name) && mustFollow(dependant, raised.name, to, request, versionOf))
          queue.push({ cookbook: dependant, level: { level: 'patch', why: `depends on ${raised.name}` } });
  }
  return rising;
}

function mustFollow(
  dependant: Cookbook,
  name: string,
  to: ChefVersion,
  { dependants }: RaiseRequest,
  versionOf: (name: string) => ChefVersion | undefined,
): boolean {
  if (!dependant.dependencies.some((dependency) => dependency.name === name)) return false;
  return dependants === 'always' || makeRoom(dependant, { name, to }, versionOf).edits.length > 0;
}

/** Cookbooks that read their version from the same file have one version. */
function sharers(cookbook: Cookbook, all: readonly Cookbook[]): Cookbook[] {
  const files = new Set(cookbook.versionTokens.map(({ file }) => file));
  return all.filter((other) => other === cookbook || other.versionTokens.some(({ file }) => files.has(file)));
}

function sharedRaise(
  group: readonly Cookbook[],
  own: LevelReason,
  { pending, used }: RaiseRequest,
): { to: ChefVersion; level: LevelReason } {
  const level = group
    .flatMap(({ name }) => pending.find((each) => each.name === name)?.level ?? [])
    .reduce((one, other) => (higherLevel(one.level, other.level) === one.level ? one : other), own);
  const [first] = group;
  const numbers = group.flatMap(({ name, version }) => [version, ...used(name)]);
  const current = first?.version ?? { major: 0, minor: 0, patch: 0 };
  return { to: nextVersion(current, level.level, numbers), level };
}
