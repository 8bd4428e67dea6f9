import { DeployError, isAwsError } from '../errors.ts';
import type { ImagePlan } from '../config/plan.ts';
import type { EcrImage } from '../ports/ecr.ts';
import { maximumAgeTags, runTag } from '../rules/image/content-tag.ts';
import { isSameRepository, parseImageReference, type ImageReference } from '../rules/image/image-ref.ts';
import type { JsonObject } from '../rules/text/json.ts';
import { commonPlatform } from '../rules/task-definition/runtime-platform.ts';
import { buildImage, type BuildContext as DockerBuildContext } from './build-image.ts';
import type { BuildContext as CodeBuildContext } from './codebuild/build-context.ts';
import { buildImageOnCodeBuild } from './codebuild/build-image.ts';
import type { StepContext } from './context.ts';
import { copyFrom, sourceOf, type CopyContext } from './copy-image.ts';
import { readContextTag } from './context-tag.ts';
import { repositoryNotFound, resolveRepository, type Repository } from './repository.ts';

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
  CopyContext &
  Pick<StepContext, 'files' | 'region'> & {
    /** Waits for its turn where several images are built. */
    slot?: <T>(body: () => Promise<T>) => Promise<T>;
  };

export interface ImageRequest {
  image: ImagePlan;
  commit: string;
  /** The same for every attempt of one run. */
  runId: string;
  /** The account that is signed in. */
  account: string;
  /** What the services run now: where the plan names no platform, the image is built for the one they all have. */
  definitions?: readonly JsonObject[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Older base images and packages are worth a word. */
const OLD_DAYS = 30;

/**
 * The image of this deploy: the one asked for, else the one that ECR has under the content tag, else a new build.
 * Where there is nothing to build, Docker is not even looked for.
 */
export async function provideImage(context: ImageContext, request: ImageRequest): Promise<ProvidedImage> {
  const repository = await resolveRepository(context, request);
  const { use } = request.image;
  if (use === 'current')
    throw new DeployError('INTERNAL', 'the image that runs now is resolved by its service');
  return use === undefined
    ? reuseOrBuild(context, repository, { ...request, image: withPlatform(request) })
    : findOrCopy(context, repository, request, use);
}

/** A tag or digest that is here, or that is copied to here. */
async function findOrCopy(
  context: ImageContext,
  repository: Repository,
  { image, account }: ImageRequest,
  wanted: { tag: string } | { digest: string },
): Promise<ProvidedImage> {
  if (image.copyFrom === undefined || (await describe(context, repository, wanted)) !== undefined)
    return findImage(context, repository, wanted);
  const source = await sourceOf(context, { copyFrom: image.copyFrom, account });
  const { digest, tag } = await findImage({ ...context, ecr: source.ecr }, source.repository, wanted);
  const copied = { digest, ...(tag === undefined ? {} : { tag }) };
  await copyFrom(context, source, repository, copied);
  return provided(repository, { ...copied, reused: true });
}

/** What `provideImage` would come to: the image that is there, or where a build would push to. Nothing is built. */
export async function foreseeImage(
  context: ImageContext,
  request: ImageRequest,
): Promise<ProvidedImage | { uri: string; tag: string }> {
  const repository = await resolveRepository(context, request);
  const { use } = request.image;
  if (use === 'current')
    throw new DeployError('INTERNAL', 'the image that runs now is resolved by its service');
  if (use !== undefined) return findImage(context, repository, use);
  const image = withPlatform(request);
  const { reusable, tag } = await lookForContent(context, repository, { ...request, image });
  return reusable ?? { uri: repository.uri, tag };
}

/** `image: current`: the image that a service runs now, by digest. `running` is the reference in its task definition. */
export async function provideRunningImage(
  context: ImageContext,
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
  return findImage(context, repository, imageIn(reference));
}

function withPlatform({ image, definitions = [] }: ImageRequest): ImagePlan {
  const platform = image.platform ?? commonPlatform(definitions);
  return platform === undefined ? image : { ...image, platform };
}

function imageIn({ digest, tag = 'latest' }: ImageReference): { digest: string } | { tag: string } {
  return digest === undefined ? { tag } : { digest };
}

async function findImage(
  context: ImageContext,
  repository: Repository,
  image: { tag: string } | { digest: string },
): Promise<ProvidedImage> {
  const found = await describe(context, repository, image);
  if (found === undefined) {
    const name = 'tag' in image ? `${repository.uri}:${image.tag}` : `${repository.uri}@${image.digest}`;
    throw new DeployError('IMAGE_NOT_FOUND', `${name}: ECR has no such image`, {
      hint: `See what there is: aws ecr describe-images --repository-name ${repository.ecr.name} --region ${context.region}. It may have been removed by the repository's lifecycle policy.`,
    });
  }
  const tag = 'tag' in image ? image.tag : found.tags[0];
  return provided(repository, { digest: found.digest, ...(tag === undefined ? {} : { tag }), reused: true });
}

async function reuseOrBuild(
  context: ImageContext,
  repository: Repository,
  { image, commit, runId, account }: ImageRequest,
): Promise<ProvidedImage> {
  const { log } = context;
  const { reusable, tag, tags } = await lookForContent(context, repository, { image, commit, runId });
  if (reusable !== undefined) return reusable;
  try {
    const copied = await copyReusable(context, repository, { image, account, tags });
    if (copied !== undefined) return copied;
    const { codebuild } = image;
    const build = () =>
      codebuild === undefined
        ? buildImage(context, { repository, image, tag, commit })
        : buildImageOnCodeBuild(context, { repository, image, codebuild, tag, commit, runId });
    const digest = await (context.slot === undefined ? build() : context.slot(build));
    return provided(repository, { digest, tag, reused: false });
  } catch (thrown) {
    // Somebody else built the same content meanwhile and was first: theirs is as good as ours.
    const isLate = thrown instanceof DeployError && thrown.code === 'IMAGE_TAG_IMMUTABLE';
    const theirs = isLate ? await describe(context, repository, { tag }) : undefined;
    if (theirs === undefined) throw thrown;
    log.info(`Another run has pushed ${repository.uri}:${tag} meanwhile: its image is used`);
    return provided(repository, { digest: theirs.digest, tag, reused: true });
  }
}

/** The image that has the content already, where there is one; otherwise the tag that a build gets. */
async function lookForContent(
  context: ImageContext,
  repository: Repository,
  { image, commit, runId }: Pick<ImageRequest, 'image' | 'commit' | 'runId'>,
): Promise<{ tag: string; tags: readonly string[]; reusable?: ProvidedImage }> {
  const { log, clock } = context;
  const content = await readContextTag(context, { image, commit });
  log.info(`The build would read ${content.files} files: ${content.tag}`);
  if (content.hasGit) sayGitCounts(context);

  const tags = tagsFor(image.reuse, { tag: content.tag, runId, now: clock.now() });
  const found = await findReusable(context, repository, tags, image.reuse);
  if (found === undefined) return { tag: tags[0], tags };
  log.info(`ECR has it as ${repository.uri}:${found.tag}: nothing to build`);
  await sayWhatReuseMeans(context, repository, found.image);
  const { tag } = found;
  return { tag, tags, reusable: provided(repository, { digest: found.image.digest, tag, reused: true }) };
}

/** The content that another repository has already: copied, not built. */
async function copyReusable(
  context: ImageContext,
  repository: Repository,
  { image, account, tags }: { image: ImagePlan; account: string; tags: readonly string[] },
): Promise<ProvidedImage | undefined> {
  if (image.copyFrom === undefined) return undefined;
  const source = await sourceOf(context, { copyFrom: image.copyFrom, account });
  const there = { ...context, ecr: source.ecr };
  const found = await findReusable(there, source.repository, tags, image.reuse);
  if (found === undefined) {
    context.log.info(`${source.repository.uri} does not have this content either: it is built here`);
    return undefined;
  }
  const copied = { digest: found.image.digest, tag: found.tag };
  await copyFrom(context, source, repository, copied);
  return provided(repository, { ...copied, reused: true });
}

/** Where a usable image may be found, the tag to build under first. */
function tagsFor(
  reuse: ImagePlan['reuse'],
  { tag, runId, now }: { tag: string; runId: string; now: number },
): readonly [string, ...string[]] {
  switch (reuse.mode) {
    case 'content':
      return [tag];
    case 'never':
      // A second attempt of the same run finds what the first has built.
      return [runTag(tag, runId)];
    case 'max-age':
      return maximumAgeTags(tag, reuse.seconds, now);
  }
}

async function findReusable(
  context: ImageContext,
  repository: Repository,
  tags: readonly string[],
  reuse: ImagePlan['reuse'],
): Promise<{ tag: string; image: EcrImage } | undefined> {
  const found = await Promise.all(
    tags.map(async (tag) => ({ tag, image: await describe(context, repository, { tag }) })),
  );
  const oldest = reuse.mode === 'max-age' ? context.clock.now() - reuse.seconds * 1000 : -Infinity;
  for (const { tag, image } of found) {
    if (image !== undefined && (image.pushedAt?.getTime() ?? Infinity) >= oldest) return { tag, image };
  }
  return undefined;
}

function sayGitCounts({ log }: ImageContext): void {
  log.warn(
    'The build context holds .git',
    'so every commit builds a new image, even when nothing else changed. Add `.git` to .dockerignore, and a merge that changes no file deploys the image that staging runs.',
  );
}

async function sayWhatReuseMeans(
  context: ImageContext,
  repository: Repository,
  image: EcrImage,
): Promise<void> {
  const { log, clock, ecr } = context;
  const age =
    image.pushedAt === undefined ? 0 : Math.floor((clock.now() - image.pushedAt.getTime()) / DAY_MS);
  if (age > OLD_DAYS) {
    log.warn(
      `The image is ${age} days old`,
      'its content is still what a build would read, but base image and packages have aged. Set `image.reuse` to a maximum age such as `720h`, or to `never`, to build anew.',
    );
  }
  const settings = await ecr.describeRepository(repository.ecr);
  if (settings?.immutableTags === false) {
    log.warn(
      `Tags of repository ${repository.ecr.name} are mutable`,
      'whoever may push can put another image under a content tag, and it would be used in place of a build. Set the repository to immutable tags.',
    );
  }
}

/** The image behind a tag or digest; a repository that is not there is its own error. */
async function describe(
  context: ImageContext,
  repository: Repository,
  image: { tag: string } | { digest: string },
): Promise<EcrImage | undefined> {
  try {
    return await context.ecr.describeImage(repository.ecr, image);
  } catch (thrown) {
    if (isAwsError(thrown, 'RepositoryNotFoundException'))
      throw repositoryNotFound(context, repository, thrown);
    throw thrown;
  }
}

function provided(
  { uri }: Repository,
  image: { digest: string; tag?: string; reused: boolean },
): ProvidedImage {
  return { uri, reference: `${uri}@${image.digest}`, ...image };
}
