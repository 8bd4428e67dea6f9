import { DeployError } from '../errors.ts';
import { runningImage } from '../rules/image/running-image.ts';
import { provideRunningImage, type ImageContext, type ImageRequest, type ProvidedImage } from './image.ts';
import type { LiveService } from './read-services.ts';

/** `image: current`: the image that the first service runs. */
export async function provideCurrentImage(
  context: ImageContext,
  request: ImageRequest,
  services: readonly LiveService[],
): Promise<ProvidedImage> {
  const [first] = services;
  if (first === undefined) throw new Error('a plan without services');
  const { repository } = request.image;
  const { plan: service, current } = first;
  const running = runningImage(current.definition, {
    repository,
    ...(service.container === undefined ? {} : { container: service.container }),
  });
  if (running !== undefined) return provideRunningImage(context, request, running);
  throw new DeployError(
    'IMAGE_NOT_FOUND',
    `image current: service ${service.name} runs no image of ${repository}`,
    { hint: 'Name a tag or a digest of the repository, or leave `image` out to build one.' },
  );
}
