import { DeployError, isAwsError } from '../../errors.ts';
import type { ImagePlan } from '../../config/image-plan.ts';
import type { EcrImage } from '../../ports/ecr.ts';
import { maximumAgeTags, runTag } from '../../rules/image/content-tag.ts';
import { commonPlatform } from '../../rules/task-definition/runtime-platform.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { readContextTag } from './context-tag.ts';
import type { StepContext } from '../context.ts';
import { sourceOf, type CopyContext, type Source } from './copy-image.ts';
import { repositoryNotFound, type Repository } from './repository.ts';

export type FindContext = CopyContext & Pick<StepContext, 'files' | 'hasEnvironmentVariable'>;

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

/** An image that a repository has. */
export interface FoundImage {
  digest: string;
  /** The tag it was found under. */
  tag?: string;
}

/** Where the image of a deploy comes from. */
export type ImageOrigin =
  | { kind: 'here'; found: FoundImage }
  /** Another repository has it: it is copied from there. */
  | { kind: 'there'; found: FoundImage; source: Source }
  /** Nobody has it: it is built under this tag. `image` says for which platform. */
  | { kind: 'nowhere'; tag: string; image: ImagePlan };

const DAY_MS = 24 * 60 * 60 * 1000;
/** Older base images and packages are worth a word. */
const OLD_DAYS = 30;

/**
 * Asks for the image of this deploy: the one that is asked for, else the one with the content that a build would have;
 * in the own repository first, then in that of `copy-from`. Reads only.
 */
export async function findOrigin(
  context: FindContext,
  repository: Repository,
  request: ImageRequest,
): Promise<ImageOrigin> {
  const { use } = request.image;
  if (use === 'current')
    throw new DeployError('INTERNAL', 'the image that runs now is resolved by its service');
  return use === undefined
    ? originOfContent(context, repository, { ...request, image: withPlatform(request) })
    : originOfAsked(context, repository, request, use);
}

/** A tag or digest that is here, or there. */
async function originOfAsked(
  context: FindContext,
  repository: Repository,
  { image, account }: ImageRequest,
  wanted: { tag: string } | { digest: string },
): Promise<ImageOrigin> {
  if (image.copyFrom === undefined || (await describe(context, repository, wanted)) !== undefined)
    return { kind: 'here', found: await findImage(context, repository, wanted) };
  const source = await sourceOf(context, { copyFrom: image.copyFrom, account });
  const found = await findImage({ ...context, ecr: source.ecr }, source.repository, wanted);
  return { kind: 'there', found, source };
}

async function originOfContent(
  context: FindContext,
  repository: Repository,
  { image, commit, runId, account }: ImageRequest,
): Promise<ImageOrigin> {
  const { log, clock } = context;
  const content = await readContextTag(context, { image, commit });
  log.info(`The build would read ${content.files} files: ${content.tag}`);
  if (content.hasGit) sayGitCounts(context);

  const tags = tagsFor(image.reuse, { tag: content.tag, runId, now: clock.now() });
  const here = await findReusable(context, repository, tags, image.reuse);
  if (here !== undefined) {
    log.info(`ECR has it as ${repository.uri}:${here.tag}: nothing to build`);
    await sayWhatReuseMeans(context, repository, here.image);
    return { kind: 'here', found: { digest: here.image.digest, tag: here.tag } };
  }
  if (image.copyFrom !== undefined) {
    const source = await sourceOf(context, { copyFrom: image.copyFrom, account });
    const there = await findReusable({ ...context, ecr: source.ecr }, source.repository, tags, image.reuse);
    if (there !== undefined)
      return { kind: 'there', found: { digest: there.image.digest, tag: there.tag }, source };
    log.info(`${source.repository.uri} does not have this content either`);
  }
  return { kind: 'nowhere', tag: tags[0], image };
}

function withPlatform({ image, definitions = [] }: ImageRequest): ImagePlan {
  const platform = image.platform ?? commonPlatform(definitions);
  return platform === undefined ? image : { ...image, platform };
}

/** The image behind a tag or digest that must be there. */
export async function findImage(
  context: FindContext,
  repository: Repository,
  image: { tag: string } | { digest: string },
): Promise<FoundImage> {
  const found = await describe(context, repository, image);
  if (found === undefined) {
    const name = 'tag' in image ? `${repository.uri}:${image.tag}` : `${repository.uri}@${image.digest}`;
    throw new DeployError('IMAGE_NOT_FOUND', `${name}: ECR has no such image`, {
      hint: `See what there is: aws ecr describe-images --repository-name ${repository.ecr.name} --region ${context.region}. It may have been removed by the repository's lifecycle policy.`,
    });
  }
  const tag = 'tag' in image ? image.tag : found.tags[0];
  return { digest: found.digest, ...(tag === undefined ? {} : { tag }) };
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
  context: FindContext,
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

function sayGitCounts({ log }: FindContext): void {
  log.warn(
    'The build context holds .git',
    'so every commit builds a new image, even when nothing else changed. Add `.git` to .dockerignore, and a merge that changes no file deploys the image that staging runs.',
  );
}

async function sayWhatReuseMeans(
  context: FindContext,
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
export async function describe(
  context: FindContext,
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
