import { circleIn, nextToBegin, type Progress } from '../../../src/rules/rollout/order.ts';

const SHOP = [
  { name: 'web', after: ['api', 'gone'] },
  { name: 'api' },
  { name: 'mail' },
  { name: 'edge', after: ['web', 'mail'] },
];

it.each<[what: string, progress: Record<string, Progress>, ready: string[], kept: Record<string, string>]>([
  ['what comes after nothing begins', {}, ['api', 'mail'], {}],
  ['each begins when those it names have ended well', { api: 'good', mail: 'running' }, ['web'], {}],
  ['and not for one of two', { api: 'running', mail: 'good' }, [], {}],
  ['the last when both have', { api: 'good', mail: 'good', web: 'good' }, ['edge'], {}],
  [
    'what comes after a failure is kept, and nothing else',
    { api: 'bad', mail: 'running' },
    [],
    { web: 'api' },
  ],
  ['what is kept keeps others', { api: 'bad', mail: 'good', web: 'bad' }, [], { edge: 'web' }],
  ['one failure is enough', { api: 'running', mail: 'bad' }, [], { edge: 'mail' }],
])('%s', (_what, progress, ready, kept) => {
  const found = nextToBegin(SHOP, ({ name }) => progress[name] ?? 'waiting');
  expect(found.ready.map(({ name }) => name)).toEqual(ready);
  expect(Object.fromEntries(found.kept.map(({ item, by }) => [item.name, by.name]))).toEqual(kept);
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
