import { createHash, randomUUID } from 'node:crypto';
import { copyImage } from '../../../src/adapters/registry/copy.ts';
import { CancelledError } from '../../../src/errors.ts';
import type { RegistryRepository } from '../../../src/ports/registry.ts';
import { FakeRegistry } from '../../fakes/registry.ts';
import { rejectionOf } from '../../fixtures/thrown.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const digestOf = (bytes: string | Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('a copy from registry to registry', () => {
  const source = new FakeRegistry();
  const target = new FakeRegistry();
  let from: RegistryRepository;
  let to: RegistryRepository;

  beforeAll(async () => {
    from = repository(source, await source.start(), 'shop');
    to = repository(target, await target.start(), 'shop');
  });
  afterAll(async () => {
    await source.stop();
    await target.stop();
  });
  beforeEach(() => {
    target.immutableTags = false;
    target.failingPushes = 0;
  });

  function repository(
    { username, password }: FakeRegistry,
    registry: string,
    name: string,
  ): RegistryRepository {
    return { login: { registry, username, password }, name };
  }

  /** Puts bytes into the source as a client would. */
  async function put(path: string, body: string, type = 'application/octet-stream'): Promise<void> {
    const { registry, username, password } = from.login;
    const answer = await fetch(`http://${registry}/v2/shop/${path}`, {
      method: 'PUT',
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': type,
      },
      body,
    });
    expect(answer.ok).toBe(true);
  }

  /** An image of a configuration and two layers; answers its digest. Spaces at its end: the bytes count. */
  async function image(name: string, shared = ''): Promise<string> {
    const blobs = [`{"config":"${name}"}`, `layer of ${name}`, shared === '' ? `more of ${name}` : shared];
    for (const blob of blobs) await put(`blobs/uploads/${randomUUID()}?digest=${digestOf(blob)}`, blob);
    const [config, ...layers] = blobs.map((blob) => ({ digest: digestOf(blob), size: blob.length }));
    const manifest = `${JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers })}  \n`;
    await put(`manifests/${digestOf(manifest)}`, manifest, MANIFEST);
    return digestOf(manifest);
  }

  const signal = new AbortController().signal;
  const copy = (digest: string, tag?: string, more: Partial<Parameters<typeof copyImage>[0]> = {}) =>
    copyImage({ from, to, digest, signal, ...(tag === undefined ? {} : { tag }), ...more }, () =>
      Promise.resolve(),
    );

  it('keeps the manifest byte for byte, and brings every blob', async () => {
    const digest = await image('one');
    expect(await copy(digest, 'src-one')).toEqual({ sent: 3, present: 0, bytes: 39 });
    expect(target.digestOf('shop', 'src-one')).toBe(digest);
    expect(target.blobs.map(String)).toEqual(expect.arrayContaining(['layer of one', 'more of one']));
  });

  it('leaves out what the target has', async () => {
    await copy(await image('base', 'a layer of all'), 'src-base');
    const before = target.requests.filter(
      (line) => line.startsWith('PUT') && line.includes('/blobs/'),
    ).length;
    expect(await copy(await image('next', 'a layer of all'), 'src-next')).toMatchObject({
      sent: 2,
      present: 1,
    });
    const after = target.requests.filter((line) => line.startsWith('PUT') && line.includes('/blobs/')).length;
    expect(after - before).toBe(2);
  });

  it('of an index brings its images first, each blob once', async () => {
    const children = [await image('amd64', 'shared layer'), await image('arm64', 'shared layer')];
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: children.map((digest) => ({ mediaType: MANIFEST, digest, size: 1 })),
    });
    await put(`manifests/${digestOf(index)}`, index, INDEX);
    expect(await copy(digestOf(index), 'src-index')).toMatchObject({ sent: 5, present: 0 });
    expect(target.digestOf('shop', 'src-index')).toBe(digestOf(index));
    const puts = target.requests.filter((line) => line.startsWith('PUT /v2/shop/manifests/')).slice(-3);
    expect(puts.at(-1)).toBe('PUT /v2/shop/manifests/src-index');
    expect(puts.slice(0, 2)).toEqual(children.map((digest) => `PUT /v2/shop/manifests/${digest}`));
  });

  it('is tried again where the registry is away for a moment, and given up where it stays away', async () => {
    const digest = await image('patient');
    target.failingPushes = 2;
    expect(await copy(digest, 'src-patient')).toMatchObject({ sent: 3 });
    target.failingPushes = 3;
    const error = await rejectionOf(copy(await image('impatient'), 'src-impatient'));
    expect(error.code).toBe('PUSH_FAILED');
    expect(error.message).toContain('503');
  });

  it('says that a tag is taken and may not move', async () => {
    await copy(await image('first'), 'src-taken');
    target.immutableTags = true;
    const error = await rejectionOf(copy(await image('second'), 'src-taken'));
    expect(error.code).toBe('IMAGE_TAG_IMMUTABLE');
  });

  it('fails where the source has no such image, and pushes nothing', async () => {
    const error = await rejectionOf(copy(`sha256:${'0'.repeat(64)}`, 'src-gone'));
    expect(error.code).toBe('PUSH_FAILED');
    expect(error.message).toContain('404');
    expect(target.digestOf('shop', 'src-gone')).toBeUndefined();
  });

  it('is refused with a hint about rights where the password is not taken', async () => {
    const digest = await image('secret');
    const denied = { ...from, login: { ...from.login, password: 'wrong' } };
    const error = await rejectionOf(copy(digest, 'src-secret', { from: denied }));
    expect(error.code).toBe('PUSH_FAILED');
    expect(error.hint).toContain('ecr:BatchGetImage');
  });

  it('ends with the run', async () => {
    const cancelled = AbortSignal.abort(new CancelledError('SIGINT'));
    await expect(copy(await image('late'), 'src-late', { signal: cancelled })).rejects.toThrow(
      CancelledError,
    );
  });
});
