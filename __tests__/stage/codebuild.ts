import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { listen } from '../fakes/aws/http-server.ts';
import { readCall, writeAnswer, writeException } from '../fakes/aws/protocols.ts';
import { AwsException, type WireAnswer, type WireRequest } from '../fakes/aws/wire.ts';
import { awsClients } from './aws.ts';
import { docker } from './docker.ts';
import type { Stage } from './stage.ts';
import {
  BUILDSPEC_PHASES,
  BuildLogStream,
  readBuildspec,
  runLogged,
  type Buildspec,
} from './codebuild-run.ts';

/** A CodeBuild whose builds really run: see `startCodeBuild`. */
export interface StageCodeBuild {
  /** As AWS_ENDPOINT_URL_CODEBUILD. */
  url: string;
  /** Ids of the builds that were started. */
  builds(): string[];
  /** Ends every build that still runs. */
  stop(): Promise<void>;
}

interface Phase {
  phaseType: string;
  phaseStatus?: string;
  startTime: number;
  endTime?: number;
  durationInSeconds?: number;
  contexts: { statusCode: string; message: string }[];
}

interface Build {
  id: string;
  project: string;
  variables: { name: string; value: string; type?: string }[];
  commit: string | undefined;
  status: string;
  phases: Phase[];
  startTime: number;
  endTime?: number;
  log: BuildLogStream;
  hasLog: boolean;
  container: string;
  isStopped: boolean;
}

interface StartInput {
  projectName?: string;
  sourceVersion?: string;
  environmentVariablesOverride?: Build['variables'];
}

/**
 * CodeBuild in front of the stage, which has none that runs anything: each build checks the commit out of a git
 * repository, runs the commands of its buildspec.yml in a container of its own that reaches the stage's docker (what
 * privileged mode is for), and writes their output into the stage's CloudWatch Logs. The requests are those of the real
 * SDK.
 */
