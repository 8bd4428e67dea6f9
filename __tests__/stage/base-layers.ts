import { DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../scripts/setup.mjs';
import { awsClients } from './aws.ts';
import { docker } from './docker.ts';
import { createRepository, pushImage } from './images.ts';
import type { Stage } from './stage.ts';

/**
 * Puts the layers of an image into a repository, as earlier deployments would have left them there: a push of what
 * is built on it then uploads only what is new. Docker takes ten seconds to compress the layers of a Debian, and a
 * stage starts empty, so they are kept in a cache once compressed.
 */
export async function putBaseLayers(stage: Stage, image: string, repository: string): Promise<void> {
  const id = await docker(stage, ['image', 'inspect', '--format', '{{.Id}}', image]);
  const folder = join(cacheFolder, 'layers', id.replace('sha256:', ''));
  if (!existsSync(folder)) await compressLayers(stage, image, folder);
  for (const digest of await readdir(folder)) {
    const url = `http://${stage.registry}/v2/${repository}/blobs/uploads/?digest=${digest}`;
    const answer = await fetch(url, { method: 'POST', body: await readFile(join(folder, digest)) });
    if (!answer.ok) throw new Error(`The registry took no layer: ${answer.status} ${await answer.text()}`);
  }
}

/** Docker compresses when it pushes; what has arrived in the registry is what we keep, one file per digest. */
async function compressLayers(stage: Stage, image: string, folder: string): Promise<void> {
  const scratch = `base-layers-${Date.now()}`;
  await createRepository(stage, scratch);
  const pushed = await pushImage(stage, image, scratch, 'all');
  const get = (path: string): Promise<Response> => fetch(`http://${stage.registry}/v2/${scratch}/${path}`);

  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, 'unfinished-'));
  const manifest = (await (await get(`manifests/${pushed.split('@')[1]!}`)).json()) as Manifest;
  for (const { digest } of manifest.layers) {
    await writeFile(join(unfinished, digest), await (await get(`blobs/${digest}`)).bytes());
  }
  // Somebody else may have been first, with the same bytes.
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
  await awsClients(stage).ecr.send(new DeleteRepositoryCommand({ repositoryName: scratch, force: true }));
}

interface Manifest {
  layers: { digest: string }[];
}
