import { DeployError } from '../../src/errors.ts';
import { Shop } from '../fakes/shop.ts';

const OTHER = '222222222222';
const SOURCE = `${OTHER}.dkr.ecr.ap-northeast-1.amazonaws.com/shop`;
const DIGEST = `sha256:${'d'.repeat(64)}`;

/** The account of production, where nothing was built yet; staging's repository is another account's. */
function production(): Shop {
  const shop = new Shop();
  shop.configure((yaml) => yaml.replace('repository: shop', `repository: shop, copy-from: ${SOURCE}`));
  shop.aws.ecr.addRepository('shop', { immutableTags: true, registryId: OTHER });
  return shop;
}

/** The tag that a build of this checkout has. */
async function contentTag(): Promise<string> {
  const staging = new Shop();
  await staging.deploy();
  return staging.builder.builds[0]?.references[0].split(':').at(-1) ?? '';
}

describe('an image that another account has', () => {
  it('is copied by digest under its content tag, and nothing is built', async () => {
    const shop = production();
    const tag = await contentTag();
    shop.aws.ecr.putImage('shop', { digest: DIGEST, tags: [tag], registryId: OTHER });
    expect(await shop.deploy()).toBe(0);
    expect(shop.builder.builds).toEqual([]);
    expect(shop.copies).toMatchObject([
      {
        from: { name: 'shop', login: { registry: SOURCE.split('/')[0] } },
        to: { name: 'shop', login: { registry: '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com' } },
        digest: DIGEST,
        tag,
      },
    ]);
    expect(shop.host.outputs).toMatchObject({ 'image-digest': DIGEST, 'image-reused': 'true' });
    expect(shop.digestOf('web:2')).toBe(DIGEST);
    // The next run finds it here.
    expect(await shop.deploy()).toBe(0);
    expect(shop.copies).toHaveLength(1);
  });

  it('is built here where nobody has the content', async () => {
    const shop = production();
    expect(await shop.deploy()).toBe(0);
    expect(shop.copies).toEqual([]);
    expect(shop.builder.builds).toHaveLength(1);
  });

  it('is found by the tag or the digest that is asked for', async () => {
    for (const image of ['v7', DIGEST]) {
      const shop = production();
      shop.aws.ecr.putImage('shop', { digest: DIGEST, tags: ['v7'], registryId: OTHER });
      shop.host.inputs = { image };
      expect(await shop.deploy()).toBe(0);
      expect(shop.copies).toMatchObject([{ digest: DIGEST, tag: 'v7' }]);
    }
  });

  it('that does not arrive as it was sent is not deployed', async () => {
    const shop = production();
    const tag = await contentTag();
    shop.aws.ecr.putImage('shop', { digest: DIGEST, tags: [tag], registryId: OTHER });
    const world = shop.world();
    shop.world = () => ({
      ...world,
      copyImage: ({ to }) => {
        shop.aws.ecr.putImage(to.name, { digest: `sha256:${'e'.repeat(64)}`, tags: [tag] });
        return Promise.resolve({ sent: 1, present: 0, bytes: 1 });
      },
    });
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.map(({ title }) => title).join()).toContain('IMAGE_DIGEST_MISMATCH');
    expect(shop.aws.callsOf('RegisterTaskDefinition')).toEqual([]);
  });

  it('that another run has copied meanwhile is used', async () => {
    const shop = production();
    const tag = await contentTag();
    shop.aws.ecr.putImage('shop', { digest: DIGEST, tags: [tag], registryId: OTHER });
    const world = shop.world();
    const theirs = `sha256:${'e'.repeat(64)}`;
    shop.world = () => ({
      ...world,
      copyImage: ({ to }) => {
        shop.aws.ecr.putImage(to.name, { digest: theirs, tags: [tag] });
        return Promise.reject(new DeployError('IMAGE_TAG_IMMUTABLE', 'taken'));
      },
    });
    expect(await shop.deploy()).toBe(0);
    expect(shop.host.outputs['image-digest']).toBe(theirs);
  });
});
