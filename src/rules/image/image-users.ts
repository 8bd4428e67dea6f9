import { DeployError } from '../../errors.ts';
import { isImageOf } from '../task-definition/container-match.ts';
import { containerNamed, containersOf, textOf } from '../task-definition/task-definition.ts';
import type { JsonObject } from '../text/json.ts';

/** Who is going to run an image. */
export interface ImageUser {
  /** "service web", "family nightly" */
  who: string;
  /** The name of its image, where deploy.yml says one. */
  image?: string;
  container?: string;
}

interface Candidate {
  name?: string;
  /** "shop", or with its registry; a bare name matches in any registry. */
  repository: string;
}

/**
 * Which of the images of a deploy a definition runs: the one that deploy.yml names, the only one there is, else each
 * whose repository a container runs. Rejects with CONTAINER_NOT_FOUND where none is, and with CONFIG_INVALID where two
 * images of one repository could be meant.
 */
export function imagesOfUser<Image extends Candidate>(
  images: readonly Image[],
  { who, image: named, container }: ImageUser,
  definition: JsonObject,
): Image[] {
  const all = images.length < 2 ? images : images.filter(({ name }) => named === undefined || name === named);
  if (all.length < 2) return [...all];
  const candidates =
    container === undefined ? containersOf(definition) : [containerNamed(definition, container) ?? {}];
  const references = candidates.map(({ image }) => textOf(image));
  const found = all.filter(({ repository }) => references.some((text) => isImageOf(text, repository)));
  const twice = found.find(({ repository }, index) =>
    found.some((other, position) => position < index && other.repository === repository),
  );
  if (twice !== undefined) {
    const names = found.filter(({ repository }) => repository === twice.repository).map(({ name }) => name);
    throw new DeployError(
      'CONFIG_INVALID',
      `${who}: its image could be ${names.join(' or ')}, which are of one repository`,
      { hint: `Say which one in deploy.yml: \`image: ${names[0] ?? ''}\` under ${who}.` },
    );
  }
  if (found.length > 0) return found;
  throw new DeployError(
    'CONTAINER_NOT_FOUND',
    `${who}: no container runs an image of ${all.map(({ repository }) => repository).join(', ')}`,
    {
      hint: `Say in deploy.yml, under ${who}, which of \`images\` it gets and in which container: \`image: ${all[0]?.name ?? ''}\` and \`container:\`.`,
      details: containersOf(definition).map(({ name, image }) => `${textOf(name)}: ${textOf(image)}`),
    },
  );
}
