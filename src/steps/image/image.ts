import { DeployError } from '../../errors.ts';
import { isSameRepository, parseImageReference, type ImageReference } from '../../rules/image/image-ref.ts';
import { buildImage, type BuildContext as DockerBuildContext } from './build-image.ts';
import type { BuildContext as CodeBuildContext } from '../codebuild/build-context.ts';
import { buildImageOnCodeBuild } from '../codebuild/build-image.ts';
import { copyFrom } from './copy-image.ts';
import {
  describe,
  findImage,
  findOrigin,
  type FindContext,
  type FoundImage,
  type ImageOrigin,
  type ImageRequest,
} from './find-image.ts';
import { resolveRepository, type Repository } from './repository.ts';

/** The image to deploy; `reference` is what goes into task definitions. */
export interface ProvidedImage {
  /** "registry/name", without tag and digest. */
  uri: string;
  /** "registry/name@sha256:…" */
  reference: string;
  digest: string;
  /** Of the map `images`. */
  name?: string;
  /** The tag it was found or pushed under. */
  tag?: string;
  reused: boolean;
}

export type ImageContext = DockerBuildContext &
  CodeBuildContext &
  FindContext & {
    /** Waits for its turn where several images are built. */
    slot?: <T>(body: () => Promise<T>) => Promise<T>;
  };

/**
 * The image of this deploy: the one asked for, else the one that ECR has under the content tag, else a new build.
 * Where there is nothing to build, Docker is not even looked for.
 */
export async function provideImage(context: ImageContext, request: ImageRequest): Promise<ProvidedImage> {
  const repository = await resolveRepository(context, request);
  const origin = await findOrigin(context, repository, request);
  if (origin.kind === 'here') return provided(repository, { ...origin.found, reused: true });
  try {
    return await bring(context, repository, request, origin);
  } catch (thrown) {
    const tag = origin.kind === 'nowhere' ? origin.tag : origin.found.tag;
    // Somebody else brought the same content meanwhile and was first: theirs is as good as ours.
    const isLate = thrown instanceof DeployError && thrown.code === 'IMAGE_TAG_IMMUTABLE';
    if (!isLate || tag === undefined || request.image.use !== undefined) throw thrown;
    const theirs = await describe(context, repository, { tag });
    if (theirs === undefined) throw thrown;
    context.log.info(`Another run has pushed ${repository.uri}:${tag} meanwhile: its image is used`);
    return provided(repository, { digest: theirs.digest, tag, reused: true });
  }
}

/** Copies or builds what is not here. */
async function bring(
  context: ImageContext,
  repository: Repository,
  { commit, runId }: ImageRequest,
  origin: Exclude<ImageOrigin, { kind: 'here' }>,
): Promise<ProvidedImage> {
  if (origin.kind === 'there') {
    await copyFrom(context, origin.source, repository, origin.found);
    return provided(repository, { ...origin.found, reused: true });
  }
  const { tag, image } = origin;
  const { codebuild } = image;
  const build = () =>
    codebuild === undefined
      ? buildImage(context, { repository, image, tag, commit })
      : buildImageOnCodeBuild(context, { repository, image, codebuild, tag, commit, runId });
  const digest = await (context.slot === undefined ? build() : context.slot(build));
  return provided(repository, { digest, tag, reused: false });
}

/** What `provideImage` would come to. */
export type ForeseenImage = { uri: string } & (
  | ({ action: 'reuse' } & FoundImage)
  /** `from`: "registry/name". */
  | ({ action: 'copy'; from: string } & FoundImage)
  | { action: 'build'; tag: string }
);

/** Asks what `provideImage` asks, and brings nothing. */
export async function foreseeImage(context: FindContext, request: ImageRequest): Promise<ForeseenImage> {
  const repository = await resolveRepository(context, request);
  const origin = await findOrigin(context, repository, request);
  const { uri } = repository;
  switch (origin.kind) {
    case 'here':
      return { uri, action: 'reuse', ...origin.found };
    case 'there':
      return { uri, action: 'copy', from: origin.source.repository.uri, ...origin.found };
    case 'nowhere':
      return { uri, action: 'build', tag: origin.tag };
  }
}

/** `image: current`: the image that a service runs now, by digest. `running` is the reference in its task definition. */
export async function provideRunningImage(
  context: FindContext,
  request: ImageRequest,
  running: string,
): Promise<ProvidedImage> {
  const repository = await resolveRepository(context, request);
  const reference = parseImageReference(running);
  const ours = parseImageReference(repository.uri);
  if (reference === undefined || ours === undefined || !isSameRepository(reference, ours)) {
    throw new DeployError(
      'IMAGE_NOT_FOUND',
      `image current: what runs now is ${running}, not an image of ${repository.uri}`,
      {
        hint: 'Name a tag or a digest of the repository, or leave `image` out to build one.',
      },
    );
  }
  const found = await findImage(context, repository, imageIn(reference));
  return provided(repository, { ...found, reused: true });
}

function imageIn({ digest, tag = 'latest' }: ImageReference): { digest: string } | { tag: string } {
  return digest === undefined ? { tag } : { digest };
}

function provided({ uri }: Repository, image: FoundImage & { reused: boolean }): ProvidedImage {
  return { uri, reference: `${uri}@${image.digest}`, ...image };
}
