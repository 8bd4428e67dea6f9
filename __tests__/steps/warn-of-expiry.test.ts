import { Shop } from '../fakes/shop.ts';

const EXPIRING = {
  rules: [
    {
      rulePriority: 3,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    },
  ],
};
const warnings = (shop: Shop) => shop.host.annotations.map(({ title, message }) => `${title}: ${message}`);

describe('a deploy from a repository whose lifecycle policy', () => {
  it('can expire the image says so, and goes on', async () => {
    const shop = new Shop();
    shop.aws.ecr.setLifecyclePolicy('shop', EXPIRING);
    expect(await shop.deploy()).toBe(0);
    expect(warnings(shop)).toEqual([
      expect.stringMatching(
        /^Images of repository shop can expire: .*rule 3 keeps only the newest 5 of them/,
      ),
    ]);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it.each<[string, object | undefined]>([
    ['is not there', undefined],
    ['has no rule', { rules: [] }],
    [
      'is about other tags',
      {
        rules: [
          {
            rulePriority: 1,
            selection: {
              tagStatus: 'tagged',
              tagPrefixList: ['pr-'],
              countType: 'imageCountMoreThan',
              countNumber: 5,
            },
            action: { type: 'expire' },
          },
        ],
      },
    ],
  ])('%s warns of nothing', async (_what, policy) => {
    const shop = new Shop();
    if (policy !== undefined) shop.aws.ecr.setLifecyclePolicy('shop', policy);
    expect(await shop.deploy()).toBe(0);
    expect(warnings(shop)).toEqual([]);
    expect(shop.aws.callsOf('GetLifecyclePolicy')).toHaveLength(1);
  });

  it.each(['access-denied', 'http-500', 'truncated-body', 'connection-reset-before'] as const)(
    'is not known deploys all the same, without a word: %s',
    async (kind) => {
      const shop = new Shop();
      shop.aws.ecr.setLifecyclePolicy('shop', EXPIRING);
      shop.aws.fault({ operation: 'GetLifecyclePolicy', times: Infinity, kind });
      expect(await shop.deploy()).toBe(0);
      expect(warnings(shop)).toEqual([]);
      expect(shop.host.debugLines.join('\n')).toContain('the lifecycle policy of shop is not known');
    },
  );
});

it('`build` asks nothing of it: nothing is deployed', async () => {
  const shop = new Shop();
  expect(await shop.run('build')).toBe(0);
  expect(shop.aws.callsOf('GetLifecyclePolicy')).toEqual([]);
});
