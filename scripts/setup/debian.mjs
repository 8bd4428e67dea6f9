import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, mustRun } from './command.mjs';
import { download } from './download.mjs';
import { stageFolder } from './folders.mjs';
import { withProgress } from './progress.mjs';
import { SetupError } from './errors.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const quiet = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** Only there do we call apt: anywhere else a person decides what is installed. */
export function isDebianRoot() {
  return process.getuid?.() === 0 && release().ID === 'debian' && findProgram('apt-get') !== undefined;
}

/** @returns {Record<string, string>} the machine's /etc/os-release, empty where there is none */
export function release() {
  if (!existsSync('/etc/os-release')) return {};
  const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1).replace(/^"|"$/g, '')]] : [];
    }),
  );
}

/**
 * Installs packages system-wide, without what they merely recommend.
 * @param {string[]} whereKnown installed too where this release of Debian has them
 */
export function install(title, packages, whereKnown = []) {
  return withProgress(title, () =>
    download(`the Debian packages ${packages.join(', ')}`, async () => {
      await mustRun('apt-get', ['update', '-qq'], { env: quiet });
      const all = [...packages, ...(await known(whereKnown))];
      await mustRun('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...all], { env: quiet });
    }),
  );
}

async function known(names) {
  const listed = (await mustRun('apt-cache', ['pkgnames'])).split('\n');
  return names.filter((name) => listed.includes(name));
}

/** Unpacks a package into a folder without installing it; `options` are apt-get's. */
export async function unpack(name, folder, options = []) {
  const downloads = join(stageFolder, `apt-${name}`);
  // apt downloads as a user of its own, which may not write here.
  const asRoot = ['-o', 'APT::Sandbox::User=root'];
  mkdirSync(downloads, { recursive: true });
  await download(`the Debian package ${name}`, async () => {
    await mustRun('apt-get', [...options, ...asRoot, 'update', '-qq'], { env: quiet });
    await mustRun('apt-get', [...options, ...asRoot, 'download', name], { env: quiet, cwd: downloads });
  });
  const file = readdirSync(downloads).find((entry) => entry.startsWith(`${name}_`));
  await mustRun('dpkg-deb', ['-x', join(downloads, file), folder]);
  rmSync(downloads, { recursive: true, force: true });
}

/**
 * Unpacks a package of another Debian release. The system's own sources, lists and packages stay as they are: apt
 * works in folders of ours, with a sources list that names the machine's own mirror.
 */
export async function unpackFrom(suite, name, folder) {
  const apt = join(stageFolder, `apt-${suite}`);
  for (const part of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(apt, part), { recursive: true });
  const sources = join(apt, 'sources.list');
  writeFileSync(sources, `deb [signed-by=${keyring}] ${await mirror()} ${suite} main\n`);
  const ownFolders = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(apt, 'lists'),
    'Dir::Cache': join(apt, 'cache'),
  };
  await unpack(
    name,
    folder,
    Object.entries(ownFolders).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
  );
  rmSync(apt, { recursive: true, force: true });
}

/** The Debian mirror that this machine itself is set up to use, e.g. `http://…/debian/`. */
export async function mirror() {
  const known = await mustRun('apt-get', [
    'indextargets',
    '--format',
    '$(ORIGIN) $(CODENAME) $(REPO_URI)',
    'Identifier: Packages',
  ]);
  const { VERSION_CODENAME } = release();
  for (const line of known.split('\n')) {
    const [origin, codename, uri] = line.split(' ');
    if (origin === 'Debian' && codename === VERSION_CODENAME) return uri;
  }
  throw new SetupError(`apt's sources name no Debian mirror for ${VERSION_CODENAME}`);
}
