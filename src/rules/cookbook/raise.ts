import { posix } from 'node:path';
import { shown } from '../input/parsed.ts';
import { editBerksfileLock, type NewConstraint } from './berksfile-lock.ts';
import { addRelease } from './changelog.ts';
import { formatVersion, higherLevel, nextVersion, type ChefVersion, type Level } from './chef-version.ts';
import { dependencyOrder, makeRoom } from './dependants.ts';
import { applyEdits, type Edit } from './edits.ts';
import { followPins, readPins } from './environment-pin.ts';
import type { LevelReason } from './level.ts';
import { localCookbooksIn } from './policyfile-lock.ts';
import { inside } from './read-cookbook.ts';
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

interface Rising {
  cookbook: Cookbook;
  to: ChefVersion;
  level: LevelReason;
}

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

/** The version that each cookbook is going to have, as far as it is decided. */
function versionsWith(
  rising: ReadonlyMap<string, Rising>,
  { cookbooks }: RaiseRequest,
): (name: string) => ChefVersion | undefined {
  return (name) => rising.get(name)?.to ?? cookbooks.find((cookbook) => cookbook.name === name)?.version;
}

/** A cookbook that a Policyfile lock holds cannot rise without the command that writes the lock. */
function withoutUnwritableLocks(request: RaiseRequest, problems: CookbookProblem[]): Set<string> {
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

function risingCookbooks(request: RaiseRequest, allowed: ReadonlySet<string>): Map<string, Rising> {
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

function pinEdits(
  { pins, textOf }: RaiseRequest,
  rising: ReadonlyMap<string, Rising>,
  problems: CookbookProblem[],
): Edit[] {
  if (rising.size === 0) return [];
  const report = (file: string, problem: Omit<CookbookProblem, 'cookbook' | 'file'>) =>
    problems.push({ cookbook: posix.basename(file), file, ...problem });
  return pins.flatMap((file) => {
    const json = file.replace(/\.rb$/u, '.json');
    if (json !== file && textOf(json) !== undefined) {
      report(file, {
        message: `is not what Chef reads: ${json} wins over it`,
        hint: `List ${json} in \`cookbooks.pins\` instead.`,
      });
      return [];
    }
    const text = textOf(file);
    if (text === undefined) {
      report(file, { message: 'does not exist', hint: 'Correct `cookbooks.pins`.' });
      return [];
    }
    const read = readPins(text, file);
    if (read.problem !== undefined) report(file, read.problem);
    const followed = followPins(read.pins, (name) => rising.get(name)?.to);
    problems.push(...followed.problems);
    return followed.edits;
  });
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

function lockEdits(
  { berksfileLocks, textOf }: RaiseRequest,
  raises: readonly Raise[],
  constraints: readonly NewConstraint[],
  notes: CookbookProblem[],
): FileEdit[] {
  if (raises.length === 0) return [];
  return berksfileLocks.flatMap((path) => {
    const before = textOf(path) ?? '';
    const edit = editBerksfileLock(before, raises, constraints);
    if ('text' in edit) return edit.text === before ? [] : [{ path, before, after: edit.text }];
    notes.push({
      cookbook: posix.dirname(path),
      file: path,
      message: edit.note,
      hint: 'Run `berks install`.',
    });
    return [];
  });
}

function changelogEdits(request: RaiseRequest, rising: ReadonlyMap<string, Rising>): FileEdit[] {
  return [...rising.values()].flatMap(({ cookbook, to, level }) => {
    const path = inside(cookbook.path, 'CHANGELOG.md');
    const before = request.textOf(path);
    if (before === undefined) return [];
    const subjects = request.pending.find(({ name }) => name === cookbook.name)?.subjects ?? [];
    const lines = subjects.length > 0 ? subjects : [level.why];
    const after = addRelease(before, { to: formatVersion(to), date: request.date, lines });
    return after === undefined ? [] : [{ path, before, after }];
  });
}

function locksOf({ policyfileLocks, textOf }: RaiseRequest, raised: ReadonlySet<string>): string[] {
  return policyfileLocks.filter((path) =>
    (localCookbooksIn(textOf(path) ?? '') ?? []).some((name) => raised.has(name)),
  );
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

/** Two cookbooks of one name cannot be told apart by Chef. */
export function sameNames(cookbooks: readonly Cookbook[]): CookbookProblem[] {
  return cookbooks.flatMap((cookbook, index) => {
    const other = cookbooks.findIndex(({ name }) => name === cookbook.name);
    return other === index
      ? []
      : [
          {
            cookbook: cookbook.name,
            file: cookbook.files[0] ?? cookbook.path,
            message: `has the name ${shown(cookbook.name)}, as ${cookbooks[other]?.path ?? ''} has`,
            hint: 'Give each cookbook a name of its own.',
          },
        ];
  });
}
