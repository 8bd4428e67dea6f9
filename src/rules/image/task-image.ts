import { containerNamed, textOf } from '../task-definition/task-definition.ts';
import type { JsonObject } from '../text/json.ts';
import type { DeployedImage } from './replace-images.ts';

/** What a service of the deploy is going to run. */
interface WithImages {
  definition: JsonObject;
  images: readonly DeployedImage[];
}

/**
 * The image of a one-off task: the one that deploy.yml names, else that of the named container, else the first that
 * the service runs.
 */
export function taskImage(
  { image: named, container }: { image?: string; container?: string },
  service: WithImages | undefined,
  images: readonly [DeployedImage, ...DeployedImage[]],
): DeployedImage {
  const asked = images.find(({ name }) => named !== undefined && name === named);
  const inContainer =
    container === undefined
      ? undefined
      : textOf(containerNamed(service?.definition ?? {}, container)?.['image']);
  const ofContainer = service?.images.find((image) => referenceOf(image) === inContainer);
  return asked ?? ofContainer ?? service?.images[0] ?? images[0];
}

/** "registry/name@sha256:…" */
export function referenceOf({ uri, digest }: Pick<DeployedImage, 'uri' | 'digest'>): string {
  return `${uri}@${digest}`;
}
