import { FakeClock } from './clock.ts';
import { FakeEcr } from './ecr.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

describe('the fake ECR', () => {
  const newEcr = (options: { immutableTags?: boolean } = {}) => {
    const ecr = new FakeEcr(new FakeClock());
    ecr.createRepository('shop', options);
    return ecr;
  };

  it('finds a pushed image by tag and by digest, with all its tags', async () => {
    const ecr = newEcr();
    ecr.push(`${ecr.registry}/shop:a`, digest('a'));
    ecr.push(`${ecr.registry}/shop:b`, digest('a'));
    const byTag = await ecr.describeImage({ name: 'shop' }, { tag: 'b' });
    expect(byTag).toMatchObject({ digest: digest('a'), tags: ['a', 'b'] });
    expect(await ecr.describeImage({ name: 'shop' }, { digest: digest('a') })).toEqual(byTag);
    expect(await ecr.describeImage({ name: 'shop' }, { tag: 'c' })).toBeUndefined();
  });

  it('moves a mutable tag and refuses to move an immutable one, unless it is the same image', () => {
    const mutable = newEcr({ immutableTags: false });
    mutable.push(`${mutable.registry}/shop:a`, digest('a'));
    mutable.push(`${mutable.registry}/shop:a`, digest('b'));
    expect(mutable.digestOf('shop', 'a')).toBe(digest('b'));

    const immutable = newEcr();
    immutable.push(`${immutable.registry}/shop:a`, digest('a'));
    immutable.push(`${immutable.registry}/shop:a`, digest('a'));
    expect(() => immutable.push(`${immutable.registry}/shop:a`, digest('b'))).toThrow('the tag is immutable');
  });

  it('shows a new image late when told so', async () => {
    const ecr = newEcr();
    ecr.lag = 2;
    ecr.push(`${ecr.registry}/shop:a`, digest('a'));
    const looks = [];
    for (let look = 0; look < 3; look += 1)
      looks.push((await ecr.describeImage({ name: 'shop' }, { tag: 'a' }))?.digest);
    expect(looks).toEqual([undefined, undefined, digest('a')]);
  });

  it('knows no repository that was not created', async () => {
    await expect(newEcr().describeImage({ name: 'other' }, { tag: 'a' })).rejects.toMatchObject({
      awsCode: 'RepositoryNotFoundException',
    });
  });
});
