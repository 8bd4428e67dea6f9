import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, mustRun, run } from './command.mjs';
import { install, isDebianRoot } from './debian.mjs';
import { download } from './download.mjs';
import { repositoryFolder, stageFolder } from './folders.mjs';
import { whileLocked } from './lock.mjs';
import { Missing, SetupError } from './errors.mjs';
import { withProgress } from './progress.mjs';

const requirements = join(repositoryFolder, 'requirements', 'stage.txt');
const environment = join(stageFolder, 'venv');
const stamp = join(environment, 'installed.sha256');

/**
 * The AWS emulators of the stage, the linters of workflows and shell scripts and the public schemas of CI systems, in a Python environment of their own, exactly as pinned in requirements/.
 * @returns {Promise<{python: string, ministack: string, motoServer: string, zizmor: string, shellcheck: string, checkJsonschema: string}>} paths of programs
 */
export async function providePython() {
  if (!isFresh()) {
    await whileLocked('python', async () => {
      if (!isFresh()) await makeEnvironment(await findPython());
    });
  }
  const program = (name) => join(environment, 'bin', name);
  return {
    python: program('python'),
    ministack: program('ministack'),
    motoServer: program('moto_server'),
    zizmor: program('zizmor'),
    shellcheck: program('shellcheck'),
    checkJsonschema: program('check-jsonschema'),
  };
}

function isFresh() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

function fingerprint() {
  return createHash('sha256').update(readFileSync(requirements)).digest('hex');
}

async function makeEnvironment(python) {
  await withProgress('Setting up Python environment', async () => {
    rmSync(environment, { recursive: true, force: true });
    await mustRun(python, ['-m', 'venv', environment]);
    // Only ready-made wheels with the hashes we know: nothing is built, so no code of a package runs at install.
    const strictly = [
      '--require-hashes',
      '--only-binary',
      ':all:',
      '--no-compile',
      '--disable-pip-version-check',
    ];
    await download('the Python packages', () =>
      mustRun(join(environment, 'bin', 'python'), [
        '-m',
        'pip',
        'install',
        '--quiet',
        ...strictly,
        '-r',
        requirements,
      ]),
    );
    await assertMinistack();
    writeFileSync(stamp, fingerprint());
  });
}

/** Older MiniStacks never drain a deployment and keep no task logs: tests on them would prove nothing. */
async function assertMinistack() {
  const wanted = /^ministack==(\S+)/m.exec(readFileSync(requirements, 'utf8'))[1];
  const ask = 'import importlib.metadata as m; print(m.version("ministack"))';
  const found = (await mustRun(join(environment, 'bin', 'python'), ['-c', ask])).trim();
  if (found !== wanted) throw new SetupError(`MiniStack ${found} is installed where ${wanted} is wanted`);
}

async function findPython() {
  const found = await usablePython();
  if (found) return found;
  if (!isDebianRoot()) {
    throw new Missing({
      what: 'Python 3.11 or newer with its venv module',
      why: 'to run the local AWS emulators',
      todo: 'Install it, so that `python3 -m venv` works',
    });
  }
  await whileLocked('packages', () => install('Installing Python', ['python3', 'python3-venv']));
  return '/usr/bin/python3';
}

async function usablePython() {
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
    const python = findProgram(name);
    const ask = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
    if (python && (await run(python, ['-c', ask])).code === 0) return python;
  }
  return undefined;
}
