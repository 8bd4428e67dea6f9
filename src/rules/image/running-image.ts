import { isSameRepository, parseImageReference } from './image-ref.ts';
import type { JsonObject } from '../text/json.ts';
import { containersOf, containerNamed, textOf } from '../task-definition/task-definition.ts';

interface Wanted {
  container?: string;
  repository: string;
}

/**
 * The image that a revision runs: of the named container, else of the first one whose image is of this repository (a
 * bare repository name matches in any registry). Undefined where there is none.
 */
export function runningImage(definition: JsonObject, { container, repository }: Wanted): string | undefined {
  if (container !== undefined) return textOf(containerNamed(definition, container)?.['image']) || undefined;
  return runningContainer(definition, { repository })?.image;
}

/** The container that runs an image of this repository: the named one or the first, where there is one. */
export function runningContainer(
  definition: JsonObject,
  { container, repository }: Wanted,
): { container: string; image: string } | undefined {
  const wanted = parseImageReference(repository);
  return containersOf(definition)
    .map(({ name, image }) => ({ container: textOf(name), image: textOf(image) }))
    .filter((found) => container === undefined || found.container === container)
    .find(({ image }) => {
      const reference = parseImageReference(image);
      if (wanted === undefined || reference === undefined) return false;
      return wanted.registry === undefined
        ? reference.repository === wanted.repository
        : isSameRepository(reference, wanted);
    });
}
