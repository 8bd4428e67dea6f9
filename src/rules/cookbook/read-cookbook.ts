import { posix } from 'node:path';
import { shown } from '../input/parsed.ts';
import { compareVersions, formatVersion, parseChefVersion, type ChefVersion } from './chef-version.ts';
import { readMetadataJson, type MetadataJson } from './metadata-json.ts';
import { readMetadataRb, type MetadataProblem, type MetadataRb } from './metadata-rb.ts';
import type { CookbookProblem, Reading, Token } from './reading.ts';

/** Names that Chef Infra Server takes, none of which could be read as an option. */
const NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$/u;

/**
 * Reads the cookbook in a folder. `textOf` answers the text of a file of the repository, undefined where there is none.
 * Whatever is not plain is a problem with its file and line.
 */
export function readCookbook(path: string, textOf: (file: string) => string | undefined): Reading {
  const rbPath = inside(path, 'metadata.rb');
  const jsonPath = inside(path, 'metadata.json');
  const rbText = textOf(rbPath);
  const jsonText = textOf(jsonPath);
  const rb = rbText === undefined ? undefined : readMetadataRb(rbText, rbPath);
  const json = jsonText === undefined ? undefined : readMetadataJson(jsonText, jsonPath);

  const name = json?.name ?? rb?.name ?? posix.basename(path);
  const problems: CookbookProblem[] = [];
  const report = (file: string, list: readonly MetadataProblem[]) =>
    problems.push(...list.map((problem) => ({ cookbook: name, file, ...problem })));
  report(rbPath, rb?.problems ?? []);
  report(jsonPath, json?.problems ?? []);
  if (!NAME.test(name))
    problems.push({
      cookbook: name,
      file: rb === undefined ? jsonPath : rbPath,
      message: `has the name ${shown(name)}, which Chef does not take`,
      hint: 'Use letters, digits, dots, hyphens and underscores.',
    });

  const tokens = [
    ...(rb === undefined ? [] : tokensOfRb(rb, rbPath, textOf, name, problems)),
    ...(json?.version === undefined ? [] : [json.version]),
  ];
  const versions = tokens.flatMap((token) => {
    const version = parseChefVersion(token.text);
    if (version !== undefined) return [{ token, version }];
    problems.push({
      cookbook: name,
      file: token.file,
      line: token.line,
      message: `states the version ${shown(token.text)}, which Chef does not take`,
      hint: 'A cookbook version is two or three numbers with dots between them: 1.2.3.',
    });
    return [];
  });
  const [first, second] = versions;
  const version = agreed(versions);
  if (first !== undefined && second !== undefined && version === undefined)
    problems.push({
      cookbook: name,
      file: second.token.file,
      line: second.token.line,
      message: `states version ${formatVersion(second.version)}, but ${posix.basename(first.token.file)} states ${formatVersion(first.version)}; Chef reads metadata.json`,
      hint: 'Write the same number in both, or delete metadata.json where it is only generated.',
    });

  const notes = (rb?.notes ?? []).map((note) => ({ cookbook: name, file: rbPath, ...note }));
  if (version === undefined || problems.length > 0) return { problems, notes };
  return {
    problems,
    notes,
    cookbook: {
      path,
      name,
      version,
      versionTokens: tokens,
      dependencies: [...(rb?.dependencies ?? []), ...(json?.dependencies ?? [])],
      files: filesOf(rb, json, rbPath, jsonPath, tokens),
    },
  };
}

/** A file in a cookbook's folder; "." is the repository itself. */
export function inside(folder: string, file: string): string {
  return posix.join(folder, file);
}

function agreed(versions: readonly { version: ChefVersion }[]): ChefVersion | undefined {
  const [first, ...rest] = versions;
  return first !== undefined && rest.every(({ version }) => compareVersions(version, first.version) === 0)
    ? first.version
    : undefined;
}

/** The literal in metadata.rb, or the content of the file that it reads; its final newline is not part of it. */
function tokensOfRb(
  { version }: MetadataRb,
  rbPath: string,
  textOf: (file: string) => string | undefined,
  cookbook: string,
  problems: CookbookProblem[],
): Token[] {
  if (version === undefined) return [];
  if ('literal' in version) return [version.literal];
  const content = textOf(version.file);
  if (content === undefined) {
    problems.push({
      cookbook,
      file: rbPath,
      line: version.line,
      message: `reads its version from ${shown(version.file)}, and there is no such file in the repository`,
      hint: "Write the version as a literal: version '1.2.3'.",
    });
    return [];
  }
  const text = content.trim();
  const start = content.indexOf(text);
  return [{ file: version.file, start, end: start + text.length, text, line: 1 }];
}

function filesOf(
  rb: MetadataRb | undefined,
  json: MetadataJson | undefined,
  rbPath: string,
  jsonPath: string,
  tokens: readonly Token[],
): string[] {
  const files = [
    ...(rb === undefined ? [] : [rbPath]),
    ...(json === undefined ? [] : [jsonPath]),
    ...tokens.map(({ file }) => file),
  ];
  return [...new Set(files)];
}
