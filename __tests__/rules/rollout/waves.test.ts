import { circleIn, wavesOf } from '../../../src/rules/rollout/waves.ts';

const waves = (items: { name: string; after?: string[] }[]) =>
  wavesOf(items, (item) => item).map((wave) => wave.map(({ name }) => name));

it.each([
  ['nothing is asked for: all at once', [{ name: 'a' }, { name: 'b' }], [['a', 'b']]],
  ['one after another', [{ name: 'b', after: ['a'] }, { name: 'a' }], [['a'], ['b']]],
  [
    'those that nobody waits for go first, in their order',
    [
      { name: 'web', after: ['api'] },
      { name: 'api' },
      { name: 'mail' },
      { name: 'edge', after: ['web', 'mail'] },
    ],
    [['api', 'mail'], ['web'], ['edge']],
  ],
  ['a name that is not there holds nothing up', [{ name: 'a', after: ['gone'] }], [['a']]],
  ['nothing', [], []],
])('%s', (_, items, wanted) => {
  expect(waves(items)).toEqual(wanted);
});

it('a circle ends all the same', () => {
  expect(
    waves([
      { name: 'a', after: ['b'] },
      { name: 'b', after: ['a'] },
    ]),
  ).toEqual([['a', 'b']]);
});

it.each([
  [[{ name: 'a', after: ['b'] }, { name: 'b' }], undefined],
  [[{ name: 'a', after: ['a'] }], ['a']],
  [
    [
      { name: 'a', after: ['b'] },
      { name: 'b', after: ['c'] },
      { name: 'c', after: ['b'] },
    ],
    ['b', 'c'],
  ],
])('the circle in %j', (items, wanted) => {
  expect(circleIn(items)).toEqual(wanted);
});
