import { posix } from 'node:path';
import picomatch from 'picomatch';

const METADATA = new Set(['metadata.rb', 'metadata.json']);

/** The folders among the globs that hold a cookbook, by the files of the repository. */
export function cookbookFolders(files: Iterable<string>, globs: readonly string[]): string[] {
  const isAsked = folderMatcher(globs);
  const folders = new Set<string>();
  for (const file of files) {
    if (!METADATA.has(posix.basename(file))) continue;
    const folder = posix.dirname(file);
    if (isAsked(folder)) folders.add(folder);
  }
  return [...folders].sort();
}

function folderMatcher(globs: readonly string[]): (folder: string) => boolean {
  const tidy = globs.map((glob) => posix.normalize(glob).replace(/\/$/u, ''));
  const matches = picomatch(tidy.filter((glob) => glob !== '.'));
  return (folder) => (folder === '.' ? tidy.includes('.') : matches(folder));
}

/** The folders that the globs lie in, for asking git about them only; empty means the whole repository. */
export function searchPrefixes(globs: readonly string[]): string[] {
  const bases = globs.map((glob) => picomatch.scan(posix.normalize(glob)).base.replace(/\/$/u, ''));
  return bases.some((base) => base === '' || base === '.') ? [] : [...new Set(bases)];
}

/** Which cookbook a file belongs to: the innermost folder that holds it. */
export function folderOf(file: string, folders: ReadonlySet<string>): string | undefined {
  for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
    if (folders.has(folder)) return folder;
    if (folder === '.') return undefined;
  }
}

/** Tests, prose and the forge's own files: a change of these alone changes nothing on a server. */
const isIgnoredPath = picomatch(
  ['test/**', 'spec/**', '**/*.md', 'kitchen*', '.kitchen*', '.kitchen/**', '.github/**', '.circleci/**'],
  { dot: true },
);

/** Does this file count as content of the cookbook in `folder`? */
export function isContent(file: string, folder: string): boolean {
  if (folder === '.') return !isIgnoredPath(file);
  return file.startsWith(`${folder}/`) && !isIgnoredPath(file.slice(folder.length + 1));
}
