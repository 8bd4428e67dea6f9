import { pushAndDeploy } from '../../../__tests__/e2e/support/deploy-push.ts';
import { isBuild, isPush } from '../../../__tests__/e2e/support/docker-calls.ts';
import { sampleApp } from '../../../__tests__/e2e/support/sample-app.ts';
import {
  imagesInRegistry,
  runningDigests,
  servedVersion,
  settledFactsOf,
} from '../../../__tests__/e2e/support/shop-facts.ts';
import { deployFiles, version } from '../../../__tests__/e2e/support/shop.ts';
import { startCodeBuild } from '../../../__tests__/stage/codebuild.ts';
import { check, type Act } from '../act.ts';

const project = 'shop-build';
const said = 'built by CodeBuild from the commit';

/** The registry of the stage asks for no password. */
const buildspec = `version: 0.2
phases:
  pre_build:
    commands:
      - test -f "$IMAGE_DOCKERFILE"
  build:
    commands:
      - echo "${said} $DEPLOY_COMMIT"
      - sleep 3
      - docker build --file "$IMAGE_DOCKERFILE" --tag "$IMAGE_REPOSITORY:$IMAGE_TAG" "$IMAGE_CONTEXT"
  post_build:
    commands:
      - test "$CODEBUILD_BUILD_SUCCEEDING" = 1
      - docker push "$IMAGE_REPOSITORY:$IMAGE_TAG"
`;

/** The example's configuration, with CodeBuild as builder. */
function configuration(): string {
  const text = deployFiles()['.github/deploy.yml'] ?? '';
  return text.replace(
    '  repository: shop\n',
    `  repository: shop\n  builder: codebuild\n  codebuild: { project: ${project}, timeout: 10m }\n`,
  );
}

export const codebuildBuild: Act = {
  name: 'h-codebuild',
  claim:
    'CodeBuild builds the image: its phases and its log are shown, and staging runs the digest it pushed',

  async play(shop, running) {
    const codebuild = await startCodeBuild(shop.stage, {
      projects: [{ name: project }],
      origin: shop.git.origin,
    });
    try {
      const imagesBefore = await imagesInRegistry(shop.stage);
      await shop.git.checkout('develop');
      const commit = await shop.git.commit(
        {
          ...sampleApp(),
          ...version('1.1.0'),
          '.github/deploy.yml': configuration(),
          'buildspec.yml': buildspec,
        },
        'Build on CodeBuild',
      );
      shop.dockerCalls.take();

      const run = await pushAndDeploy(shop, {
        ...running,
        environment: { ...shop.jobEnvironment, AWS_ENDPOINT_URL_CODEBUILD: codebuild.url },
      });

      const calls = shop.dockerCalls.take();
      const digest = run.outputs['image-digest'];
      const staging = await settledFactsOf(shop, 'staging');
      const images = await imagesInRegistry(shop.stage);
      const lines = run.stdout.split('\n');
      return {
        run,
        checks: [
          check('exit code', run.exitCode, 0),
          check('outcome', run.outputs['outcome'], 'completed'),
          check(
            'builds and pushes by the job itself',
            calls.filter((call) => isBuild(call) || isPush(call)),
            [],
          ),
          check('builds on CodeBuild', codebuild.builds.length, 1),
          check(
            'the output names the build',
            buildIds(run.outputs['builds']),
            codebuild.builds.map(({ id }) => id),
          ),
          check(
            'new images in the registry',
            images.filter((image) => !imagesBefore.includes(image)),
            [digest],
          ),
          check('a line of its log, shown once', count(lines, `${said} ${commit}`), 1),
          check(
            'the phase BUILD, shown with its time',
            lines.some((line) => / BUILD succeeded after \d+ s$/.test(line)),
            true,
          ),
          check('digests of the running containers', runningDigests(staging), {
            web: [digest],
            worker: [digest],
          }),
          check('what web answers', await servedVersion(shop, 'staging'), '1.1.0'),
        ],
      };
    } finally {
      await codebuild.stop();
    }
  },
};

function buildIds(output = '[]'): (string | undefined)[] {
  return (JSON.parse(output) as { id?: string }[]).map(({ id }) => id);
}

function count(lines: readonly string[], wanted: string): number {
  return lines.filter((line) => line === wanted).length;
}
