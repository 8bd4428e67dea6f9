import { DeployError } from '../../errors.ts';
import { isSameRepository, parseImageReference } from '../image/image-ref.ts';
import type { JsonObject } from '../text/json.ts';
import { containerNamed, containersOf, isEssential, textOf } from './task-definition.ts';

/**
 * The containers of a service or family that get the new image: the one that deploy.yml names, else every container whose
 * image is of the repository, whatever its tag or digest. All others are left alone.
 */
export function containersToUpdate(
  definition: JsonObject,
  { who, container, repository }: { who: string; container?: string; repository: string },
): string[] {
  if (container !== undefined) {
    if (containerNamed(definition, container) !== undefined) return [container];
    throw new DeployError(
      'CONTAINER_NOT_FOUND',
      `${who}: its task definition has no container ${container}`,
      {
        hint: `Write one of these names as \`container:\` of ${who} in deploy.yml.`,
        details: describeContainers(definition),
      },
    );
  }
  const matching = containersOf(definition)
    .filter(({ image }) => isImageOf(textOf(image), repository))
    .map(({ name }) => textOf(name));
  if (matching.length > 0) return matching;
  throw new DeployError('CONTAINER_NOT_FOUND', `${who}: no container runs an image of ${repository}`, {
    hint: `Say in deploy.yml which container gets the image, under ${who}: ${containerLine(definition)}`,
    details: describeContainers(definition),
  });
}

/**
 * The container whose command a one-off task replaces and whose exit code decides: the named one, else the one that
 * runs our image (the essential one where several do), else the only essential one.
 */
export function oneOffContainer(
  definition: JsonObject,
  { service, container, image }: { service: string; container?: string; image: string },
): string {
  if (container !== undefined)
    return (
      containersToUpdate(definition, { who: `service ${service}`, container, repository: image })[0] ??
      container
    );
  const all = containersOf(definition);
  const ours = all.filter((candidate) => candidate['image'] === image);
  const candidates = [ours, ours.filter(isEssential), all.filter(isEssential)];
  const choice = candidates.find(({ length }) => length === 1)?.[0];
  if (choice !== undefined) return textOf(choice['name']);
  throw new DeployError(
    'CONTAINER_NOT_FOUND',
    `service ${service}: more than one container could run the command`,
    {
      hint: `Say in deploy.yml which container runs it, beside its \`command:\`: ${containerLine(definition)}`,
      details: describeContainers(definition),
    },
  );
}

/** Is it an image of this repository? A bare repository name is one in any registry. */
export function isImageOf(image: string, repository: string): boolean {
  const [reference, wanted] = [parseImageReference(image), parseImageReference(repository)];
  if (reference === undefined || wanted === undefined) return false;
  if (wanted.registry === undefined) return reference.repository === wanted.repository;
  return isSameRepository(reference, wanted);
}

function containerLine(definition: JsonObject): string {
  const names = containersOf(definition).map(({ name }) => textOf(name));
  return names.map((name) => `\`container: ${name}\``).join(' or ');
}

function describeContainers(definition: JsonObject): string[] {
  return containersOf(definition).map(({ name, image }) => `${textOf(name)}: ${textOf(image)}`);
}
