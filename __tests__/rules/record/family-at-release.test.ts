import { familyAtRelease, type FamilyRecord } from '../../../src/rules/record/family-at-release.ts';

/** A revision of the family `nightly`, registered at a minute of the hour. */
const nightly = (revision: number, registeredAt: number, release?: number): FamilyRecord => ({
  arn: `nightly:${revision}`,
  registeredAt,
  replaces: `nightly:${revision - 1}`,
  ...(release === undefined ? {} : { release }),
});
const at = (release: number, verifiedAt: number) => ({ release, verifiedAt });

it.each([
  ['the revision of that release', at(1, 15), [nightly(2, 10, 1), nightly(3, 20, 2)], 'nightly:2'],
  ['one that later releases ran too', at(1, 15), [nightly(2, 10, 3), nightly(3, 40, 4)], 'nightly:2'],
  [
    'one that a release without a change of the family ran',
    at(2, 30),
    [nightly(2, 10, 1), nightly(3, 20, 3)],
    'nightly:3',
  ],
  [
    'what the first recorded one replaced, where that came later',
    at(4, 30),
    [nightly(2, 40, 5)],
    'nightly:1',
  ],
  [
    'what was put back, and not the newer one that it replaced',
    at(5, 60),
    [nightly(2, 10, 2), nightly(3, 20, 5), nightly(4, 40, 4), nightly(5, 70, 6)],
    'nightly:3',
  ],
  [
    'never one that only failed',
    at(1, 30),
    [nightly(2, 10, 1), nightly(3, 20), nightly(4, 40, 2)],
    'nightly:2',
  ],
  ['what it had, where only others were released since', at(7, 90), [nightly(2, 10, 1)], 'nightly:2'],
  ['before the first recorded release: what that replaced', undefined, [nightly(2, 10, 1)], 'nightly:1'],
  [
    'and not what was registered in between for nothing',
    undefined,
    [nightly(4, 40, 1), nightly(3, 30), nightly(2, 20)],
    'nightly:1',
  ],
  [
    'what was there already, where the first release left it',
    undefined,
    [{ arn: 'nightly:7', registeredAt: 5, release: 1 }, nightly(8, 30, 2)],
    'nightly:7',
  ],
  [
    'what it had when only others went back, and not what failed since',
    at(5, 50),
    [nightly(4, 40, 4), nightly(5, 55), nightly(6, 60, 6)],
    'nightly:4',
  ],
  ['nothing, where nothing is recorded', at(1, 15), [nightly(2, 10)], undefined],
  ['nothing, where there is no revision', undefined, [], undefined],
])('%s', (_what, release, revisions, expected) => {
  expect(familyAtRelease(release, revisions)).toBe(expected);
  expect(familyAtRelease(release, revisions.toReversed())).toBe(expected);
});
