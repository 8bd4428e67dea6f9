import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { checkLimits } from '../fakes/aws/codebuild-limits.ts';
import { listen } from '../fakes/aws/http-server.ts';
import { readCall, writeAnswer, writeException, type Call } from '../fakes/aws/protocols.ts';
import { AwsException, type WireAnswer, type WireRequest } from '../fakes/aws/wire.ts';
import { awsClients } from './aws.ts';
import {
  describeBuild,
  describeProject,
  now,
  type StageBuild,
  type StageProject,
  type StartInput,
} from './codebuild-build.ts';
import { carryOut } from './codebuild-container.ts';
import { BuildLogStream } from './codebuild-run.ts';
import type { Stage } from './stage.ts';

export interface CodeBuildOptions {
  projects: readonly [StageProject, ...StageProject[]];
  /** The repository that stands for the source of the projects. */
  origin?: string;
  /** Builds of the account that run at the same time; further ones wait in the queue. */
  concurrentBuilds?: number;
}

/** A CodeBuild whose builds really run: see `startCodeBuild`. */
export interface StageCodeBuild {
  /** As AWS_ENDPOINT_URL_CODEBUILD. */
  url: string;
  builds: readonly StageBuild[];
  /** Every call so far, as it was sent and answered. */
  calls: readonly (Call & { status: number; headers: object; body: string })[];
  /** Ends every build that still runs. */
  stop(): Promise<void>;
}

/** What a build of this CodeBuild can be told; anything else it would pass over in silence. */
const KNOWN: readonly (keyof StartInput)[] = [
  'projectName',
  'sourceVersion',
  'sourceTypeOverride',
  'sourceLocationOverride',
  'buildspecOverride',
  'imageOverride',
  'imagePullCredentialsTypeOverride',
  'computeTypeOverride',
  'serviceRoleOverride',
  'privilegedModeOverride',
  'environmentVariablesOverride',
  'idempotencyToken',
];

/**
 * CodeBuild in front of the stage, which has none that runs anything: each build takes its source from S3 or from a git
 * repository, runs the commands of its buildspec in a container of its own, which reaches the stage's docker in
 * privileged mode, and writes their output into the stage's CloudWatch Logs. Limits refuse builds or let them wait. The
 * requests are those of the real SDK.
 */
export async function startCodeBuild(
  stage: Stage,
  { projects, origin, concurrentBuilds = 60 }: CodeBuildOptions,
): Promise<StageCodeBuild> {
  const builds: StageBuild[] = [];
  const calls: StageCodeBuild['calls'][number][] = [];
  const running = new Map<StageBuild, Promise<void>>();
  const room = pLimit(concurrentBuilds);
  const { logs } = awsClients(stage);
  const { node } = stage.images;

  const operations: Record<string, (input: never) => object> = {
    BatchGetProjects: ({ names = [] }: { names?: string[] }) => {
      const found = projects.filter(({ name }) => names.includes(name));
      return {
        projects: found.map((project) => describeProject(stage, project, node)),
        projectsNotFound: names.filter((name) => found.every((project) => project.name !== name)),
      };
    },
    ListBuildsForProject: ({ projectName }: { projectName?: string }) => ({
      ids: builds
        .filter(({ project }) => project.name === projectName)
        .map(({ id }) => id)
        .toReversed(),
    }),
    BatchGetBuilds: ({ ids = [] }: { ids?: string[] }) => ({
      builds: builds.filter(({ id }) => ids.includes(id)).map((build) => describeBuild(stage, build)),
      buildsNotFound: ids.filter((id) => builds.every((build) => build.id !== id)),
    }),
    StartBuild: (input: StartInput) => ({ build: describeBuild(stage, start(input)) }),
    StopBuild: ({ id }: { id?: string }) => {
      const build = builds.find((one) => one.id === id);
      if (build === undefined) throw new AwsException('ResourceNotFoundException', 'Build cannot be found');
      if (build.endTime === undefined) build.stop.abort(new Error('stopped'));
      return { build: describeBuild(stage, build) };
    },
  };

  function start(input: StartInput): StageBuild {
    const unknown = Object.keys(input).filter((key) => !KNOWN.includes(key as keyof StartInput));
    if (unknown.length > 0) throw new Error(`no build of the stage knows ${unknown.join(', ')}`);
    const { projectName = '', idempotencyToken, imageOverride, privilegedModeOverride } = input;
    const project = projects.find(({ name }) => name === projectName);
    if (project === undefined)
      throw new AwsException('ResourceNotFoundException', `Project cannot be found: ${projectName}`);
    const known = builds.find((build) => build.input.idempotencyToken === idempotencyToken);
    if (idempotencyToken !== undefined && known !== undefined) return known;
    const open = builds.filter(({ endTime }) => endTime === undefined);
    checkLimits({
      ofProject: {
        open: open.filter((build) => build.project === project).length,
        most: project.concurrentBuildLimit,
      },
      ofAccount: { open: open.length, most: concurrentBuilds },
    });
    const uuid = randomUUID();
    const build: StageBuild = {
      id: `${projectName}:${uuid}`,
      number: builds.length + 1,
      project,
      input,
      image: imageOverride ?? node,
      isPrivileged: privilegedModeOverride ?? project.privilegedMode ?? true,
      status: 'IN_PROGRESS',
      phases: [],
      startTime: now(),
      log: new BuildLogStream(logs, `/aws/codebuild/${projectName}`, uuid),
      hasLog: false,
      container: `codebuild-${uuid}`,
      stop: new AbortController(),
    };
    builds.push(build);
    const carriedOut: Promise<void> = carryOut(stage, build, { origin, turn: () => turnOf(build) });
    running.set(build, carriedOut);
    return build;
  }

  /** Resolves when there is room for it, which it then has until its end; rejects where it is stopped before. */
  function turnOf(build: StageBuild): Promise<void> {
    const { signal } = build.stop;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      void room(() => {
        resolve();
        return running.get(build);
      });
    });
  }

  function answer(request: WireRequest): WireAnswer {
    const call = readCall(request);
    const answered = answerTo(call);
    calls.push({ ...call, ...answered });
    return answered;
  }

  function answerTo(call: Call): WireAnswer & { kind: 'answer' } {
    try {
      const operation = operations[call.operation];
      if (operation === undefined) throw new AwsException('InvalidAction', `no ${call.operation} here`);
      return writeAnswer(call, randomUUID(), operation(call.input as never));
    } catch (error) {
      if (!(error instanceof AwsException)) throw error;
      return writeException(call, randomUUID(), error);
    }
  }

  const { url, close } = await listen(answer);
  return {
    url,
    builds,
    calls,
    stop: async () => {
      for (const { stop } of builds) stop.abort(new Error('the stage ends'));
      await Promise.all(running.values());
      await close();
    },
  };
}
