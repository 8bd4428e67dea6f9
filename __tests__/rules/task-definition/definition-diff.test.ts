import { definitionDiff } from '../../../src/rules/task-definition/definition-diff.ts';
import type { JsonObject } from '../../../src/rules/text/json.ts';

const base: JsonObject = {
  family: 'web',
  cpu: '256',
  containerDefinitions: [
    {
      name: 'app',
      image: 'shop:1',
      environment: [
        { name: 'B', value: 'two' },
        { name: 'A', value: 'one' },
      ],
      secrets: [{ name: 'KEY', valueFrom: '/shop/key' }],
      dockerLabels: { team: 'shop', api_key: 'hidden-label' },
      logConfiguration: {
        logDriver: 'splunk',
        options: { 'splunk-url': 'https://log', 'splunk-token': 'hidden-option' },
      },
    },
  ],
};
const container = (change: object): JsonObject => ({
  ...base,
  containerDefinitions: [{ ...(base['containerDefinitions'] as JsonObject[])[0], ...change }],
});
const diff = (after: JsonObject, before = base) =>
  definitionDiff({ name: 'web:1', definition: before }, { name: 'web:(new)', definition: after });
const changes = (after: JsonObject) =>
  diff(after)
    .filter((line) => /^[-+](?![-+])/.test(line))
    .map((line) => line.replace(/ +/g, ' '));

describe('the diff of two definitions', () => {
  it.each<[string, JsonObject]>([
    ['another order of keys', Object.fromEntries(Object.entries(base).toReversed())],
    [
      'another order of the environment',
      container({
        environment: [
          { name: 'A', value: 'one' },
          { name: 'B', value: 'two' },
        ],
      }),
    ],
    [
      'what ECS fills in',
      { ...container({ cpu: 0, essential: true, mountPoints: [] }), volumes: [], networkMode: 'bridge' },
    ],
    [
      'what ECS adds when it stores',
      { ...base, revision: 4, status: 'ACTIVE', registeredBy: 'arn:aws:iam::1:user/a' },
    ],
    ['a size in words', { ...base, cpu: '.25 vCPU' }],
  ])('is empty for %s', (_what, after) => {
    expect(diff(after)).toEqual([]);
  });

  it('has a head, and unified hunks', () => {
    expect(diff({ ...base, cpu: '512' }).slice(0, 3)).toEqual([
      '--- web:1',
      '+++ web:(new)',
      expect.stringMatching(/^@@ -\d+,\d+ \+\d+,\d+ @@$/),
    ]);
  });

  it.each<[string, JsonObject, string[]]>([
    [
      'a value of the environment',
      container({
        environment: [
          { name: 'A', value: 'uno' },
          { name: 'B', value: 'two' },
        ],
      }),
      ['- A: (hidden)', '+ A: (hidden, changed)'],
    ],
    [
      'a variable more',
      container({
        environment: [
          { name: 'A', value: 'one' },
          { name: 'B', value: 'two' },
          { name: 'C', value: 'three' },
        ],
      }),
      ['+ C: (hidden)'],
    ],
    [
      'a secret from elsewhere',
      container({ secrets: [{ name: 'KEY', valueFrom: '/shop/other' }] }),
      ['- KEY: /shop/key', '+ KEY: /shop/other'],
    ],
    [
      'a label',
      container({ dockerLabels: { team: 'store', api_key: 'hidden-label' } }),
      ['- team: shop', '+ team: store'],
    ],
    [
      'a label that is a secret',
      container({ dockerLabels: { team: 'shop', api_key: 'new-hidden-label' } }),
      ['- api_key: (hidden)', '+ api_key: (hidden, changed)'],
    ],
    [
      'a token of the log driver',
      container({
        logConfiguration: {
          logDriver: 'splunk',
          options: { 'splunk-url': 'https://log', 'splunk-token': 'new-hidden-option' },
        },
      }),
      ['- splunk-token: (hidden)', '+ splunk-token: (hidden, changed)'],
    ],
  ])('shows %s, and no value that is nobody’s business', (_what, after, wanted) => {
    expect(changes(after)).toEqual(wanted);
    for (const value of ['one', 'uno', 'two', 'three', 'hidden-label', 'hidden-option'])
      expect(diff(after).join('\n')).not.toMatch(new RegExp(`: .*\\b${value}\\b`));
  });

  it('keeps two values of one name apart without showing them', () => {
    const twice = [
      { name: 'A', value: 'one' },
      { name: 'A', value: 'two' },
    ];
    const text = diff(container({ environment: twice })).join('\n');
    expect(text).toContain('value: (hidden');
    expect(text).not.toContain('two');
  });
});
