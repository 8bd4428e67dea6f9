import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { DeployError } from '../../errors.ts';
import type { BuilderFacts } from '../../ports/builder.ts';
import type { BuilderShape } from '../../rules/image/build-arguments.ts';
import { readDriver, readVersions } from '../../rules/image/docker-output.ts';
import { runProcess, type ProcessResult } from '../process.ts';

/** A docker client that can build, and how it builds. */
export interface DockerClient extends BuilderFacts, BuilderShape {
  /** Absolute path. */
  program: string;
}

/** An engine that does not answer a question within this time is not there. */
const PATIENCE_MS = 15_000;
/** From this version on the client builds with buildx alone; before, BuildKit was part of it. */
const FIRST_CLIENT_WITHOUT_BUILDKIT = 23;
/** Builders of these drivers run somewhere else and need no engine here. */
const DRIVERS_WITHOUT_ENGINE = ['kubernetes', 'remote'];

const INSTALL_HINT =
  'On GitHub use an `ubuntu-*` runner or start Docker before this step; on your own host install Docker Engine with its buildx plugin (https://docs.docker.com/engine/install/). Docker is not needed where nothing is built here: the input `image` deploys one that exists, and `image.builder: codebuild` builds in AWS.';

/**
 * Finds what there is to build with; rejects with DOCKER_UNAVAILABLE, saying what is missing. A newer client earlier
 * on PATH may come without buildx, so every client on PATH is asked and the first that has it is taken.
 */
export async function findDocker(environment: NodeJS.ProcessEnv): Promise<DockerClient> {
  const programs = await dockersOnPath(environment['PATH'] ?? '');
  if (programs.length === 0) {
    throw new DeployError('DOCKER_UNAVAILABLE', 'no Docker to build with: there is no `docker` on PATH', {
      hint: INSTALL_HINT,
    });
  }
  const clients = await Promise.all(programs.map((program) => readClient(program, environment)));
  const client =
    clients.find(({ buildx }) => buildx !== undefined) ??
    clients.find(({ version }) => Number.parseInt(version, 10) < FIRST_CLIENT_WITHOUT_BUILDKIT);
  if (client === undefined) {
    const [first] = clients;
    throw new DeployError(
      'DOCKER_UNAVAILABLE',
      `no Docker to build with: docker ${first?.version ?? ''} (${first?.program ?? ''}) has no buildx plugin`,
      {
        hint: 'Install the plugin (the package `docker-buildx-plugin` or `docker-buildx`, or the action docker/setup-buildx-action).',
      },
    );
  }
  return client.buildx === undefined
    ? engineClient(client)
    : buildxClient(client, client.buildx, environment);
}

interface ClientFacts {
  program: string;
  version: string;
  /** The version of the plugin. */
  buildx: string | undefined;
  /** Why the engine does not answer; undefined when it does. */
  engineProblem: string | undefined;
  /** The engine keeps its images in containerd's store, and can export caches then. */
  hasContainerdStore: boolean;
}

async function readClient(program: string, environment: NodeJS.ProcessEnv): Promise<ClientFacts> {
  const ask = (...args: string[]) => askDocker(program, args, environment);
  const [version, buildx, store] = await Promise.all([
    ask('version', '--format', '{{json .}}'),
    ask('buildx', 'version'),
    ask('info', '--format', '{{json .DriverStatus}}'),
  ]);
  const { client, server } = readVersions(version.output);
  return {
    program,
    version: client ?? 'of unknown version',
    buildx: buildx.exitCode === 0 ? (/\bv?(\d+\.\d+\S*)/.exec(buildx.output)?.[1] ?? 'unknown') : undefined,
    engineProblem: server === undefined ? reasonIn(version.tail) : undefined,
    hasContainerdStore: store.output.includes('io.containerd.snapshotter'),
  };
}

function engineClient(client: ClientFacts): DockerClient {
  needEngine(client);
  return {
    kind: 'engine',
    program: client.program,
    version: client.version,
    keepsImage: true,
    exportsCache: false,
  };
}

async function buildxClient(
  client: ClientFacts,
  version: string,
  environment: NodeJS.ProcessEnv,
): Promise<DockerClient> {
  const { tail } = await askDocker(client.program, ['buildx', 'inspect'], environment);
  const driver = readDriver(tail);
  if (driver === undefined || !DRIVERS_WITHOUT_ENGINE.includes(driver)) needEngine(client);
  const isEngineItself = driver === undefined || driver === 'docker';
  return {
    kind: 'buildx',
    program: client.program,
    version,
    ...(driver === undefined ? {} : { driver }),
    keepsImage: isEngineItself,
    exportsCache: !isEngineItself || client.hasContainerdStore,
  };
}

function needEngine({ engineProblem }: ClientFacts): void {
  if (engineProblem === undefined) return;
  const isDenied = /permission denied/i.test(engineProblem);
  throw new DeployError('DOCKER_UNAVAILABLE', `no Docker to build with: ${engineProblem}`, {
    hint: isDenied
      ? 'The user of this job may not talk to the Docker engine: add it to the group `docker`, or point DOCKER_HOST to an engine of its own.'
      : `Start the Docker engine, or point DOCKER_HOST to one that runs. ${INSTALL_HINT}`,
  });
}

async function askDocker(
  program: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<Pick<ProcessResult, 'exitCode' | 'output' | 'tail'>> {
  try {
    return await runProcess({
      program,
      args,
      environment,
      signal: AbortSignal.timeout(PATIENCE_MS),
      graceMs: 1000,
    });
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    const said = isTimeout ? `the engine does not answer within ${PATIENCE_MS / 1000} s` : String(error);
    return { exitCode: null, output: '', tail: [said] };
  }
}

/** Beside the JSON, docker says why it reaches no engine. */
function reasonIn(lines: readonly string[]): string {
  return (
    lines.findLast((line) => line.trim() !== '' && !line.startsWith('{')) ?? 'the engine gives no answer'
  );
}

async function dockersOnPath(path: string): Promise<string[]> {
  const found = new Map<string, string>();
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const program = join(folder, 'docker');
    try {
      await access(program, constants.X_OK);
      const real = await realpath(program);
      if (!found.has(real)) found.set(real, program);
    } catch {
      // Not in this folder.
    }
  }
  return [...found.values()];
}
