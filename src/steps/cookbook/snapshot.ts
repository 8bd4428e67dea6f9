import { posix } from 'node:path';
import type { History, RepositoryFile } from '../../ports/history.ts';
import { dependencyOrder } from '../../rules/cookbook/dependants.ts';
import { cookbookFolders } from '../../rules/cookbook/folders.ts';
import { readMetadataRb } from '../../rules/cookbook/metadata-rb.ts';
import { OTHER_BOT_FILES } from '../../rules/cookbook/other-bot.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';
import { inside, readCookbook } from '../../rules/cookbook/read-cookbook.ts';
import type { Cookbook, CookbookProblem } from '../../rules/cookbook/reading.ts';
import { sameNames } from '../../rules/cookbook/same-names.ts';
import { decodeSource, type SourceText } from '../../rules/cookbook/source-text.ts';

/** The cookbooks of one commit, and the texts that raising their versions needs. */
export interface Snapshot {
  readonly commit: string;
  readonly files: ReadonlyMap<string, RepositoryFile>;
  readonly folders: readonly string[];
  /** In the order in which they depend on one another. */
  readonly cookbooks: readonly Cookbook[];
  readonly problems: readonly CookbookProblem[];
  readonly notes: readonly CookbookProblem[];
  readonly sources: ReadonlyMap<string, SourceText>;
}

/** Names that version files commonly have; others are found by what metadata.rb reads. */
const VERSION_FILE = /^\.?version(?:\.txt)?$/iu;

export function isMetadataFile(path: string): boolean {
  const name = posix.basename(path);
  return name === 'metadata.rb' || name === 'metadata.json' || VERSION_FILE.test(name);
}

export async function readSnapshot(
  history: History,
  { paths, pins }: Pick<CookbookPlan, 'paths' | 'pins'>,
  commit: string,
): Promise<Snapshot> {
  const files = new Map((await history.files(commit)).map((file) => [file.path, file]));
  const folders = cookbookFolders(files.keys(), paths);
  const sources = new Map<string, SourceText>();
  await load(history, files, sources, [...files.keys()].filter(isNeeded(folders, pins)));
  await load(history, files, sources, versionFiles(folders, sources));

  const readings = folders.map((folder) => readCookbook(folder, (file) => sources.get(file)?.text));
  const cookbooks = readings.flatMap(({ cookbook }) => cookbook ?? []);
  return {
    commit,
    files,
    folders,
    cookbooks: dependencyOrder(cookbooks),
    problems: [...readings.flatMap(({ problems }) => problems), ...sameNames(cookbooks)],
    notes: readings.flatMap(({ notes }) => notes),
    sources,
  };
}

/** Locks may lie anywhere; the rest is beside the cookbooks. */
export function isBerksfileLock(path: string): boolean {
  return posix.basename(path) === 'Berksfile.lock';
}

export function isPolicyfileLock(path: string): boolean {
  return path.endsWith('.lock.json');
}

function isNeeded(folders: readonly string[], pins: readonly string[]): (path: string) => boolean {
  const named = new Set([
    ...folders.flatMap((folder) =>
      ['metadata.rb', 'metadata.json', 'CHANGELOG.md', ...OTHER_BOT_FILES].map((file) =>
        inside(folder, file),
      ),
    ),
    ...OTHER_BOT_FILES,
    ...pins.flatMap((pin) => [pin, pin.replace(/\.rb$/u, '.json')]),
  ]);
  return (path) => named.has(path) || isBerksfileLock(path) || isPolicyfileLock(path);
}

function versionFiles(folders: readonly string[], sources: ReadonlyMap<string, SourceText>): string[] {
  return folders.flatMap((folder) => {
    const path = inside(folder, 'metadata.rb');
    const text = sources.get(path)?.text;
    const version = text === undefined ? undefined : readMetadataRb(text, path).version;
    return version !== undefined && 'file' in version ? [version.file] : [];
  });
}

async function load(
  history: History,
  files: ReadonlyMap<string, RepositoryFile>,
  sources: Map<string, SourceText>,
  paths: readonly string[],
): Promise<void> {
  const wanted = paths.flatMap((path) => files.get(path) ?? []);
  const blobs = await history.blobs(wanted.map(({ blob }) => blob));
  for (const { path, blob } of wanted) {
    const bytes = blobs.get(blob);
    if (bytes !== undefined) sources.set(path, decodeSource(bytes));
  }
}
