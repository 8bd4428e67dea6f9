import type { PlanReport } from '../../src/report/plan-report.ts';
import { planShop } from '../fakes/plan-shop.ts';
import { PUSH_TO_DEVELOP } from '../fakes/host.ts';
import { REGISTRY, type Shop } from '../fakes/shop.ts';

const OTHER = '222222222222';
const SOURCE = `${OTHER}.dkr.ecr.ap-northeast-1.amazonaws.com/shop`;
const DIGEST = `sha256:${'d'.repeat(64)}`;

const planned = (shop: Shop): PlanReport =>
  (JSON.parse(shop.host.results.at(-1) ?? '{}') as { plan: PlanReport }).plan;
const found = (shop: Shop, check: string) =>
  planned(shop)
    .checks.filter((one) => one.check === check)
    .map(({ subject, state, message }) => `${state} ${subject}: ${message}`);

/** The account of production; another account's repository may have what it deploys. */
function production(image = `repository: shop, copy-from: ${SOURCE}`): Shop {
  const shop = planShop();
  shop.host.currentEvent = PUSH_TO_DEVELOP;
  shop.configure((yaml) => yaml.replace('repository: shop', image));
  shop.aws.ecr.addRepository('shop', { immutableTags: true, registryId: OTHER });
  return shop;
}

/** The tag that a build of this checkout has. */
async function contentTag(): Promise<string> {
  const staging = planShop();
  await staging.run('plan');
  return planned(staging).images[0]?.tag ?? '';
}

describe('an image that another account has', () => {
  it('would be copied, by the digest that the deploy then copies', async () => {
    const shop = production();
    const tag = await contentTag();
    shop.aws.ecr.putImage('shop', { digest: DIGEST, tags: [tag], registryId: OTHER });
    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop).images).toEqual([
      { uri: `${REGISTRY}/shop`, action: 'copy', from: SOURCE, digest: DIGEST, tag },
    ]);
    expect(shop.copies).toEqual([]);
    expect(shop.aws.mutations()).toEqual([]);
    expect(found(shop, 'image')).toEqual([
      `pass ${REGISTRY}/shop:${tag}: would be copied from ${SOURCE}, for linux/amd64`,
    ]);
    // The digest is known: the diff shows it, and the migration is judged by it.
    expect(planned(shop).definitions[0]?.diff.join('\n')).toContain(`+    image: ${REGISTRY}/shop@${DIGEST}`);
    expect(planned(shop).tasks).toMatchObject([{ purpose: 'migrate', action: 'run' }]);
    expect(shop.host.lines.join('\n')).toContain(`@${DIGEST}, from ${SOURCE}`);
    expect(shop.host.summaries.join('')).toMatch(new RegExp(`📥 copy .*@${DIGEST}\` from \`${SOURCE}\``));

    expect(await shop.deploy()).toBe(0);
    expect(shop.copies).toMatchObject([{ digest: DIGEST, tag }]);
    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop).images).toMatchObject([{ action: 'reuse', digest: DIGEST }]);
  });

  it.each(['v7', DIGEST])('would be copied where it is asked for: %s', async (image) => {
    const shop = production();
    shop.aws.ecr.putImage('shop', { digest: DIGEST, tags: ['v7'], registryId: OTHER });
    expect(await shop.run('plan', { image })).toBe(0);
    expect(planned(shop).images).toMatchObject([{ action: 'copy', from: SOURCE, digest: DIGEST, tag: 'v7' }]);
  });

  it('would be built where nobody has the content', async () => {
    const shop = production();
    expect(await shop.run('plan')).toBe(0);
    expect(planned(shop).images).toMatchObject([{ action: 'build' }]);
  });

  it('of another CPU fails there, before it is copied', async () => {
    const shop = production();
    const tag = await contentTag();
    shop.aws.ecr.putImage('shop', {
      digest: DIGEST,
      tags: [tag],
      registryId: OTHER,
      platforms: ['linux/arm64'],
    });
    expect(await shop.run('plan')).toBe(1);
    expect(found(shop, 'image')).toEqual([expect.stringContaining('it is for linux/arm64')]);
  });

  it('is skipped where this role may not look there', async () => {
    const shop = production();
    shop.aws.fault({
      operation: 'DescribeImages',
      // The first question is to the own repository.
      nth: 2,
      times: Infinity,
      kind: 'access-denied',
    });
    expect(await shop.run('plan')).toBe(0);
    expect(found(shop, 'image')).toEqual([
      expect.stringMatching(/^skip shop: no permission: ecr:DescribeImages$/),
    ]);
  });

  it('is one of several: each says where it comes from', async () => {
    const shop = production();
    const { aws } = shop;
    aws.ecr.addRepository('proxy', { immutableTags: true });
    aws.ecr.putImage('proxy', { digest: `sha256:${'e'.repeat(64)}`, tags: ['v7'] });
    aws.ecr.putImage('shop', { digest: DIGEST, tags: ['v7'], registryId: OTHER });
    const web = aws.ecs.taskDefinitions.find('web:1')?.definition as { containerDefinitions: object[] };
    web.containerDefinitions.push({ name: 'proxy', image: `${REGISTRY}/proxy:v1`, essential: false });
    shop.configure((yaml) =>
      yaml.replace(
        'image: { repository: shop }',
        `images: { shop: { repository: shop, copy-from: ${SOURCE} }, proxy: { repository: proxy } }`,
      ),
    );
    expect(await shop.run('plan', { image: 'v7' })).toBe(0);
    expect(planned(shop).images).toMatchObject([
      { name: 'shop', action: 'copy', from: SOURCE },
      { name: 'proxy', action: 'reuse' },
    ]);
  });
});

it('an image in another region is looked for there', async () => {
  const source = `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com/shop`;
  const shop = production(`repository: shop, copy-from: ${source}`);
  shop.aws.ecr.putImage('shop', { digest: DIGEST, tags: ['v7'], registryId: OTHER });
  await shop.run('plan', { image: 'v7' });
  expect(planned(shop).images).toMatchObject([{ action: 'copy', from: source }]);
  expect(found(shop, 'image')).toEqual([
    `pass ${REGISTRY}/shop:v7: would be copied from ${source}, for linux/amd64`,
  ]);
});
