import type { Level } from '../../../src/rules/cookbook/chef-version.ts';
import { decideLevel, levelOfLabel, levelOfMessage } from '../../../src/rules/cookbook/level.ts';

describe('the level', () => {
  it.each<[string, Level | undefined]>([
    ['feat: x', 'minor'],
    ['feat(nginx): x', 'minor'],
    ['fix: x', 'patch'],
    ['chore!: x', 'major'],
    ['feat(api)!: x', 'major'],
    ['fix: x\n\nBREAKING CHANGE: y', 'major'],
    ['Add a thing', undefined],
    ['Merge pull request #3 from x', undefined],
    ['Mine (#3)\n\n* feat: x\n* fix: y', 'minor'],
    ['feature: x', 'patch'],
    ['', undefined],
  ])('of the message %j is %s', (message, expected) => {
    expect(levelOfMessage(message)).toBe(expected);
  });

  it.each<[string, Level | undefined]>([
    ['major', 'major'],
    ['semver:minor', 'minor'],
    ['semver-patch', 'patch'],
    ['bump: major', 'major'],
    ['Expeditor: Bump Version Minor', 'minor'],
    ['nginx: major', 'major'],
    ['base: major', undefined],
    ['majority', undefined],
    ['not major', undefined],
  ])('of the label %j for nginx is %s', (label, expected) => {
    expect(levelOfLabel(label, 'nginx')).toBe(expected);
  });

  it('is the highest that anybody asks for, and says who did', () => {
    const sources = { cookbook: 'nginx', least: 'patch', bumpLabels: [], pulls: [], messages: [] } as const;
    expect(decideLevel(sources)).toEqual({ level: 'patch', why: 'content changed' });
    expect(decideLevel({ ...sources, least: 'minor' })).toEqual({ level: 'minor', why: 'configured level' });
    expect(decideLevel({ ...sources, messages: ['fix: a', 'feat: b\n\nmore'] })).toEqual({
      level: 'minor',
      why: 'commit: feat: b',
    });
    expect(
      decideLevel({
        ...sources,
        messages: ['feat: b'],
        pulls: [{ number: 7, labels: ['semver:major'], byBot: false }],
      }),
    ).toEqual({ level: 'major', why: 'label on #7' });
    expect(
      decideLevel({
        ...sources,
        bumpLabels: ['minor'],
        pulls: [{ number: 7, labels: ['semver:major'], byBot: true }],
      }),
    ).toEqual({ level: 'minor', why: 'label on this pull request' });
  });
});
