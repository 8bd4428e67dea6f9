import type { Docker } from '../../scripts/setup.mjs';
import { docker, dockerLines } from './docker.ts';

/** Removes the containers that one MiniStack started, and no others. */
export async function removeContainers({ host }: Docker, instance: string): Promise<void> {
  // One that was just being created shows up at the second look.
  for (let found = await containersOf(host, instance); found.length > 0;) {
    await docker(host, ['rm', '--force', '--volumes', ...found]);
    found = await containersOf(host, instance);
  }
}

export async function containersOf(host: string, instance: string): Promise<string[]> {
  return dockerLines(host, ['ps', '--all', '--quiet', '--filter', `label=ministack.instance=${instance}`]);
}

/** Removes every name that the engine knows an image by in one registry; the same image may have other names. */
export async function removeImages({ host }: Docker, registry: string): Promise<void> {
  const images = await dockerLines(host, ['image', 'ls', '--quiet', '--no-trunc']);
  if (images.length === 0) return;
  const names = await dockerLines(host, [
    ...[
      'image',
      'inspect',
      '--format',
      '{{range .RepoTags}}{{println .}}{{end}}{{range .RepoDigests}}{{println .}}{{end}}',
    ],
    ...new Set(images),
  ]);
  const ours = names.filter((name) => name.startsWith(`${registry}/`));
  if (ours.length > 0) await docker(host, ['image', 'rm', '--force', ...new Set(ours)]);
}
