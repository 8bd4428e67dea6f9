import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import type { Problem } from '../errors.ts';
import type { Files } from '../ports/files.ts';
import { nearest } from '../rules/input/nearest.ts';
import { shown } from '../rules/input/parsed.ts';
import { findingsOf } from './issues.ts';
import type { Path } from './issues.ts';
import type { JsonObject } from '../rules/text/json.ts';
import { deployConfig } from './schema.ts';
import type { DeployConfig, EnvironmentsConfig } from './schema.ts';

/** Where the file is looked for when the input `config` does not say. */
const CONFIG_PATHS = ['.github/deploy.yml', '.circleci/deploy.yml', 'deploy.yml'] as const;

export interface ConfigFile {
  path: string;
  /** Without the sections that something is wrong with; absent where nothing of the file can be told. */
  config?: DeployConfig;
  /** Is there such a section, left out of `config` since something is wrong with it? It is not missing as well. */
  isBroken(key: string, environment?: string): boolean;
  /** Known even when another part of the file is wrong, so that the branch can be judged all the same. */
  environments: EnvironmentsConfig | 'unreadable' | undefined;
  problems: Problem[];
  /** Where a value stands, or the nearest section around it that does. */
  locate(path: Path): Place;
}

/** Line and column count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** deploy.yml as the user has it; no file at all is fine, a file that was asked for and is not there is not. */
export async function findConfigFile(
  files: Pick<Files, 'read'>,
  asked: string | undefined,
): Promise<{ file: ConfigFile | undefined } | { missing: Problem }> {
  for (const path of asked === undefined ? CONFIG_PATHS : [asked]) {
    const text = await files.read(path);
    if (text !== undefined) return { file: parseConfigFile(path, text) };
  }
  if (asked === undefined) return { file: undefined };
  return {
    missing: {
      code: 'CONFIG_NOT_FOUND',
      message: `the configuration file ${shown(asked)} does not exist`,
      hint: 'The input `config` is a path in the checkout. Does the job check out the repository before this step?',
    },
  };
}

export function parseConfigFile(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const locate = (where: Path): Place => placeOf(offsetOf(document, where, false));
  const failed = (...problems: Problem[]): ConfigFile => ({
    path,
    problems,
    locate,
    environments: 'unreadable',
    isBroken: () => true,
  });

  const invalid = (message: string, offset: number): Problem => ({
    code: 'CONFIG_INVALID',
    message: `not valid YAML: ${message}`,
    ...placeOf(offset),
  });

  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    return failed(
      ...broken.map(({ code, message, pos }) =>
        invalid(
          code === 'MULTIPLE_DOCS' ? 'the file must hold one document, but `---` begins another' : message,
          pos[0],
        ),
      ),
    );
  }

  const strays = strayNodes(document);
  if (strays.length > 0) return failed(...strays.map(({ message, offset }) => invalid(message, offset)));
  keepTextAsWritten(document);
  let data: unknown;
  try {
    data = document.toJS();
  } catch (thrown) {
    // Aliases of aliases that would fill the memory.
    return failed(invalid((thrown as Error).message, 0));
  }

  const parsed = deployConfig.safeParse(data, { reportInput: true });
  if (parsed.success) {
    const { data: config } = parsed;
    const { environments } = config;
    return { path, config, environments, problems: [], locate, isBroken: () => false };
  }
  const findings = findingsOf(deployConfig, parsed.error.issues);
  const problems = findings
    .map(({ path: where, atKey, message, hint }) => ({
      code: 'CONFIG_INVALID' as const,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...placeOf(offsetOf(document, where, atKey)),
    }))
    .sort((one, other) => one.line - other.line || one.column - other.column);
  if (!isMap(document.contents)) return failed(...problems);
  const paths = findings.map((finding) => finding.path);
  const rest = deployConfig.safeParse(withoutBroken(data as JsonObject, paths));
  if (!rest.success) return failed(...problems);
  return {
    path,
    config: rest.data,
    environments: paths.some(decidesEnvironment) ? 'unreadable' : rest.data.environments,
    problems,
    locate,
    isBroken: (key, environment) =>
      paths.some(
        ([first, name, section]) =>
          means(first, key) || (first === 'environments' && name === environment && means(section, key)),
      ),
  };
}

/** A key that is misspelt is not missing as well. */
function means(step: PropertyKey | undefined, key: string): boolean {
  return step === key || (step !== undefined && nearest(String(step), [key]) !== undefined);
}

/** What is right in a file in which something is wrong: whole sections are left out, at the top and in environments. */
function withoutBroken(data: JsonObject, paths: readonly Path[]): JsonObject {
  const rest = structuredClone(data);
  for (const [first, name, section] of paths) {
    const environments = rest['environments'] as Record<string, JsonObject | undefined> | undefined;
    const environment = first === 'environments' ? environments?.[String(name)] : undefined;
    if (environment !== undefined && section !== undefined) Reflect.deleteProperty(environment, section);
    else if (first !== undefined) Reflect.deleteProperty(rest, first);
  }
  return { ...rest, version: 1 };
}

/** Is the part wrong by which a branch finds its environment? */
function decidesEnvironment([first, , section]: Path): boolean {
  if (first !== 'environments') return false;
  return section === undefined || ['branch', 'tag', 'any-branch'].some((key) => means(section, key));
}

/** What the library lets pass: an alias without an anchor, and a key that JavaScript objects cannot hold. */
function strayNodes(document: Document): { message: string; offset: number }[] {
  const strays: { message: string; offset: number }[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      strays.push({
        message: `no anchor ${shown(`&${alias.source}`)} stands before this alias`,
        offset: startOf(alias) ?? 0,
      });
    },
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      strays.push({ message: 'the key `__proto__` is not allowed', offset: startOf(key) ?? 0 });
    },
  });
  return strays;
}

/**
 * Build arguments and the words of a command are text, however they look: `1.10` is not the number 1.1 there,
 * and `true` is a program.
 */
function keepTextAsWritten(document: Document): void {
  visit(document, {
    Pair(_, pair) {
      const key = isScalar(pair.key) ? pair.key.value : undefined;
      if (key === 'build-args' && isMap(pair.value)) pair.value.items.forEach(({ value }) => asText(value));
      if (key === 'command' && isSeq(pair.value)) pair.value.items.forEach(asText);
    },
  });
}

function asText(node: unknown): void {
  if (
    isScalar(node) &&
    node.source !== undefined &&
    (typeof node.value === 'number' || typeof node.value === 'boolean')
  ) {
    node.value = node.source;
  }
}

/** Where the value at a path begins (or its key); where the path ends early, what was reached. */
function offsetOf(document: Document, path: Path, atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    let key: unknown;
    if (isSeq(node)) {
      node = node.items[Number(step)];
    } else if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(step),
      );
      key = pair?.key;
      node = pair?.value;
    } else {
      return offset;
    }
    const start = startOf(atKey && index === path.length - 1 ? key : node) ?? startOf(key);
    if (start === undefined) return offset;
    offset = start;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
