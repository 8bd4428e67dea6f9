import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BuildRequest, BuiltImage, ImageBuilder } from '../../ports/builder.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RegistryLogin } from '../../ports/ecr.ts';
import { buildInvocation, cacheReference, effectiveCache } from '../../rules/image/build-arguments.ts';
import { digestInMetadata, isPushOfBuilder, judgePushFailure } from '../../rules/image/docker-output.ts';
import { findDocker, type DockerClient } from './client.ts';
import { removeDockerConfig, withDockerConfig } from './config.ts';
import { buildFailed, noDigest } from './errors.ts';
import { addTag, pushFromEngine, refusedPush, retryPush } from './push.ts';
import { runDocker, type DockerSession } from './session.ts';

export interface DockerOptions {
  /** Relative paths of a request are below it: the checkout. */
  root: string;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  /** For the private configuration: RUNNER_TEMP, or the system's folder. */
  temporaryFolder: string;
  debug: (line: string) => void;
  /** Kept for the post step: where the private configuration is. */
  saveState?: (name: string, value: string) => void;
  /** Of the whole run. */
  signal: AbortSignal;
}

/**
 * Builds with docker's buildx, or with the BuildKit inside of an older client.
 *
 * Where the engine itself builds, the image is built into the engine and pushed from there by `docker push`: a push
 * that fails is then tried again without any building. A builder of its own (docker-container and others) pushes what
 * it built without handing it over first; there the same command runs again, and the builder's own cache leaves of it
 * nothing but the push, with the layers that arrived left out.
 */
export function createDocker(options: DockerOptions): ImageBuilder {
  let found: Promise<DockerClient> | undefined;
  const client = () => (found ??= findDocker(options.environment));

  return {
    probe: async () => {
      const { kind, driver, version } = await client();
      return { kind, version, ...(driver === undefined ? {} : { driver }) };
    },

    buildAndPush: (request) =>
      inSession(options, client, request.login, request, async (session) => {
        const built = await buildAndPush(session, request, options.root);
        const [reference, ...others] = request.references;
        for (const other of others) await addTag(session, reference, other);
        if (effectiveCache(request.cache, session.client) === 'inline')
          await keepInlineCache(session, reference);
        return built;
      }),

    tagRemote: (login, from, to) => {
      const quiet = { onLine: options.debug, signal: options.signal, secrets: [] };
      return inSession(options, client, login, quiet, (session) => addTag(session, from, to));
    },

    removeFolder: removeDockerConfig,
  };
}

async function inSession<T>(
  { environment, temporaryFolder, clock, debug, saveState }: DockerOptions,
  findClient: () => Promise<DockerClient>,
  login: RegistryLogin,
  { onLine, signal, secrets }: Pick<BuildRequest, 'onLine' | 'signal' | 'secrets'>,
  body: (session: DockerSession) => Promise<T>,
): Promise<T> {
  const client = await findClient();
  const place = { login, environment, temporaryFolder, ...(saveState === undefined ? {} : { saveState }) };
  return withDockerConfig(place, (folder) =>
    body({
      client,
      environment: { ...environment, DOCKER_CONFIG: folder, DOCKER_CLI_HINTS: 'false' },
      clock,
      onLine,
      secrets: [...secrets.map((name) => environment[name] ?? ''), login.password],
      debug,
      login,
      signal,
      folder,
    }),
  );
}

async function buildAndPush(
  session: DockerSession,
  request: BuildRequest,
  root: string,
): Promise<BuiltImage> {
  const { client, clock } = session;
  const [reference] = request.references;
  const metadataFile = join(session.folder, 'build-metadata.json');
  const { args, environment } = buildInvocation(
    {
      ...request,
      reference,
      context: resolve(root, request.context),
      dockerfile: resolve(root, request.dockerfile),
    },
    client,
    metadataFile,
  );
  const build = () => runDocker(session, args, environment);

  const start = clock.now();
  if (client.keepsImage) {
    const result = await build();
    if (result.exitCode !== 0) throw buildFailed(request.dockerfile, result);
    const builtAt = clock.now();
    const digest = await pushFromEngine(session, reference);
    return { digest, buildSeconds: seconds(start, builtAt), pushSeconds: seconds(builtAt, clock.now()) };
  }

  const result = await retryPush(session, build, (ended) => {
    if (!isPushOfBuilder(ended.tail)) throw buildFailed(request.dockerfile, ended);
    return judgePushFailure(ended.tail);
  });
  if (result.exitCode !== 0) throw await refusedPush(session, reference, result);
  const digest = digestInMetadata(await readFile(metadataFile, 'utf8'));
  if (digest === undefined) throw noDigest(reference);
  return { digest, buildSeconds: seconds(start, clock.now()), pushSeconds: 0 };
}

/**
 * The next build looks for the cache under a tag that it knows beforehand. Without it that build is only slower, and
 * a repository with immutable tags takes it just once, so a failure is no more than a debug line.
 */
async function keepInlineCache(session: DockerSession, reference: string): Promise<void> {
  const cache = cacheReference(reference);
  try {
    if (!(await addTag(session, reference, cache)))
      session.debug(`${cache} is immutable: this build's cache is not kept`);
  } catch (error) {
    session.signal.throwIfAborted();
    session.debug(`${cache} is not written, this build's cache is not kept: ${String(error)}`);
  }
}

function seconds(from: number, to: number): number {
  return (to - from) / 1000;
}
