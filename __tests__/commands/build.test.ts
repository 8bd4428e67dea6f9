import { OLD_DIGEST, Shop } from '../fakes/shop.ts';

const build = (shop: Shop, inputs: Record<string, string> = {}) => shop.run('build', inputs);
const ecsCalls = (shop: Shop) => shop.aws.calls.filter(({ service }) => service === 'ecs');

/** A shop of which only the repository is known. */
function withoutServices(): Shop {
  const shop = new Shop();
  shop.configure(() => 'version: 1\nimage: { repository: shop }\n');
  return shop;
}

describe('build', () => {
  it('R49 builds and pushes, asks ECS nothing, and gives the digest out', async () => {
    const shop = withoutServices();
    expect(await build(shop)).toBe(0);
    expect(shop.builder.builds).toHaveLength(1);
    expect(ecsCalls(shop)).toEqual([]);
    const [pushed = ''] = shop.builder.builds[0]?.references ?? [];
    const digest = shop.host.outputs['image-digest'] ?? '';
    expect(await (await shop.aws.connect()).ecr.describeImage({ name: 'shop' }, { digest })).toMatchObject({
      tags: [pushed.split(':').at(-1)],
    });
    expect(shop.host.outputs).toMatchObject({
      outcome: 'completed',
      image: `${pushed.split(':')[0] ?? ''}@${digest}`,
      'image-reused': 'false',
    });
    expect(shop.host.summaries.join('')).toContain('nothing runs it yet');
  });

  it('reuses what has the same content', async () => {
    const shop = withoutServices();
    await build(shop);
    const digest = shop.host.outputs['image-digest'];
    expect(await build(shop)).toBe(0);
    expect(shop.builder.builds).toHaveLength(1);
    expect(shop.host.outputs).toMatchObject({
      outcome: 'no-change',
      'image-digest': digest,
      'image-reused': 'true',
    });
  });

  it('builds what a deploy then finds, where both know the platform', async () => {
    const shop = new Shop();
    shop.configure((yaml) => yaml.replace('repository: shop', 'repository: shop, platform: linux/amd64'));
    await build(shop);
    expect(await shop.deploy()).toBe(0);
    expect(shop.builder.builds).toHaveLength(1);
    expect(shop.host.outputs['image-reused']).toBe('true');
  });

  it('says that a deploy may look for another image where no platform is named', async () => {
    const shop = withoutServices();
    await build(shop);
    expect(shop.host.lines.join('\n')).toContain('No `platform` is set');
  });

  it('finds a tag and a digest that exist', async () => {
    const shop = withoutServices();
    expect(await build(shop, { image: 'old' })).toBe(0);
    expect(shop.host.outputs['image-digest']).toBe(OLD_DIGEST);
    expect(await build(shop, { image: OLD_DIGEST })).toBe(0);
    expect(shop.builder.probes).toBe(0);
  });

  it.each(['gone', `sha256:${'9'.repeat(64)}`])('is red where there is no image %s', async (image) => {
    const shop = withoutServices();
    expect(await build(shop, { image })).toBe(1);
    expect(shop.host.annotations.map(({ title }) => title).join()).toContain('IMAGE_NOT_FOUND');
    expect(shop.builder.builds).toEqual([]);
  });

  it('knows no current image', async () => {
    const shop = withoutServices();
    expect(await build(shop, { image: 'current' })).toBe(2);
    expect(shop.aws.calls).toEqual([]);
  });

  it('needs a repository', async () => {
    const shop = new Shop();
    shop.configure(() => 'version: 1\nservices: [web]\n');
    expect(await build(shop)).toBe(2);
  });
});

describe('a deploy of an image that is there', () => {
  it('R6 `current` registers the digest that runs, though the tag has moved', async () => {
    const shop = new Shop();
    // Infrastructure code has changed something else, and a push has moved the tag.
    const [definition] = [shop.aws.ecs.taskDefinitions.find('web:1')];
    expect(JSON.stringify(definition)).toContain(OLD_DIGEST);
    shop.files.entries.set(
      'ecs/web.json',
      JSON.stringify({
        family: 'web',
        cpu: '512',
        memory: '1024',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        containerDefinitions: [
          {
            name: 'web',
            image: '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop:latest',
            essential: true,
          },
        ],
      }),
    );
    shop.configure((yaml) =>
      yaml
        .replace('[web, worker]', '[{ name: web, task-definition: ecs/web.json }]')
        .replace(/^migrate.*\n/m, ''),
    );
    shop.host.inputs = { image: 'current' };
    expect(await shop.deploy()).toBe(0);
    expect(shop.builder.builds).toEqual([]);
    expect(shop.host.outputs['image-digest']).toBe(OLD_DIGEST);
    expect(shop.digestOf('web:2')).toBe(OLD_DIGEST);
  });

  it.each([['old'], [OLD_DIGEST]])('%s is found and deployed by digest', async (image) => {
    const shop = new Shop();
    shop.host.inputs = { image };
    expect(await shop.deploy()).toBe(0);
    expect(shop.builder.builds).toEqual([]);
    expect(shop.host.outputs).toMatchObject({ 'image-digest': OLD_DIGEST, 'image-reused': 'true' });
  });

  it('that ECR does not have changes nothing', async () => {
    const shop = new Shop();
    shop.host.inputs = { image: 'v9' };
    expect(await shop.deploy()).toBe(1);
    expect(shop.aws.mutations()).toEqual([]);
  });
});
