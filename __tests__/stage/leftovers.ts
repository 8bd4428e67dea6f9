import { docker, dockerLines, type Engine } from './docker.ts';

/** Removes the containers that one MiniStack started, and no others. */
export async function removeContainers(engine: Engine, instance: string): Promise<void> {
  // One that was just being created shows up at the second look.
  for (let found = await containersOf(engine, instance); found.length > 0;) {
    await docker(engine, ['rm', '--force', '--volumes', ...found]);
    found = await containersOf(engine, instance);
  }
}

/** Ids of a MiniStack's containers, ended ones too. */
export async function containersOf(engine: Engine, instance: string): Promise<string[]> {
  return dockerLines(engine, ['ps', '--all', '--quiet', '--filter', `label=ministack.instance=${instance}`]);
}

/** Removes every name that the engine knows an image by in one registry; the same image may have other names. */
export async function removeImages(engine: Engine, registry: string): Promise<void> {
  const images = await dockerLines(engine, ['image', 'ls', '--quiet', '--no-trunc']);
  if (images.length === 0) return;
  const format = '{{range .RepoTags}}{{println .}}{{end}}{{range .RepoDigests}}{{println .}}{{end}}';
  const names = await dockerLines(engine, ['image', 'inspect', '--format', format, ...new Set(images)]);
  const ours = names.filter((name) => name.startsWith(`${registry}/`));
  if (ours.length > 0) await docker(engine, ['image', 'rm', '--force', ...new Set(ours)]);
}
