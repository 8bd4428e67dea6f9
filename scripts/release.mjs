/**
 * The parts of a release that are code of ours; `.github/workflows/release.yml` calls them.
 *
 *   node scripts/release.mjs check v1.4.0    the version is the one in package.json and src/, and has no tag yet
 *   node scripts/release.mjs pack FOLDER     the npm package, its bill of materials, the orb in one piece, and the checksums of all
 *   node scripts/release.mjs verify FOLDER   the files fit their checksums, and the packed dist/ is the one checked out
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SUMS = 'checksums.txt';
const commands = { check, pack, verify };

const [name, argument] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
if (command === undefined || argument === undefined) {
  console.error('Usage: node scripts/release.mjs check VERSION | pack FOLDER | verify FOLDER');
  process.exit(2);
}
const problems = command(argument);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function check(version) {
  const { version: inPackage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const inSource = /VERSION = '(.+)'/.exec(readFileSync(join(root, 'src', 'version.ts'), 'utf8'))?.[1];
  const tags = execFileSync('git', ['tag', '--list', version], { cwd: root, encoding: 'utf8' }).trim();
  return [
    ...(/^v\d+\.\d+\.\d+$/.test(version) ? [] : [`${version} is no version of the form v1.2.3`]),
    ...(version === `v${inPackage}` ? [] : [`package.json has the version ${inPackage}, not ${version}`]),
    ...(inSource === inPackage ? [] : [`src/version.ts has ${inSource}, package.json ${inPackage}`]),
    ...(tags === '' ? [] : [`the tag ${version} exists: a released version is never changed`]),
  ];
}

function pack(folder) {
  mkdirSync(folder, { recursive: true });
  const staged = stagePackage();
  const to = ['--pack-destination', resolve(folder)];
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', ...to], staged));
  rmSync(staged, { recursive: true });
  const bill = packed.filename.replace(/\.tgz$/, '.cdx.json');
  writeFileSync(
    join(folder, bill),
    npm(['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only']),
  );
  const orb = 'orb.yml';
  execFileSync(process.execPath, [join(root, 'scripts', 'orb', 'pack.ts'), join(resolve(folder), orb)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const sums = [packed.filename, bill, orb].map((file) => `${sha256(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, SUMS), sums.join(''));
  return [];
}

/** What is published: the bundle holds all it needs, so whoever installs it downloads nothing else, and runs no script. */
function stagePackage() {
  const staged = mkdtempSync(join(tmpdir(), 'package-'));
  const described = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of ['private', 'scripts', 'dependencies', 'devDependencies', 'overrides'])
    delete described[name];
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(described, null, 2)}\n`);
  for (const path of [...described.files, 'README.md', 'LICENSE'])
    cpSync(join(root, path), join(staged, path), { recursive: true });
  return staged;
}

function verify(folder) {
  const sums = readFileSync(join(folder, SUMS), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('  '));
  const wrong = sums
    .filter(([sum, file]) => !existsSync(join(folder, file)) || sha256(join(folder, file)) !== sum)
    .map(([, file]) => `${file} does not fit ${SUMS}`);
  const archive = sums.map(([, file]) => file).find((file) => file.endsWith('.tgz'));
  if (archive === undefined) return [...wrong, `${SUMS} names no package`];
  return wrong.length > 0 ? wrong : differences(join(folder, archive));
}

/** What the archive has under dist/ against what is checked out: a release is made of its commit and nothing else. */
function differences(archive) {
  const unpacked = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    execFileSync('tar', ['-xzf', archive, '-C', unpacked]);
    const [inArchive, checkedOut] = [join(unpacked, 'package', 'dist'), join(root, 'dist')];
    const files = [...new Set([...readdirSync(inArchive), ...readdirSync(checkedOut)])].sort();
    return files
      .filter((file) => {
        const [one, other] = [join(inArchive, file), join(checkedOut, file)];
        return !existsSync(one) || !existsSync(other) || sha256(one) !== sha256(other);
      })
      .map((file) => `dist/${file} of the package is not that of the commit`);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

function npm(args, cwd = root) {
  return execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
