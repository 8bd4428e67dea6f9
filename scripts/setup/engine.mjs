import { createHash, randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, run } from './command.mjs';
import { install, isDebianRoot } from './debian.mjs';
import { repositoryFolder, stageFolder } from './folders.mjs';
import { hasLivingUsers } from './engine-users.mjs';
import { isAlive, whileLocked } from './lock.mjs';
import { Missing, SetupError } from './errors.mjs';
import { withProgress } from './progress.mjs';

const keeper = fileURLToPath(new URL('./engine-keeper.mjs', import.meta.url));
const identity = createHash('sha256').update(repositoryFolder).digest('hex').slice(0, 8);

/**
 * A running Docker engine: the one that answers already (DOCKER_HOST, or docker's own context), else a private one.
 *
 * The private engine is shared by everything that runs from this repository. Each user holds a file named after its
 * process id; the engine's keeper ends it when no living user is left, however the last one ended.
 * @returns {Promise<{host: string, release: () => Promise<void>}>} `host` as in DOCKER_HOST
 */
export async function provideEngine() {
  const host = await runningEngine();
  // Whoever starts us may have handed us the private engine: then we are one more user, and may outlive it.
  if (host && host !== privateHost) return { host, release: async () => {} };
  if (!findProgram('dockerd')) await installEngine();
  return usePrivateEngine();
}

async function runningEngine() {
  if (!findProgram('docker')) return undefined;
  const { code } = await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 15_000 });
  if (code !== 0) return undefined;
  if (process.env.DOCKER_HOST) return process.env.DOCKER_HOST;
  const { stdout } = await run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  return stdout.trim() || undefined;
}

async function installEngine() {
  if (!isDebianRoot()) {
    throw new Missing({
      what: 'a running Docker engine',
      why: 'to build images and to run tasks as real containers',
      todo: 'Start Docker, or set DOCKER_HOST to an engine that runs',
    });
  }
  await whileLocked('packages', async () => {
    if (findProgram('dockerd')) return;
    // Later Debian releases have the client in a package of its own.
    await install('Installing the Docker engine', ['docker.io', 'iproute2', 'iptables'], ['docker-cli']);
  });
}

const folder = join(stageFolder, 'engine');
const users = join(folder, 'users');
// A unix socket's path may have about 100 characters; containerd puts its own below this folder.
const runFolder = folder.length <= 60 ? join(folder, 'run') : join(tmpdir(), `deploy-action-${identity}`);
const socket = join(runFolder, 'docker.sock');
const privateHost = `unix://${socket}`;
const logFile = join(folder, 'dockerd.log');
const keeperFile = join(folder, 'keeper.pid');

async function usePrivateEngine() {
  const mine = join(users, `${process.pid}-${randomUUID().slice(0, 8)}`);
  await whileLocked('engine', async () => {
    mkdirSync(users, { recursive: true });
    mkdirSync(runFolder, { recursive: true });
    writeFileSync(mine, '');
    if (!isAlive(keeperPid()) || !(await answers())) {
      await withProgress('Starting a private Docker engine', startPrivateEngine);
    }
  });
  return { host: privateHost, release: () => releasePrivateEngine(mine) };
}

async function startPrivateEngine() {
  const log = openSync(logFile, 'w');
  const facts = { users, folder, runFolder, socket, bridge: `stage-${identity}` };
  // In a session of its own: Ctrl-C in the terminal must not end the engine before the containers are gone.
  const child = spawn(process.execPath, [keeper, JSON.stringify(facts)], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  writeFileSync(keeperFile, String(child.pid));
  const ended = new Promise((resolve) => child.once('exit', () => resolve(true)));
  while (!(await answers())) {
    const dead = await Promise.race([ended, new Promise((resolve) => setTimeout(() => resolve(false), 100))]);
    if (dead)
      throw new SetupError(`The Docker engine did not start. Its log, ${logFile}, ends:\n${tail(logFile)}`);
  }
}

async function answers() {
  if (!existsSync(socket)) return false;
  const { code } = await run('docker', ['-H', privateHost, 'info', '--format', '{{.ServerVersion}}'], {
    timeout: 15_000,
  });
  return code === 0;
}

/** Waits for the engine's end where this was its last user. */
async function releasePrivateEngine(mine) {
  rmSync(mine, { force: true });
  const keeper = keeperPid();
  while (isAlive(keeper) && !hasLivingUsers(users)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function keeperPid() {
  return existsSync(keeperFile) ? Number(readFileSync(keeperFile, 'utf8')) : 0;
}

function tail(file) {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n');
}