export async function startCodeBuild(
  stage: Stage,
  { project, origin }: { project: string; origin: string },
): Promise<StageCodeBuild> {
  const builds: Build[] = [];
  const { logs } = awsClients(stage);
  const running = new Set<Promise<void>>();

  const operations: Record<string, (input: never) => object> = {
    BatchGetProjects: ({ names = [] }: { names?: string[] }) => ({
      projects: names.includes(project)
        ? [{ name: project, source: { type: 'GITHUB', location: `https://github.com/acme/shop.git` } }]
        : [],
      projectsNotFound: names.filter((name) => name !== project),
    }),
    ListBuildsForProject: () => ({ ids: builds.map(({ id }) => id).toReversed() }),
    BatchGetBuilds: ({ ids = [] }: { ids?: string[] }) => ({
      builds: builds.filter(({ id }) => ids.includes(id)).map((build) => describe(build)),
      buildsNotFound: ids.filter((id) => builds.every((build) => build.id !== id)),
    }),
    StartBuild: ({ projectName, sourceVersion, environmentVariablesOverride = [] }: StartInput) => {
      if (projectName !== project)
        throw new AwsException('ResourceNotFoundException', `Project cannot be found: ${projectName ?? ''}`);
      const uuid = randomUUID();
      const build: Build = {
        id: `${project}:${uuid}`,
        project,
        variables: environmentVariablesOverride,
        commit: sourceVersion,
        status: 'IN_PROGRESS',
        phases: [],
        startTime: Date.now() / 1000,
        log: new BuildLogStream(logs, `/aws/codebuild/${project}`, uuid),
        hasLog: false,
        container: `codebuild-${uuid}`,
        isStopped: false,
      };
      builds.push(build);
      const run = carryOut(build).finally(() => running.delete(run));
      running.add(run);
      return { build: describe(build) };
    },
    StopBuild: ({ id }: { id?: string }) => {
      const build = builds.find((one) => one.id === id);
      if (build === undefined) throw new AwsException('ResourceNotFoundException', 'Build cannot be found');
      build.isStopped = true;
      void docker(stage, ['rm', '--force', build.container]).catch(() => undefined);
      return { build: describe(build) };
    },
  };

  async function carryOut(build: Build): Promise<void> {
    const source = mkdtempSync(join(tmpdir(), 'codebuild-'));
    try {
      await phase(build, 'QUEUED', async () => undefined);
      await phase(build, 'PROVISIONING', async () => {
        await build.log.create();
        build.hasLog = true;
        await docker(stage, runContainer(build, source));
      });
      await phase(build, 'DOWNLOAD_SOURCE', async () => {
        execFileSync('git', ['clone', '--quiet', origin, source]);
        execFileSync('git', ['-C', source, 'checkout', '--quiet', build.commit ?? 'HEAD']);
      });
      await runPhases(build, readBuildspec(source, 'buildspec.yml'));
    } catch (error) {
      build.log.write(`[Container] ${String(error)}`);
    } finally {
      await docker(stage, ['rm', '--force', build.container]).catch(() => undefined);
      rmSync(source, { recursive: true, force: true });
      await build.log.end();
      const failed = build.phases.find(({ phaseStatus }) => phaseStatus === 'FAILED');
      build.phases.push({ phaseType: 'COMPLETED', startTime: Date.now() / 1000, contexts: [] });
      build.status = build.isStopped ? 'STOPPED' : failed === undefined ? 'SUCCEEDED' : 'FAILED';
      build.endTime = Date.now() / 1000;
    }
  }

  async function runPhases(build: Build, buildspec: Buildspec): Promise<void> {
    let isSucceeding = true;
    for (const name of BUILDSPEC_PHASES) {
      // After a build that failed, what follows it runs all the same.
      if (!isSucceeding && name !== 'post_build') return;
      const went = await runCommands(build, name, {
        commands: buildspec[name]?.commands ?? [],
        isSucceeding,
      });
      isSucceeding = isSucceeding && went;
    }
  }

  /** Does every command of a phase end well? */
  async function runCommands(
    build: Build,
    name: string,
    { commands, isSucceeding }: { commands: readonly string[]; isSucceeding: boolean },
  ): Promise<boolean> {
    try {
      await phase(build, name.toUpperCase(), async () => {
        for (const command of commands) {
          build.log.write(`[Container] Running command ${command}`);
          const code = await inContainer(build, command, isSucceeding);
          if (code !== 0)
            throw new Error(`Error while executing command: ${command}. Reason: exit status ${code}`);
        }
      });
      return true;
    } catch {
      return false;
    }
  }

  function inContainer(build: Build, command: string, isSucceeding: boolean): Promise<number> {
    const variables = [
      ...build.variables,
      { name: 'CODEBUILD_BUILD_SUCCEEDING', value: isSucceeding ? '1' : '0' },
      { name: 'CODEBUILD_BUILD_ID', value: build.id },
    ];
    return runLogged(
      [
        'docker',
        'exec',
        ...variables.flatMap(({ name, value }) => ['--env', `${name}=${value}`]),
        build.container,
        'sh',
        '-c',
        command,
      ],
      { environment: { ...process.env, ...stage.environment }, log: (line) => build.log.write(line) },
    );
  }

  function runContainer({ container }: Build, source: string): string[] {
    const socket = stage.dockerHost.replace('unix://', '');
    const client = realpathSync(findProgram('docker', stage.environment['PATH'] ?? ''));
    return [
      ...['run', '--detach', '--init', '--name', container, '--network', 'none'],
      ...['--label', `ministack.instance=${stage.instance}`],
      ...['--volume', `${source}:/codebuild/src`, '--workdir', '/codebuild/src'],
      ...['--volume', `${dirname(socket)}:/codebuild/docker`],
      ...['--volume', `${client}:/usr/local/bin/docker:ro`],
      ...['--env', `DOCKER_HOST=unix:///codebuild/docker/${socket.slice(dirname(socket).length + 1)}`],
      ...['--env', 'DOCKER_BUILDKIT=0'],
      ...[stage.images.node, 'sleep', '3600'],
    ];
  }

  function describe(build: Build): object {
    const isOver = build.endTime !== undefined;
    return {
      id: build.id,
      arn: `arn:aws:codebuild:${stage.region}:${stage.account}:build/${build.id}`,
      projectName: build.project,
      startTime: build.startTime,
      ...(isOver ? { endTime: build.endTime } : {}),
      currentPhase: build.phases.at(-1)?.phaseType ?? 'SUBMITTED',
      buildStatus: build.status,
      buildComplete: isOver,
      phases: build.phases,
      environment: {
        type: 'LINUX_CONTAINER',
        image: stage.images.node,
        computeType: 'BUILD_GENERAL1_SMALL',
        environmentVariables: build.variables,
      },
      logs: {
        ...(build.hasLog ? { groupName: build.log.group, streamName: build.log.stream } : {}),
        cloudWatchLogs: { status: 'ENABLED' },
      },
    };
  }

  function answer(request: WireRequest): WireAnswer {
    const call = readCall(request);
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
    builds: () => builds.map(({ id }) => id),
    stop: async () => {
      for (const build of builds.filter(({ endTime }) => endTime === undefined)) {
        build.isStopped = true;
        await docker(stage, ['rm', '--force', build.container]).catch(() => undefined);
      }
      await Promise.all(running);
      await close();
    },
  };
}

/** One phase from its begin to its end; what fails in it is kept as its context, and passed on. */
async function phase(build: Build, phaseType: string, body: () => Promise<unknown>): Promise<void> {
  const entered: Phase = {
    phaseType,
    startTime: Date.now() / 1000,
    contexts: [{ statusCode: '', message: '' }],
  };
  build.phases.push(entered);
  const end = (phaseStatus: string) => {
    const endTime = Date.now() / 1000;
    const durationInSeconds = Math.round(endTime - entered.startTime);
    Object.assign(entered, { phaseStatus, endTime, durationInSeconds });
    build.log.write(`[Container] Phase complete: ${phaseType} State: ${phaseStatus}`);
  };
  try {
    await body();
    end('SUCCEEDED');
  } catch (error) {
    entered.contexts = [
      {
        statusCode: 'COMMAND_EXECUTION_ERROR',
        message: error instanceof Error ? error.message : String(error),
      },
    ];
    end(build.isStopped ? 'STOPPED' : 'FAILED');
    throw error;
  }
}

function findProgram(name: string, path: string): string {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error(`there is no ${name} in ${path}`);
  return found;
}
