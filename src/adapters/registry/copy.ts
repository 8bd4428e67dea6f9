import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { asDeployError, DeployError } from '../../errors.ts';
import type { CopiedImage, CopyRequest, RegistryRepository } from '../../ports/registry.ts';
import { MANIFEST_TYPES, registryUrl } from './tag.ts';

/** Registries answer 429 and 5xx for a moment; a blob is then sent again from its beginning. */
const MOST_TRIES = 3;
const BLOBS_AT_ONCE = 4;

interface Descriptor {
  digest: string;
  size?: number;
}

interface Copy extends CopyRequest {
  done: CopiedImage;
  /** Each blob once, whichever manifests of an index share it. */
  blobs: Map<string, Promise<void>>;
  limit: ReturnType<typeof pLimit>;
  pause: (ms: number) => Promise<void>;
}

/**
 * Distribution specification, "Pulling manifests", "Pulling blobs", "Pushing a blob monolithically (POST then PUT)",
 * "Pushing manifests". What a manifest refers to is there before it is pushed; of an index, its manifests.
 */
export async function copyImage(
  request: CopyRequest,
  pause: (ms: number) => Promise<void>,
): Promise<CopiedImage> {
  const done = { sent: 0, present: 0, bytes: 0 };
  await copyManifest({ ...request, done, blobs: new Map(), limit: pLimit(BLOBS_AT_ONCE), pause }, request);
  return done;
}

async function copyManifest(copy: Copy, { digest, tag }: { digest: string; tag?: string }): Promise<void> {
  const { from, to } = copy;
  const found = await ask(copy, from, `manifests/${digest}`, {
    headers: { accept: MANIFEST_TYPES.join(', ') },
  });
  const bytes = Buffer.from(await found.arrayBuffer());
  sameDigest(digest, bytes, nameOf(from, digest));
  const manifest = JSON.parse(bytes.toString('utf8')) as {
    manifests?: Descriptor[];
    config?: Descriptor;
    layers?: (Descriptor & { urls?: string[] })[];
  };
  for (const child of manifest.manifests ?? []) await copyManifest(copy, { digest: child.digest });
  // Layers with addresses of their own are not in the registry (image specification, "urls").
  const layers = (manifest.layers ?? []).filter(({ urls = [] }) => urls.length === 0);
  const blobs = manifest.config === undefined ? layers : [manifest.config, ...layers];
  await Promise.all(blobs.map((blob) => copyBlobOnce(copy, blob)));
  await ask(copy, to, `manifests/${tag ?? digest}`, {
    method: 'PUT',
    headers: { 'content-type': found.headers.get('content-type') ?? '' },
    body: bytes,
  });
}

function copyBlobOnce(copy: Copy, blob: Descriptor): Promise<void> {
  const known = copy.blobs.get(blob.digest) ?? copy.limit(() => copyBlob(copy, blob));
  copy.blobs.set(blob.digest, known);
  return known;
}

async function copyBlob(copy: Copy, { digest }: Descriptor): Promise<void> {
  const { from, to, done } = copy;
  const there = await ask(copy, to, `blobs/${digest}`, { method: 'HEAD' }, [404]);
  if (there.ok) {
    done.present += 1;
    return;
  }
  await again(copy, async () => {
    // The storage behind a registry gets no password: fetch leaves it out when it is sent to another host.
    const source = await ask(copy, from, `blobs/${digest}`);
    const started = await ask(copy, to, 'blobs/uploads/', { method: 'POST' });
    const address = new URL(started.headers.get('location') ?? '', started.url);
    address.searchParams.set('digest', digest);
    const size = source.headers.get('content-length');
    const answer = await fetch(address, {
      method: 'PUT',
      headers: {
        ...headersOf(to),
        'content-type': 'application/octet-stream',
        ...(size === null ? {} : { 'content-length': size }),
      },
      body: source.body,
      duplex: 'half',
      signal: copy.signal,
    });
    if (!answer.ok) throw await refused(answer, nameOf(to, digest));
    done.bytes += Number(size ?? 0);
  });
  done.sent += 1;
}

/** Asks until there is an answer that asking again does not change. */
function ask(
  copy: Copy,
  repository: RegistryRepository,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: Buffer<ArrayBuffer> } = {},
  accepted: readonly number[] = [],
): Promise<Response> {
  return again(copy, async () => {
    const answer = await fetch(registryUrl(repository.login.registry, `${repository.name}/${path}`), {
      ...init,
      headers: { ...headersOf(repository), ...init.headers },
      signal: copy.signal,
    });
    if (answer.ok || accepted.includes(answer.status)) return answer;
    throw await refused(answer, nameOf(repository, path.replace(/^[a-z]+\//, '')));
  });
}

class Temporary extends DeployError {}

async function again<T>({ signal, pause }: Copy, body: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await body();
    } catch (thrown) {
      signal.throwIfAborted();
      // fetch rejects with a TypeError where no answer came.
      const isLost = thrown instanceof TypeError || thrown instanceof Temporary;
      if (!isLost) throw thrown;
      if (tried === MOST_TRIES)
        throw new DeployError('PUSH_FAILED', `copy of the image: ${asDeployError(thrown).message}`, {
          cause: thrown,
          hint: 'Run the job again; what was copied so far is used again.',
        });
      await pause(1_000 * 2 ** (tried - 1));
    }
  }
}

async function refused(answer: Response, what: string): Promise<DeployError> {
  const said = (await answer.text()).slice(0, 300);
  const message = `copy of ${what}: the registry answers ${answer.status}${said === '' ? '' : `: ${said}`}`;
  if (answer.status === 429 || answer.status >= 500) return new Temporary('PUSH_FAILED', message);
  if (/immutable|ImageTagAlreadyExists/i.test(said)) return new DeployError('IMAGE_TAG_IMMUTABLE', message);
  return new DeployError('PUSH_FAILED', message, {
    hint: 'The role that signs in pulls from the one repository (ecr:BatchGetImage, ecr:GetDownloadUrlForLayer; in another account its repository policy must allow it) and pushes to the other: docs/several-images.md.',
  });
}

function sameDigest(digest: string, bytes: Buffer, what: string): void {
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (found === digest) return;
  throw new DeployError('IMAGE_DIGEST_MISMATCH', `${what}: the registry gave ${found}`, {
    hint: 'What came is not what was asked for, so nothing was copied. Run the job again.',
  });
}

function headersOf({ login }: RegistryRepository): { authorization: string } {
  const { username, password } = login;
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function nameOf({ login, name }: RegistryRepository, reference: string): string {
  return `${login.registry}/${name}@${reference}`;
}
