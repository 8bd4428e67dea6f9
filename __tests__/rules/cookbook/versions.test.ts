import {
  compareVersions,
  formatVersion,
  nextVersion,
  parseChefVersion,
  type ChefVersion,
  type Level,
} from '../../../src/rules/cookbook/chef-version.ts';
import { allows, follow, parseConstraint, widen } from '../../../src/rules/cookbook/constraint.ts';

const v = (text: string): ChefVersion => parseChefVersion(text)!;

describe('cookbook versions as Chef reads them', () => {
  it.each<[string, string | undefined, string]>([
    ['1.2.3', '1.2.3', 'three numbers'],
    ['1.2', '1.2.0', 'two are three with a zero'],
    ['01.002.3', '1.2.3', 'numbers, not text'],
    ['1', undefined, 'one is too few'],
    ['1.2.3.4', undefined, 'four are too many'],
    ['1.2.rc1', undefined, 'no pre-releases'],
    ['1.2.3\n', undefined, 'the file reader trims, not the version'],
    ['', undefined, 'nothing'],
  ])('%j is %s: %s', (text, expected) => {
    const version = parseChefVersion(text);
    expect(version === undefined ? undefined : formatVersion(version)).toBe(expected);
  });

  it('compares numbers, not text', () => {
    expect(compareVersions(v('1.10.0'), v('1.9.9'))).toBeGreaterThan(0);
    expect(compareVersions(v('1.2'), v('1.2.0'))).toBe(0);
  });

  it.each<[string, Level, string[], string, string]>([
    ['1.2.3', 'patch', [], '1.2.4', 'the next patch'],
    ['1.2.3', 'minor', [], '1.3.0', 'a minor resets the patch'],
    ['1.2.3', 'major', [], '2.0.0', 'a major resets both'],
    ['1.2.3', 'patch', ['1.2.4'], '1.2.5', 'a number that was used is not used again'],
    ['1.2.3', 'patch', ['1.4.0'], '1.4.1', 'a tag ahead is where it goes on from'],
    ['1.2.3', 'minor', ['1.2.9'], '1.3.0', 'the level is applied to the highest'],
    ['1.2.3', 'patch', ['0.9.0', '1.0.0'], '1.2.4', 'lower numbers do not matter'],
  ])('R1 never backwards: %s + %s with %j used is %s: %s', (current, level, used, expected) => {
    const next = nextVersion(v(current), level, used.map(v));
    expect(formatVersion(next)).toBe(expected);
    for (const other of [current, ...used]) expect(compareVersions(next, v(other))).toBeGreaterThan(0);
  });
});

describe('constraints as Chef reads them', () => {
  it.each([
    ['>= 1.2', '1.2.0', true],
    ['>=1.2', '1.1.9', false],
    ['1.2.3', '1.2.3', true],
    ['= 1.2', '1.2.0', true],
    ['~> 1.2', '1.9.0', true],
    ['~> 1.2', '2.0.0', false],
    ['~> 1.2.3', '1.2.9', true],
    ['~> 1.2.3', '1.3.0', false],
    ['< 2.0', '2.0.0', false],
    ['<= 2.0.0', '2.0.0', true],
    ['> 2.0.0', '2.0.0', false],
    ['< 3', '2.9.9', true],
  ])('%s takes %s: %s', (constraint, version, expected) => {
    expect(allows(parseConstraint(constraint)!, v(version))).toBe(expected);
  });

  it.each(['<< 1.0', '>> 1.0', '~ 1.0', '>= 1.0, < 2.0', '1.0.0.0', 'latest', ''])(
    '%j is refused',
    (text) => {
      expect(parseConstraint(text)).toBeUndefined();
    },
  );

  it.each([
    ['~> 1.2', '2.0.0', '~> 2.0', 'two numbers stay two'],
    ['~> 1.2.3', '1.3.0', '~> 1.3.0', 'three stay three'],
    ['~>1.2', '2.0.0', '~>2.0', 'the spacing stays'],
    ['= 1.2.3', '1.2.4', '= 1.2.4', 'a pin moves'],
    ['1.2.3', '1.2.4', '1.2.4', 'a bare pin stays bare'],
    ['< 2.0', '2.0.1', '< 2.1', 'an upper bound opens as little as it can'],
    ['< 2.0.0', '2.0.0', '< 2.0.1', 'with three numbers'],
    ['< 2', '2.0.0', '< 3', 'with one'],
    ['<= 1.9.9', '2.0.0', '<= 2.0.0', 'inclusive'],
  ])('%s opened for %s is %s: %s', (constraint, version, expected) => {
    const widened = widen(parseConstraint(constraint)!, v(version));
    expect(widened).toBe(expected);
    expect(allows(parseConstraint(widened!)!, v(version))).toBe(true);
  });

  it('a lower bound cannot be opened', () => {
    expect(widen(parseConstraint('>= 3.0')!, v('2.0.0'))).toBeUndefined();
  });

  it.each([
    ['= 0.2.0', '0.3.0', '= 0.3.0'],
    ['=1.0.0', '1.0.1', '=1.0.1'],
    ['~> 0.10.0', '0.10.1', '~> 0.10.1'],
    ['~> 0.10', '0.11.0', '~> 0.11'],
    ['0.2.0', '0.3.0', '0.3.0'],
    ['>= 0.2.0', '0.3.0', undefined],
  ])('the pin %s follows to %s as %s', (pin, version, expected) => {
    expect(follow(parseConstraint(pin)!, v(version))).toBe(expected);
  });
});
