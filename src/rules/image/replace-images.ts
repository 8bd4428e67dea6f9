import { containersToUpdate } from '../task-definition/container-match.ts';
import { withImage } from '../task-definition/task-definition.ts';
import type { JsonObject } from '../text/json.ts';
import { imagesOfUser, type ImageUser } from './image-users.ts';

/** An image as it goes into definitions: "registry/name" and "sha256:…". */
export interface DeployedImage {
  uri: string;
  digest: string;
  /** Of the map `images`. */
  name?: string;
  /** The tag that it was found or pushed under. */
  tag?: string;
}

/** A definition with the new images in its containers, and which of them it got, in the order of the file. */
export function replaceImages(
  definition: JsonObject,
  user: ImageUser,
  images: readonly DeployedImage[],
): { definition: JsonObject; images: DeployedImage[] } {
  const candidates = images.map((image) => ({ ...image, repository: image.uri }));
  const chosen = imagesOfUser(candidates, user, definition);
  const { who, container } = user;
  const replaced = chosen.reduce((base, { uri, digest }) => {
    const wanted = { who, repository: uri, ...(container === undefined ? {} : { container }) };
    return withImage(base, containersToUpdate(base, wanted), `${uri}@${digest}`);
  }, definition);
  return { definition: replaced, images: chosen.map(({ repository: _repository, ...image }) => image) };
}
