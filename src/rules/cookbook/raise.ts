import type { NewConstraint } from './berksfile-lock.ts';
import { formatVersion, type ChefVersion } from './chef-version.ts';
import { dependencyOrder, makeRoom } from './dependants.ts';
import { applyEdits, type Edit } from './edits.ts';
import { changelogEdits, lockEdits, locksOf, pinEdits } from './following-files.ts';
import type { FileEdit, Raise, RaisePlan, RaiseRequest } from './raise-plan.ts';
import type { CookbookProblem } from './reading.ts';
import { risingCookbooks, versionsWith, withoutUnwritableLocks, type Rising } from './rising.ts';

/** What has to change so that every pending cookbook, and every dependant that would exclude it, has its next version. */
export function planRaises(request: RaiseRequest): RaisePlan {
  const problems: CookbookProblem[] = [];
  const notes: CookbookProblem[] = [];
  const allowed = withoutUnwritableLocks(request, problems);
  const rising = risingCookbooks(request, allowed);
  const versionOf = versionsWith(rising, request);

  const edits: Edit[] = [];
  const constraints: NewConstraint[] = [];
  for (const { cookbook, to } of rising.values()) {
    for (const token of cookbook.versionTokens) addEdit(edits, { token, text: formatVersion(to) });
    for (const dependency of rising.values()) {
      const room = makeRoom(cookbook, { name: dependency.cookbook.name, to: dependency.to }, versionOf);
      for (const edit of room.edits) {
        addEdit(edits, edit);
        constraints.push({
          dependant: cookbook.name,
          dependency: dependency.cookbook.name,
          constraint: edit.text,
        });
      }
    }
  }
  problems.push(...stuckDependants(request, rising, versionOf));
  edits.push(...pinEdits(request, rising, problems));

  const ordered = dependencyOrder([...rising.values()].map(({ cookbook }) => cookbook));
  const raises = ordered.flatMap(({ name }) => rising.get(name) ?? []).map(raiseOf);
  return {
    raises,
    edits: [
      ...editedFiles(request, edits),
      ...lockEdits(request, raises, constraints, notes),
      ...changelogEdits(request, rising),
    ].sort((one, other) => (one.path < other.path ? -1 : 1)),
    locks: raises.length === 0 ? [] : locksOf(request, new Set(raises.map(({ name }) => name))),
    problems,
    notes,
  };
}

/** Dependants that exclude the new version and cannot be rewritten without a person. */
function stuckDependants(
  { cookbooks }: RaiseRequest,
  rising: ReadonlyMap<string, Rising>,
  versionOf: (name: string) => ChefVersion | undefined,
): CookbookProblem[] {
  return cookbooks.flatMap((dependant) =>
    [...rising.values()].flatMap(({ cookbook: { name }, to }) => {
      const { problem } = makeRoom(dependant, { name, to }, versionOf);
      return problem === undefined ? [] : [problem];
    }),
  );
}

function addEdit(edits: Edit[], edit: Edit): void {
  const isKnown = edits.some(
    ({ token }) => token.file === edit.token.file && token.start === edit.token.start,
  );
  // A loop's constraint and a shared VERSION file are reached from several sides.
  if (!isKnown) edits.push(edit);
}

function editedFiles({ textOf }: RaiseRequest, edits: readonly Edit[]): FileEdit[] {
  const files = new Set(edits.map(({ token }) => token.file));
  return [...files].map((path) => {
    const before = textOf(path) ?? '';
    const own = edits.filter(({ token }) => token.file === path);
    return { path, before, after: applyEdits(before, own) };
  });
}

function raiseOf({ cookbook, to, level }: Rising): Raise {
  return {
    name: cookbook.name,
    from: formatVersion(cookbook.version),
    to: formatVersion(to),
    level: level.level,
    why: level.why,
  };
}
