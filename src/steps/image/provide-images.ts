import pLimit from 'p-limit';
import { asDeployError, DeployError } from '../../errors.ts';
import type { ImagePlan, ImagePlans } from '../../config/image-plan.ts';
import { imagesOfUser, type ImageUser } from '../../rules/image/image-users.ts';
import { runningImage } from '../../rules/image/running-image.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { FindContext, ImageRequest } from './find-image.ts';
import { provideImage, provideRunningImage, type ImageContext, type ProvidedImage } from './image.ts';

/** A service or a family, and what it runs. */
export interface LiveUser extends ImageUser {
  /** What will be registered, but for the image. */
  coming: JsonObject;
  running?: JsonObject;
}

export interface ImagesRequest {
  images: ImagePlans;
  commit: string;
  /** The same for every attempt of one run. */
  runId: string;
  /** The account that is signed in. */
  account: string;
  /** Nobody, where images are only built. */
  users: readonly LiveUser[];
}

/** Each build uses several processors, and a runner has two to four. CodeBuild has limits of its own, and a queue. */
const DOCKER_BUILDS_AT_ONCE = 3;

/**
 * The images of a deploy, in the order of the file. Several are looked for and built side by side; where one fails, the
 * others are stopped, and the error names it.
 */
export async function provideImages(
  context: ImageContext,
  request: ImagesRequest,
): Promise<[ProvidedImage, ...ProvidedImage[]]> {
  const { report } = context;
  const [only, ...others] = request.images;
  if (others.length === 0 && only.name === undefined) {
    const image = await provideOne(context, request, only, request.users);
    report.image = reportOf(image);
    return [image];
  }
  const users = usersByImage(request);
  const provided = await sideBySide(context, request.images, (own, image, slot) =>
    provideOne({ ...own, slot }, request, image, users.get(image) ?? []),
  );
  const [first, ...rest] = provided;
  if (first === undefined) throw new Error('no image was provided');
  report.image = reportOf(first);
  return [first, ...rest];
}

async function sideBySide(
  context: ImageContext,
  images: ImagePlans,
  provide: (
    context: ImageContext,
    image: ImagePlan,
    slot: NonNullable<ImageContext['slot']>,
  ) => Promise<ProvidedImage>,
): Promise<ProvidedImage[]> {
  const { log, report } = context;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const limits = { docker: pLimit(DOCKER_BUILDS_AT_ONCE), codebuild: pLimit(Infinity) };
  const provided = new Map<ImagePlan, ProvidedImage>();
  let failed: Failure | undefined;
  const fail = (image: ImagePlan, thrown: unknown) => {
    if (failed !== undefined) return;
    failed = { image, error: asDeployError(thrown) };
    stop.abort(new DeployError('BUILD_FAILED', `stopped, because the image ${nameOf(image)} failed`));
  };
  await Promise.all(
    images.map(async (image) => {
      const own = log.prefixed(`${nameOf(image)} | `);
      const queue = limits[image.codebuild === undefined ? 'docker' : 'codebuild'];
      const slot = <T>(body: () => Promise<T>) =>
        queue(async () => {
          signal.throwIfAborted();
          try {
            return await body();
          } catch (thrown) {
            // Known before the turn is passed on, so that nothing is begun after it. A tag that is taken is not the end.
            if (asDeployError(thrown).code !== 'IMAGE_TAG_IMMUTABLE') fail(image, thrown);
            throw thrown;
          }
        });
      try {
        const found = await provide({ ...context, log: own, signal }, image, slot);
        provided.set(image, { ...found, name: nameOf(image) });
        // What is known is reported, in the order of the file, even where another one fails.
        report.images = images.flatMap((each) => {
          const known = provided.get(each);
          return known === undefined ? [] : [{ name: nameOf(each), ...reportOf(known) }];
        });
        own.info(`${found.reused ? 'Reused' : 'Built and pushed'} ${found.reference}`);
      } catch (thrown) {
        fail(image, thrown);
        own.info(failed?.image === image ? `Failed: ${failed.error.message}` : 'Stopped');
      }
    }),
  );
  context.signal.throwIfAborted();
  if (failed === undefined) return images.flatMap((image) => provided.get(image) ?? []);
  throw naming(failed, images);
}

function nameOf({ name = '' }: ImagePlan): string {
  return name;
}

interface Failure {
  image: ImagePlan;
  error: DeployError;
}

function naming({ image, error }: Failure, images: ImagePlans): DeployError {
  const others = images.filter((other) => other !== image).map(nameOf);
  return new DeployError(error.code, `image ${nameOf(image)}: ${error.message}`, {
    cause: error,
    details: error.details,
    hint: [
      error.hint,
      ...(others.length === 0
        ? []
        : [`The other images (${others.join(', ')}) were stopped; what was pushed by then is used again.`]),
    ]
      .filter((part) => part !== undefined)
      .join(' '),
  });
}

/** With several images, each is built for the platform of those who run it. */
export function usersByImage({
  images,
  users,
}: Pick<ImagesRequest, 'images' | 'users'>): Map<ImagePlan, LiveUser[]> {
  const byImage = new Map<ImagePlan, LiveUser[]>();
  for (const user of users) {
    for (const image of imagesOfUser(images, user, user.coming)) {
      byImage.set(image, [...(byImage.get(image) ?? []), user]);
    }
  }
  return byImage;
}

async function provideOne(
  context: ImageContext,
  { commit, runId, account }: ImagesRequest,
  image: ImagePlan,
  users: readonly LiveUser[],
): Promise<ProvidedImage> {
  const request = { image, commit, runId, account, definitions: users.map(({ coming }) => coming) };
  return image.use === 'current' ? provideCurrent(context, request, users) : provideImage(context, request);
}

/** `image: current`: what the first of those who run the image runs now. */
export async function provideCurrent(
  context: FindContext,
  request: ImageRequest,
  users: readonly LiveUser[],
): Promise<ProvidedImage> {
  const { image } = request;
  const [first] = users;
  for (const { running = {}, container } of users) {
    const found = runningImage(running, {
      repository: image.repository,
      ...(container === undefined ? {} : { container }),
    });
    if (found !== undefined) return provideRunningImage(context, request, found);
  }
  throw new DeployError(
    'IMAGE_NOT_FOUND',
    `image current: ${first?.who ?? 'nobody'} runs no image of ${image.repository}`,
    { hint: 'Name a tag or a digest of the repository, or leave `image` out to build one.' },
  );
}

function reportOf({ uri, digest, tag, reused }: ProvidedImage) {
  return { uri, digest, reused, ...(tag === undefined ? {} : { tag }) };
}
