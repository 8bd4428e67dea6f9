import { posix } from 'node:path';
import { editBerksfileLock, type NewConstraint } from './berksfile-lock.ts';
import { addRelease } from './changelog.ts';
import { formatVersion } from './chef-version.ts';
import type { Edit } from './edits.ts';
import { followPins, readPins } from './environment-pin.ts';
import { localCookbooksIn } from './policyfile-lock.ts';
import type { FileEdit, Raise, RaiseRequest } from './raise-plan.ts';
import { inside } from './read-cookbook.ts';
import type { CookbookProblem } from './reading.ts';
import type { Rising } from './rising.ts';

export function pinEdits(
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

export function lockEdits(
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

export function changelogEdits(request: RaiseRequest, rising: ReadonlyMap<string, Rising>): FileEdit[] {
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

export function locksOf({ policyfileLocks, textOf }: RaiseRequest, raised: ReadonlySet<string>): string[] {
  return policyfileLocks.filter((path) =>
    (localCookbooksIn(textOf(path) ?? '') ?? []).some((name) => raised.has(name)),
  );
}
