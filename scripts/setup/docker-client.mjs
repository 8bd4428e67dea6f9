import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram, run } from './command.mjs';
import { isDebianRoot, release, unpackFrom } from './debian.mjs';
import { stageFolder, toolsFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { Missing, SetupError } from './errors.mjs';
import { withProgress } from './progress.mjs';

const unpacked = join(stageFolder, 'buildx');
const packaged = join(unpacked, 'usr', 'libexec', 'docker', 'cli-plugins', 'docker-buildx');
const ownConfig = join(stageFolder, 'docker-config');

/**
 * A docker client with buildx. Some machines have a newer client than Debian's earlier on PATH, and it may come
 * without the plugin: we ask, we do not assume.
 * @returns {Promise<{program: string, config: string}>} the client, and a DOCKER_CONFIG folder with buildx in
 * `cli-plugins` and no credentials
 */
export async function provideClient() {
  const program = findProgram('docker');
  const config = await whileLocked('docker-config', async () =>
    (await hasBuildx(ownConfig)) ? ownConfig : makeConfig(),
  );
  linkTool(program);
  return { program, config };
}

async function makeConfig() {
  const plugins = join(ownConfig, 'cli-plugins');
  mkdirSync(plugins, { recursive: true });
  linkUsersPlugins(plugins);
  if (await hasBuildx(ownConfig)) return ownConfig;
  if (!existsSync(packaged)) await unpackBuildx();
  link(packaged, join(plugins, 'docker-buildx'));
  if (!(await hasBuildx(ownConfig))) throw new SetupError(`The docker client does not work with ${packaged}`);
  return ownConfig;
}

/** Docker Desktop keeps its plugins beside the user's credentials; ours are other credentials, so link the former. */
function linkUsersPlugins(plugins) {
  const theirs = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'cli-plugins');
  if (theirs === plugins || !existsSync(theirs)) return;
  for (const name of readdirSync(theirs)) link(join(theirs, name), join(plugins, name));
}

async function hasBuildx(config) {
  const { code } = await run('docker', ['buildx', 'version'], {
    env: { ...process.env, DOCKER_CONFIG: config },
  });
  return code === 0;
}

async function unpackBuildx() {
  if (!isDebianRoot()) {
    throw new Missing({
      what: "docker's buildx plugin",
      why: 'to build images as users do',
      todo: 'Install it (https://docs.docker.com/go/buildx/)',
    });
  }
  // Debian has it since trixie; that plugin is one static file which runs on older releases too.
  const suite = Number(release().VERSION_ID) >= 13 ? release().VERSION_CODENAME : 'trixie';
  await withProgress('Fetching docker buildx', () => unpackFrom(suite, 'docker-buildx', unpacked));
}

/** Puts the client into the folder that is first on the PATH of everything that runs on the stage. */
function linkTool(program) {
  mkdirSync(toolsFolder, { recursive: true });
  link(program, join(toolsFolder, 'docker'));
}

function link(target, path) {
  if (target === path) return;
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
