import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { DeployError } from '../../errors.ts';
import type { RegistryLogin } from '../../ports/ecr.ts';
import { withRegistryCredential } from '../../rules/image/docker-config.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { folderStateName } from '../../rules/record/saved-state.ts';

const CONFIG_FILE = 'config.json';
const FOLDER_PREFIX = 'deploy-action-docker-';

/**
 * Runs `body` with a DOCKER_CONFIG folder of our own that holds the registry's credential, and removes it afterwards.
 * `docker login` would write into the folder that all jobs of a host share, and its logout would break the others
 * (aws-actions/amazon-ecr-login#77, #431). All else of the user's folder is linked into ours: plug-ins, contexts,
 * certificates, and the state of buildx, which keeps the user's builder in use.
 */
export async function withDockerConfig<T>(
  {
    login,
    environment,
    temporaryFolder,
    saveState = () => undefined,
  }: {
    login: RegistryLogin;
    environment: NodeJS.ProcessEnv;
    temporaryFolder: string;
    /** Told of the folder as soon as it is there, and with "" when it is gone. */
    saveState?: (name: string, value: string) => void;
  },
  body: (folder: string) => Promise<T>,
): Promise<T> {
  const theirs = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? homedir(), '.docker');
  const config = withRegistryCredential(await readConfig(join(theirs, CONFIG_FILE)), login);
  const folder = await mkdtemp(join(temporaryFolder, FOLDER_PREFIX));
  const state = folderStateName(folder);
  saveState(state, folder);
  // A run that is cut short by process.exit() comes here and nowhere else.
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  try {
    for (const name of await namesIn(theirs)) {
      if (name !== CONFIG_FILE) await symlink(join(theirs, name), join(folder, name));
    }
    await writeFile(join(folder, CONFIG_FILE), JSON.stringify(config), { mode: 0o600, flag: 'wx' });
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.removeListener('exit', removeNow);
    saveState(state, '');
  }
}

/** What a killed process left behind. Any other folder is not ours to remove. */
export async function removeDockerConfig(folder: string): Promise<void> {
  if (basename(folder).startsWith(FOLDER_PREFIX)) await rm(folder, { recursive: true, force: true });
}

async function readConfig(file: string): Promise<JsonObject> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return {};
  }
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    // Without the parser's error as the cause: it quotes the file, which holds credentials.
    throw new DeployError('DOCKER_UNAVAILABLE', `${file}: not valid JSON`, {
      hint: 'Docker cannot read it either: mend the file or remove it.',
    });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
