import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApplication } from '../stage/application.ts';
import { awsClients } from '../stage/aws.ts';
import { startCodeBuild, type StageCodeBuild } from '../stage/codebuild.ts';
import type { StageBuild } from '../stage/codebuild-build.ts';
import { createGitRepository, type GitRepository } from '../stage/git.ts';
import { runningContainers } from '../stage/probes.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { until } from '../stage/until.ts';
import { checkOut, pushEvent } from './support/checkout.ts';
import { isBuild, recordDockerCalls, type DockerCalls } from './support/docker-calls.ts';
import { runAction, type ActionRun } from './support/runner.ts';

const limit = 180_000;
const bucket = 'handed-over';
const names = ['web', 'worker'] as const;

/** The registry of the stage asks for no password. */
const buildspec = `version: 0.2
phases:
  pre_build:
    commands:
      - '"$IMAGE_CONTEXT"/prepare'
  build:
    commands:
      - docker build --file "$IMAGE_DOCKERFILE" --tag "$IMAGE_REPOSITORY:$IMAGE_TAG" "$IMAGE_CONTEXT"
  post_build:
    commands:
      - test "$CODEBUILD_BUILD_SUCCEEDING" = 1
      - docker push "$IMAGE_REPOSITORY:$IMAGE_TAG"
`;

const configuration = (project: string): string => `version: 1
images:
${names
  .map(
    (name) =>
      `  ${name}: { repository: ${name}, context: ${name}, builder: codebuild, codebuild: { project: ${project}, source: upload, bucket: ${bucket} } }\n`,
  )
  .join('')}environments:
  staging: { branch: develop, cluster: staging }
services: [web, worker]
`;

describe('two images handed over to CodeBuild through S3', () => {
  let stage: Stage;
  let codebuild: StageCodeBuild;
  let git: GitRepository;
  let dockerCalls: DockerCalls;

  beforeAll(async () => {
    stage = await startStage();
    dockerCalls = recordDockerCalls(stage.environment['PATH'] ?? '');
    git = await createGitRepository();
    codebuild = await startCodeBuild(stage, {
      projects: [{ name: 'one-at-a-time', concurrentBuildLimit: 1 }, { name: 'free' }],
    });
    await awsClients(stage).s3.send(new CreateBucketCommand({ Bucket: bucket }));
    for (const name of names)
      await createApplication(stage, { cluster: 'staging', repository: name, services: [{ name }] });
  }, limit);

  afterAll(async () => {
    await codebuild.stop();
    git.remove();
    dockerCalls.remove();
    await stage.stop();
  }, limit);

  /** Pushes both applications, each with what it does before it is built, and runs the workflow of that push. */
  async function deploy(
    project: string,
    prepare: Record<(typeof names)[number], string>,
  ): Promise<ActionRun> {
    for (const [name, script] of Object.entries(prepare)) {
      mkdirSync(join(git.folder, name), { recursive: true });
      writeFileSync(join(git.folder, name, 'prepare'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const dockerfile = `FROM ${stage.images.busybox}\nCOPY prepare /prepare\n`;
    const files = {
      ...Object.fromEntries(names.map((name) => [`${name}/Dockerfile`, dockerfile])),
      'buildspec.yml': buildspec,
      'deploy.yml': configuration(project),
    };
    await git.commit(files, 'Deploy');
    const push = await git.push();
    const checkout = await checkOut(git, push);
    try {
      return await runAction({
        workspace: checkout.folder,
        event: pushEvent(push),
        environment: {
          ...stage.environment,
          PATH: dockerCalls.path,
          AWS_ENDPOINT_URL_CODEBUILD: codebuild.url,
        },
      });
    } finally {
      checkout.remove();
    }
  }

  const phase = ({ phases }: StageBuild, name: string) => phases.find(({ phaseType }) => phaseType === name);
  const stateOf = ({ input, status }: StageBuild) => [
    /\/([a-z]+)$/.exec(
      input.environmentVariablesOverride?.find(({ name }) => name === 'IMAGE_REPOSITORY')?.value ?? '',
    )?.[1],
    status,
  ];

  it(
    'R28 are built one after the other where the project allows one, the queue is shown, and both run by digest',
    async () => {
      const before = codebuild.builds.length;
      const run = await deploy('one-at-a-time', {
        web: 'echo "web is made"',
        worker: 'echo "worker is made"',
      });

      expect({ exitCode: run.exitCode, log: run.stdout }).toMatchObject({ exitCode: 0 });
      const lines = run.stdout.split('\n');
      for (const name of names) {
        expect(lines.filter((line) => line === `${name} | ${name} is made`)).toHaveLength(1);
        expect(run.stdout).toMatch(
          new RegExp(`^${name} \\| Handed over 3 files \\(0\\.0 MB\\) as s3://${bucket}/deploy-action/`, 'm'),
        );
      }
      expect(run.stdout).toMatch(
        /A limit of CodeBuild is reached: 1 build of one-at-a-time runs, 0 are queued\. Trying again in [456] s: .*Cannot have more than 1 builds running for the project/,
      );

      const [first, second, ...more] = codebuild.builds.slice(before);
      expect(more).toHaveLength(0);
      expect([first, second].map((build) => build?.input.sourceTypeOverride)).toEqual(['S3', 'S3']);
      expect(second!.startTime).toBeGreaterThanOrEqual(first!.endTime!);
      expect(dockerCalls.take().filter(isBuild)).toEqual([]);

      const images = JSON.parse(run.outputs['images'] ?? '{}') as Record<string, { digest: string }>;
      for (const name of names) {
        const running = await until(
          `only the new revision of ${name} runs`,
          () => runningContainers(stage, `staging-${name}`),
          (containers) => containers.length === 1 && containers[0]!.revision === `staging-${name}:2`,
        );
        expect(running[0]!.digest).toBe(images[name]!.digest);
      }
    },
    limit,
  );

  it(
    'R29 fail with the log of the one that failed, and the other is stopped',
    async () => {
      const before = codebuild.builds.length;
      const run = await deploy('free', {
        web: 'echo "no such package: left-pad" >&2; exit 4',
        worker: 'sleep 600',
      });

      expect({ exitCode: run.exitCode, log: run.stdout }).toMatchObject({ exitCode: 1 });
      const builds = codebuild.builds.slice(before);
      await until(
        'both builds are over',
        () => builds,
        (all) => all.every(({ endTime }) => endTime !== undefined),
      );
      expect(builds.map(stateOf).toSorted()).toEqual([
        ['web', 'FAILED'],
        ['worker', 'STOPPED'],
      ]);
      const [failed] = builds.filter(({ status }) => status === 'FAILED');
      expect(phase(failed!, 'PRE_BUILD')?.phaseStatus).toBe('FAILED');
      expect(run.stdout).toContain('web | no such package: left-pad');
      expect(run.stdout).toMatch(
        /CODEBUILD_FAILED.*image web: build free:[0-9a-f-]+: failed in phase PRE_BUILD: COMMAND_EXECUTION_ERROR: .* exit status 4/,
      );
      expect(run.summary).toContain('no such package: left-pad');
      expect(run.left).toEqual({ files: [], processes: [] });
    },
    limit,
  );
});
