import type { CodeBuildPlan, ImagePlan } from '../../config/image-plan.ts';
import { DeployError, isAwsError } from '../../errors.ts';
import { imageVariables } from '../../rules/codebuild/build-variables.ts';
import type { StepContext } from '../context.ts';
import { repositoryNotFound, type Repository } from '../image/repository.ts';
import type { BuildContext } from './build-context.ts';
import { buildSource } from './build-source.ts';
import { runBuild } from './run-build.ts';

export interface ImageBuildRequest {
  repository: Repository;
  image: ImagePlan;
  codebuild: CodeBuildPlan;
  tag: string;
  commit: string;
  /** The same for every attempt of one run. */
  runId: string;
}

/** ECR shows a pushed image within a moment; it is eventually consistent, so one look is not the last word. */
const LOOKS = 6;
const FIRST_PAUSE_MS = 500;

/**
 * Lets CodeBuild build and push an image, and gives back the digest that ECR has under the tag afterwards: what a build
 * says of itself is no proof. Many can go on side by side on one context; its signal stops this one.
 */
export async function buildImageOnCodeBuild(
  context: BuildContext & Pick<StepContext, 'ecr'>,
  { repository, image, codebuild, tag, commit, runId }: ImageBuildRequest,
): Promise<string> {
  const { log, report } = context;
  const subject = `${repository.uri}:${tag}`;
  log.info(`Building ${subject} on CodeBuild, project ${codebuild.project}`);
  const { context: folder, dockerfile, target, platform, buildArguments } = image;
  const source = await buildSource(context, {
    purpose: 'image',
    plan: codebuild,
    commit,
    part: { context: folder, dockerfile },
  });
  const { repository: origin, environment } = report;
  const built = await runBuild(context, {
    plan: codebuild,
    source,
    identity: {
      purpose: 'image',
      project: codebuild.project,
      subject,
      runId,
      ...(origin === undefined ? {} : { repository: origin }),
      ...(environment === undefined ? {} : { environment }),
    },
    variables: imageVariables({
      uri: repository.uri,
      tag,
      commit,
      context: folder,
      dockerfile,
      buildArguments,
      ...(target === undefined ? {} : { target }),
      ...(platform === undefined ? {} : { platform }),
    }),
  }).catch((thrown: unknown) => {
    throw asLate(thrown);
  });
  const digest = await findPushed(context, repository, tag);
  log.info(`Built in ${built.seconds ?? 0} s: ${digest}`);
  return digest;
}

/** Where the registry refused the tag, somebody else was first; whether theirs is there is looked up by the caller. */
function asLate(thrown: unknown): unknown {
  const isRefused =
    thrown instanceof DeployError &&
    thrown.code === 'CODEBUILD_FAILED' &&
    thrown.details.some((line) => /tag .*already exists.*immutable|ImageTagAlreadyExists/i.test(line));
  if (!isRefused) return thrown;
  const { message, details, hint } = thrown;
  return new DeployError('IMAGE_TAG_IMMUTABLE', message, {
    cause: thrown,
    details,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What the build pushed under the tag: nothing else is deployed. */
async function findPushed(
  { ecr, clock, signal, region }: Pick<StepContext, 'ecr' | 'clock' | 'signal' | 'region'>,
  repository: Repository,
  tag: string,
): Promise<string> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await clock.sleep(FIRST_PAUSE_MS * 2 ** (look - 1), signal);
    try {
      const found = await ecr.describeImage(repository.ecr, { tag });
      if (found !== undefined) return found.digest;
    } catch (thrown) {
      if (isAwsError(thrown, 'RepositoryNotFoundException'))
        throw repositoryNotFound({ region }, repository, thrown);
      if (!isAwsError(thrown) || !thrown.retryable) throw thrown;
    }
  }
  throw new DeployError(
    'CODEBUILD_IMAGE_MISSING',
    `${repository.uri}:${tag}: the build succeeded, but ECR has no image of this tag`,
    {
      hint: 'The buildspec has to push it: docker build --tag "$IMAGE_REPOSITORY:$IMAGE_TAG" …, then docker push "$IMAGE_REPOSITORY:$IMAGE_TAG". See docs/codebuild.md.',
    },
  );
}
