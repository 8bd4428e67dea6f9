import type { BuildRequest } from '../../src/ports/builder.ts';
import { FakeBuilder } from './builder.ts';
import { FakeClock } from './clock.ts';
import { FakeEcr } from './ecr.ts';

describe('the fake builder', () => {
  it('pushes what it builds, each build with a digest of its own, and adds tags to what was pushed', async () => {
    const ecr = new FakeEcr(new FakeClock());
    ecr.createRepository('shop');
    const builder = new FakeBuilder(ecr);
    const login = await ecr.login();
    const request = (tag: string): BuildRequest => ({
      login,
      context: '.',
      dockerfile: 'Dockerfile',
      references: [`${ecr.registry}/shop:${tag}`],
      buildArguments: {},
      secrets: [],
      cache: 'off',
      labels: {},
      onLine: () => undefined,
      signal: new AbortController().signal,
    });

    const one = await builder.buildAndPush(request('a'));
    const other = await builder.buildAndPush(request('b'));
    expect(one.digest).not.toBe(other.digest);
    expect([ecr.digestOf('shop', 'a'), ecr.digestOf('shop', 'b')]).toEqual([one.digest, other.digest]);

    const tag = (to: string) =>
      builder.tagRemote(login, `${ecr.registry}/shop:a`, `${ecr.registry}/shop:${to}`);
    expect([await tag('c'), await tag('b')]).toEqual([true, false]);
    expect(ecr.digestOf('shop', 'c')).toBe(one.digest);
  });
});
