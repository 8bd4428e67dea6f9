import { DeployError } from '../../errors.ts';
import type { RegistryLogin } from '../../ports/ecr.ts';
import { parseImageReference, type ImageReference } from '../../rules/image/image-ref.ts';

export const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/**
 * Writes the manifest of one tag under another tag of the same repository: the same bytes, so the same digest, and no
 * layer travels. (`buildx imagetools create`, seen at 0.13, wraps it into an index of its own, which is another digest.)
 * Resolves to false where the registry refuses because the tag is taken and may not move. Distribution specification,
 * "Pulling manifests", "Pushing manifests".
 */
export async function copyTag(
  login: RegistryLogin,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<boolean> {
  const source = parseImageReference(from);
  const target = parseImageReference(to);
  if (source === undefined || target === undefined)
    throw new DeployError('INTERNAL', `${from}, ${to}: not image references`);
  const headers = {
    authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`,
  };
  const found = await fetch(manifestUrl(source), {
    headers: { ...headers, accept: MANIFEST_TYPES.join(', ') },
    signal,
  });
  if (!found.ok) throw refused(from, found.status, await found.text());

  const put = await fetch(manifestUrl(target), {
    method: 'PUT',
    headers: { ...headers, 'content-type': found.headers.get('content-type') ?? '' },
    body: await found.arrayBuffer(),
    signal,
  });
  if (put.ok) return true;
  const said = await put.text();
  if (/immutable|ImageTagAlreadyExists/i.test(said)) return false;
  throw refused(to, put.status, said);
}

function manifestUrl({ registry = '', repository, tag, digest }: ImageReference): string {
  return registryUrl(registry, `${repository}/manifests/${digest ?? tag ?? 'latest'}`);
}

export function registryUrl(registry: string, path: string): string {
  // As docker does: the own machine is spoken to without TLS.
  const scheme = /^(?:localhost|127\.[0-9.]+)(?::|$)/.test(registry) ? 'http' : 'https';
  return `${scheme}://${registry}/v2/${path}`;
}

function refused(reference: string, status: number, said: string): DeployError {
  return new DeployError(
    'PUSH_FAILED',
    `tag ${reference}: the registry answers ${status}: ${said.slice(0, 300)}`,
  );
}
