import { accessSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { inPhase, now, PhaseError, type StageBuild, type Variable } from './codebuild-build.ts';
import { BUILDSPEC_PHASES, readBuildspec, runLogged, type Buildspec } from './codebuild-run.ts';
import { bringSource, readVariables } from './codebuild-source.ts';
import { docker } from './docker.ts';
import type { Stage } from './stage.ts';

/** Carries one build out, from the machine it gets to its end; what goes wrong is in its phases. */
export async function carryOut(
  stage: Stage,
  build: StageBuild,
  { origin, turn }: { origin: string | undefined; turn: () => Promise<void> },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'codebuild-'));
  const source = join(folder, 'src');
  mkdirSync(source);
  const remove = () => docker(stage, ['rm', '--force', build.container]).catch(() => undefined);
  try {
    await inPhase(build, 'SUBMITTED', () => undefined);
    await inPhase(build, 'QUEUED', turn);
    await inPhase(build, 'PROVISIONING', async () => {
      await build.log.create();
      build.hasLog = true;
      await docker(stage, runContainer(stage, build, source));
      build.stop.signal.throwIfAborted();
    });
    // Not before: what is not there yet cannot be removed.
    build.stop.signal.addEventListener('abort', () => void remove());
    const { buildspec, variables } = await inPhase(build, 'DOWNLOAD_SOURCE', async () => {
      await bringSource(stage, build.input, { origin, folder: source });
      return {
        buildspec: buildspecOf(build, source),
        variables: await readVariables(stage, build.input.environmentVariablesOverride ?? []),
      };
    });
    await runPhases(stage, build, { buildspec, variables });
  } catch (error) {
    build.log.write(`[Container] ${String(error)}`);
  } finally {
    await remove();
    rmSync(folder, { recursive: true, force: true });
    await build.log.end();
    const failed = build.phases.some(({ phaseStatus }) => phaseStatus !== 'SUCCEEDED');
    build.phases.push({ phaseType: 'COMPLETED', startTime: now() });
    build.status = build.stop.signal.aborted ? 'STOPPED' : failed ? 'FAILED' : 'SUCCEEDED';
    build.endTime = now();
  }
}

function buildspecOf({ input }: StageBuild, source: string): Buildspec {
  try {
    return readBuildspec(source, input.buildspecOverride ?? 'buildspec.yml');
  } catch (error) {
    throw new PhaseError('YAML_FILE_ERROR', String(error));
  }
}

interface Commands {
  buildspec: Buildspec;
  variables: readonly Variable[];
}

async function runPhases(stage: Stage, build: StageBuild, { buildspec, variables }: Commands): Promise<void> {
  let isSucceeding = true;
  for (const name of BUILDSPEC_PHASES) {
    // After a build that failed, what follows it runs all the same; before it, nothing does.
    if (!isSucceeding && name !== 'post_build') return;
    const all = [
      ...variables,
      { name: 'CODEBUILD_BUILD_SUCCEEDING', value: isSucceeding ? '1' : '0' },
      { name: 'CODEBUILD_BUILD_ID', value: build.id },
    ];
    const went = await runCommands(stage, build, {
      name,
      commands: buildspec[name]?.commands ?? [],
      variables: all,
    });
    if (!went && name !== 'build') return;
    isSucceeding &&= went;
  }
}

/** Does every command of a phase end well? */
async function runCommands(
  stage: Stage,
  build: StageBuild,
  {
    name,
    commands,
    variables,
  }: { name: string; commands: readonly string[]; variables: readonly Variable[] },
): Promise<boolean> {
  try {
    await inPhase(build, name.toUpperCase(), async () => {
      for (const command of commands) {
        build.log.write(`[Container] Running command ${command}`);
        const code = await runLogged(
          [
            'docker',
            'exec',
            ...variables.flatMap((one) => ['--env', `${one.name}=${one.value}`]),
            build.container,
            'sh',
            '-c',
            command,
          ],
          { environment: { ...process.env, ...stage.environment }, log: (line) => build.log.write(line) },
        );
        if (code !== 0)
          throw new PhaseError(
            'COMMAND_EXECUTION_ERROR',
            `Error while executing command: ${command}. Reason: exit status ${code}`,
          );
      }
    });
    return true;
  } catch {
    return false;
  }
}

function runContainer(
  stage: Stage,
  { container, image, isPrivileged }: StageBuild,
  source: string,
): string[] {
  return [
    ...['run', '--detach', '--init', '--name', container, '--network', 'none'],
    ...['--label', `ministack.instance=${stage.instance}`],
    ...['--volume', `${source}:/codebuild/src`, '--workdir', '/codebuild/src'],
    ...(isPrivileged ? dockerInside(stage) : []),
    ...[image, 'sleep', '3600'],
  ];
}

/** The stage's own engine, in place of the one that privileged mode lets a build start. */
function dockerInside(stage: Stage): string[] {
  const socket = stage.dockerHost.replace('unix://', '');
  const client = realpathSync(findProgram('docker', stage.environment['PATH'] ?? ''));
  return [
    ...['--volume', `${dirname(socket)}:/codebuild/docker`],
    ...['--volume', `${client}:/usr/local/bin/docker:ro`],
    ...['--env', `DOCKER_HOST=unix:///codebuild/docker/${socket.slice(dirname(socket).length + 1)}`],
    ...['--env', 'DOCKER_BUILDKIT=0'],
  ];
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
