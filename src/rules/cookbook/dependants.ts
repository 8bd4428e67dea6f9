import { allows, parseConstraint, widen } from './constraint.ts';
import type { ChefVersion } from './chef-version.ts';
import type { Cookbook, CookbookProblem, Dependency } from './reading.ts';
import type { Edit } from './edits.ts';

/** Cookbooks so that each comes after those it depends on; those in a cycle stay in the order they were given. */
export function dependencyOrder(cookbooks: readonly Cookbook[]): Cookbook[] {
  const byName = new Map(cookbooks.map((cookbook) => [cookbook.name, cookbook]));
  const ordered: Cookbook[] = [];
  const seen = new Set<string>();
  const visit = (cookbook: Cookbook) => {
    if (seen.has(cookbook.name)) return;
    seen.add(cookbook.name);
    for (const { name } of cookbook.dependencies) {
      const dependency = byName.get(name);
      if (dependency !== undefined) visit(dependency);
    }
    ordered.push(cookbook);
  };
  cookbooks.forEach(visit);
  return ordered;
}

/**
 * What has to change in `dependant` so that it takes the new version of a cookbook beside it: nothing, its constraints,
 * or something that only a person can decide.
 */
export function makeRoom(
  dependant: Cookbook,
  cookbook: { name: string; to: ChefVersion },
  /** The version that each other cookbook of the repository is going to have. */
  versionOf: (name: string) => ChefVersion | undefined,
): { edits: Edit[]; problem?: CookbookProblem } {
  const edits: Edit[] = [];
  for (const dependency of dependant.dependencies) {
    if (dependency.name !== cookbook.name || dependency.constraint === undefined) continue;
    const { constraint: token } = dependency;
    const constraint = parseConstraint(token.text);
    if (constraint === undefined || allows(constraint, cookbook.to)) continue;
    const text = widen(constraint, cookbook.to);
    if (text === undefined) return { edits: [], problem: lowerBound(dependant, dependency) };
    if (!sharersFit(dependency, text, versionOf))
      return { edits: [], problem: sharedConstraint(dependant, dependency) };
    edits.push({ token, text });
  }
  return { edits };
}

/** A constraint in a loop is the constraint of every name in it. */
function sharersFit(
  { name, shares }: Dependency,
  text: string,
  versionOf: (name: string) => ChefVersion | undefined,
): boolean {
  const widened = parseConstraint(text);
  return shares.every((other) => {
    if (other === name) return true;
    const version = versionOf(other);
    return version !== undefined && widened !== undefined && allows(widened, version);
  });
}

function lowerBound(dependant: Cookbook, { name, constraint, file, line }: Dependency): CookbookProblem {
  return {
    cookbook: dependant.name,
    file,
    line,
    message: `asks for ${name} ${constraint?.text ?? ''}, which the repository's own ${name} does not reach`,
    hint: 'Lower the bound, or raise the cookbook by hand.',
  };
}

function sharedConstraint(
  dependant: Cookbook,
  { name, constraint, file, line, shares }: Dependency,
): CookbookProblem {
  return {
    cookbook: dependant.name,
    file,
    line,
    message: `excludes the new version of ${name} by ${constraint?.text ?? ''}, which a loop states for ${shares.join(', ')} together`,
    hint: `Give ${name} a line of its own.`,
  };
}
