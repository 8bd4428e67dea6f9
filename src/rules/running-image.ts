import { isSameRepository, parseImageReference } from './image-ref.ts';
import type { JsonObject } from './json.ts';
import { containersOf, containerNamed, textOf } from './task-definition.ts';

/**
 * The image that a revision runs: of the named container, else of the first one whose image is of this repository (a
 * bare repository name matches in any registry). Undefined where there is none.
 */
export function runningImage(
  definition: JsonObject,
  { container, repository }: { container?: string; repository: string },
): string | undefined {
  if (container !== undefined) return textOf(containerNamed(definition, container)?.['image']) || undefined;
  const wanted = parseImageReference(repository);
  return containersOf(definition)
    .map(({ image }) => textOf(image))
    .find((image) => {
      const reference = parseImageReference(image);
      if (wanted === undefined || reference === undefined) return false;
      return wanted.registry === undefined
        ? reference.repository === wanted.repository
        : isSameRepository(reference, wanted);
    });
}
