/** What a .dockerignore leaves out of the build context; paths are relative to it, with forward slashes. */
export interface IgnoreRules {
  /** Is this path left out? */
  ignores(path: string): boolean;
  /** Is this folder left out and everything below it too, so that nobody needs to look into it? */
  ignoresAllBelow(folder: string): boolean;
}

interface Pattern {
  /** Begins with "!": what it matches is taken in again. */
  isException: boolean;
  text: string;
  matches(path: string): boolean;
}

/**
 * Reads a .dockerignore as BuildKit does (moby/patternmatcher). The libraries for it follow the older builder, which
 * holds every pattern against every parent of a path. BuildKit hands down to what is in a folder which patterns have
 * matched that folder, and does not even try those that could not have changed its verdict. So with `node_modules`,
 * `!node_modules/keep`, `*` it sends `node_modules/keep`, and a content tag without it would reuse stale images.
 */
export function parseDockerIgnore(text: string): IgnoreRules {
  const patterns = readPatterns(text);
  const exceptions = patterns.filter(({ isException }) => isException);
  const known = new Map<string, Verdict>();

  /** Folders are asked about again and again by what is in them. */
  function verdictOnFolder(folder: string): Verdict {
    const verdict = known.get(folder) ?? judge(folder);
    known.set(folder, verdict);
    return verdict;
  }

  function judge(path: string): Verdict {
    const slash = path.lastIndexOf('/');
    const ofParent = slash < 0 ? undefined : verdictOnFolder(path.slice(0, slash)).matched;
    let isIgnored = false;
    const matched = patterns.map((pattern, index) => {
      const { isException } = pattern;
      const canChange = isException === isIgnored;
      const isMatch = ofParent?.[index] === true || (canChange && pattern.matches(path));
      if (isMatch) isIgnored = !isException;
      return isMatch;
    });
    return { isIgnored, matched };
  }

  return {
    ignores: (path) => judge(path).isIgnored,
    ignoresAllBelow: (folder) =>
      verdictOnFolder(folder).isIgnored &&
      !exceptions.some((exception) => mayMatchBelow(exception.text.split('/'), folder.split('/'))),
  };
}

interface Verdict {
  isIgnored: boolean;
  /** For each pattern: has it matched this path, or handed down that it matched a parent? */
  matched: readonly boolean[];
}

function readPatterns(text: string): Pattern[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .flatMap((line) => {
      const isException = line.startsWith('!');
      const cleaned = clean(isException ? line.slice(1).trim() : line);
      return cleaned === '' ? [] : [{ isException, text: cleaned, matches: matcherOf(cleaned) }];
    });
}

/** Without leading and trailing slashes, "." and "..": patterns begin at the root of the context. */
function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The syntax of Go's filepath.Match, and `**` for any number of folders. */
function matcherOf(pattern: string): (path: string) => boolean {
  if (!/[*?[\]\\]/.test(pattern)) return (path) => path === pattern;
  // A leading ** before plain text stands for any beginning, not only for whole folders.
  const suffix = /^\*\*([^*?[\]\\/][^*?[\]\\]*)$/.exec(pattern)?.[1];
  if (suffix !== undefined) return (path) => path.endsWith(suffix);
  try {
    const expression = new RegExp(`^${toExpression(pattern)}$`);
    return (path) => expression.test(path);
  } catch {
    // An unclosed bracket: the build is going to say so. Until then nothing is left out.
    return () => false;
  }
}

const TOKENS = /\*\*\/?|\*|\?|\\.|\\$|[.+()|{}$]|[^]/g;

function toExpression(pattern: string): string {
  return pattern.replaceAll(TOKENS, (token, offset: number) => {
    const isLast = offset + token.length === pattern.length;
    if (token.startsWith('**')) return isLast ? '.*' : '(?:.*/)?';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '\\') return '\\\\';
    return /^[.+()|{}$]$/.test(token) ? `\\${token}` : token;
  });
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
