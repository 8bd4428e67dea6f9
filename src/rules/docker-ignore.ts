import dockerignore from '@balena/dockerignore';

/** What a .dockerignore leaves out of the build context; paths are relative to it, with forward slashes. */
export interface IgnoreRules {
  /** Is this path left out? */
  ignores(path: string): boolean;
  /** Is this folder left out and everything below it too, so that nobody needs to look into it? */
  ignoresAllBelow(folder: string): boolean;
}

/** Reads a .dockerignore as BuildKit does: the last pattern that matches a path or one of its parents decides. */
export function parseDockerIgnore(text: string): IgnoreRules {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  // Docker compares case by case on every system; the library does not unless told so.
  const rules = dockerignore.default({ ignorecase: false }).add(patterns.map(escapeLiterals));
  const exceptions = patterns.filter((pattern) => pattern.startsWith('!')).map(segments);

  return {
    ignores: (path) => rules.ignores(path),
    ignoresAllBelow: (folder) =>
      rules.ignores(folder) && !exceptions.some((exception) => mayMatchBelow(exception, folder.split('/'))),
  };
}

/** The library turns patterns into regular expressions and leaves these as they are: "c++" would not even compile. */
function escapeLiterals(pattern: string): string {
  return pattern.replaceAll(/\\.|[+(){}|]/g, (found) => (found.length === 2 ? found : `\\${found}`));
}

function segments(pattern: string): string[] {
  return pattern
    .slice(1)
    .trim()
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
}

/** Could the exception match something inside the folder? Wildcards are taken to match, which is never wrong. */
function mayMatchBelow(exception: readonly string[], folder: readonly string[]): boolean {
  for (const [position, name] of folder.entries()) {
    const segment = exception[position];
    // The exception is about a parent of the folder: then `ignores` has had its say already.
    if (segment === undefined) return false;
    if (segment.includes('**')) return true;
    if (!/[*?[\\]/.test(segment) && segment !== name) return false;
  }
  return exception.length > folder.length;
}
