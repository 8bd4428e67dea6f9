import { DEFAULT_BRANCH_MAP, describeMap, environmentsOf } from '../../../src/rules/input/branch-map.ts';
import type { BranchRule } from '../../../src/rules/input/branch-map.ts';

function rule(environment: string, more: Partial<BranchRule>): BranchRule {
  return { environment, branches: [], tags: [], anyBranch: false, ...more };
}

describe('the default branch map', () => {
  it.each([
    ['develop', ['staging'], 'what is being worked on'],
    ['master', ['production'], 'what is released'],
    ['main', ['production'], 'its newer name'],
    ['feature/x', [], 'everything else deploys nothing'],
    ['Main', [], 'names are compared exactly'],
    ['develop/x', [], 'a branch below is another branch'],
  ])('%s → %j: %s', (branch, environments) => {
    expect(environmentsOf(DEFAULT_BRANCH_MAP, { branch })).toEqual(environments);
  });

  it('maps no tag, even one that is called like a branch', () => {
    expect(environmentsOf(DEFAULT_BRANCH_MAP, { tag: 'main' })).toEqual([]);
  });

  it('maps nothing when neither branch nor tag is known', () => {
    expect(environmentsOf(DEFAULT_BRANCH_MAP, {})).toEqual([]);
  });

  it('can be read as one line', () => {
    expect(describeMap(DEFAULT_BRANCH_MAP)).toBe('develop → staging; master, main → production');
  });
});

describe('patterns for branches', () => {
  it.each([
    ['release/*', 'release/1', true, 'a star is one part'],
    ['release/*', 'release/1/x', false, 'and stops at a slash'],
    ['release/**', 'release/1/x', true, 'two stars do not stop'],
    ['*', 'feature/x', false, 'a lone star is no exception'],
    ['{hotfix,fix}/*', 'fix/1', true, 'braces list alternatives'],
    ['v[0-9]*', 'v1', true, 'brackets are a class'],
    ['v[0-9]', 'v[0-9]', true, 'a name that is written out matches itself'],
    ['release/*', 'release/.x', true, 'a dot is a letter'],
    ['!develop', 'feature/x', false, 'an exclamation mark negates nothing'],
    ['a+b', 'a+b', true, 'a plus is a letter'],
    ['a.b', 'axb', false, 'a dot matches only a dot'],
  ])('%s and %s: %s, %s', (pattern, branch, matches) => {
    const map = [rule('x', { branches: [pattern] })];
    expect(environmentsOf(map, { branch })).toEqual(matches ? ['x'] : []);
  });

  it('map tags the same way, apart from branches', () => {
    const map = [rule('production', { tags: ['v*'] }), rule('staging', { branches: ['v*'] })];
    expect(environmentsOf(map, { tag: 'v1' })).toEqual(['production']);
    expect(environmentsOf(map, { branch: 'v1' })).toEqual(['staging']);
  });

  it('name every environment that a branch belongs to', () => {
    const map = [rule('eu', { branches: ['main'] }), rule('us', { branches: ['m*'] })];
    expect(environmentsOf(map, { branch: 'main' })).toEqual(['eu', 'us']);
  });
});

it('a map in words tells tags and environments that are free for any branch', () => {
  const map = [rule('production', { tags: ['v*'] }), rule('demo', { anyBranch: true })];
  expect(describeMap(map)).toBe('tag v* → production; any branch by name → demo');
});
