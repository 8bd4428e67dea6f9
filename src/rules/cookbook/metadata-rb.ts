import { distance } from 'fastest-levenshtein';
import { shown } from '../input/parsed.ts';
import { parseConstraint } from './constraint.ts';
import type { Dependency, Token } from './reading.ts';
import { rubyStatements, type RubyStatement } from './ruby-statements.ts';
import type { RubyToken } from './ruby-tokens.ts';
import { versionFileOf } from './version-file.ts';

export interface MetadataProblem {
  readonly message: string;
  readonly hint: string;
  readonly line?: number;
}

/** What metadata.rb says about itself. */
export interface MetadataRb {
  readonly name?: string;
  /** The literal between the quotes, or the file that the version is read from. */
  readonly version?: { literal: Token } | { file: string; line: number };
  readonly dependencies: readonly Dependency[];
  readonly problems: readonly MetadataProblem[];
  readonly notes: readonly MetadataProblem[];
}

const WRITE_LITERAL = "Write the version as a literal: version '1.2.3'.";
/** Keywords of Chef that look like a misspelt "version" and are none. */
const NO_MISSPELLING = new Set([
  'version',
  'chef_version',
  'ohai_version',
  'eager_load_libraries',
  'versions',
]);

/** Reads metadata.rb without running it. `path` is the file's own, relative to the repository. */
export function readMetadataRb(text: string, path: string): MetadataRb {
  const statements = rubyStatements(text);
  const problems: MetadataProblem[] = [];
  const notes: MetadataProblem[] = [];
  const markers = mergeMarkers(text);
  if (markers !== undefined) return { dependencies: [], problems: [markers], notes };
  const name = readName(statements);
  const version = readVersion(statements, path, problems);
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    dependencies: readDependencies(statements, path, notes),
    problems,
    notes,
  };
}

/** A merge that somebody did not finish: no Ruby, and two truths. */
function mergeMarkers(text: string): MetadataProblem | undefined {
  const index = text.split('\n').findIndex((line) => /^(?:<{7}|>{7}) /u.test(line));
  if (index < 0) return undefined;
  return { message: 'has merge markers in it', hint: 'Finish the merge.', line: index + 1 };
}

function readName(statements: readonly RubyStatement[]): string | undefined {
  const statement = statements.findLast((each) => keyword(each) === 'name' && !each.conditional);
  const [value, ...more] = statement === undefined ? [] : argumentsOf(statement);
  return value?.kind === 'string' && value.plain && more.length === 0 ? value.text : undefined;
}

function readVersion(
  statements: readonly RubyStatement[],
  path: string,
  problems: MetadataProblem[],
): MetadataRb['version'] {
  const [first, second] = statements.filter((each) => keyword(each) === 'version');
  if (first === undefined) {
    problems.push(noVersion(statements));
    return undefined;
  }
  const { line } = first.tokens[0];
  if (second !== undefined) {
    const lines = `lines ${line} and ${second.tokens[0].line}`;
    const hint = 'Ruby keeps the last one; leave the one that is meant.';
    problems.push({ message: `states the version twice, on ${lines}`, hint, line: second.tokens[0].line });
    return undefined;
  }
  const values = argumentsOf(first);
  const [value] = values;
  const isCode = first.conditional || Object.keys(first.loops).length > 0 || isModified(values);
  if (!isCode && value?.kind === 'string' && value.plain && isLiteral(values))
    return {
      literal: { file: path, start: value.start, end: value.end, text: value.text, line: value.line },
    };
  const file = isCode ? undefined : versionFileOf(values, path);
  if (file !== undefined) return { file, line };
  problems.push({
    message: 'computes the version by code that cannot be read without running it',
    hint: `${WRITE_LITERAL} A file that is read with a path in quotes is understood too.`,
    line,
  });
  return undefined;
}

/** `version '1.2.3'`, `version('1.2.3')` or `version '1.2.3'.freeze`; two strings side by side are glued by Ruby. */
function isLiteral(values: readonly RubyToken[]): boolean {
  const [, dot, freeze, ...more] = values;
  return values.length === 1 || (dot?.text === '.' && freeze?.text === 'freeze' && more.length === 0);
}

/** `version '1.2.3' if …`: whether it counts is not known. */
function isModified(values: readonly RubyToken[]): boolean {
  return values.some(
    ({ kind, text }) => kind === 'word' && ['if', 'unless', 'while', 'until'].includes(text),
  );
}

function noVersion(statements: readonly RubyStatement[]): MetadataProblem {
  const misspelt = statements.find((statement) => {
    const word = keyword(statement);
    return word !== undefined && !NO_MISSPELLING.has(word) && distance(word, 'version') <= 2;
  });
  if (misspelt === undefined) {
    return {
      message: 'has no version line, so Chef takes it for version 0.0.0',
      hint: "Write the version that comes next, for example: version '0.1.0'.",
    };
  }
  const { text, line } = misspelt.tokens[0];
  return {
    message: `has no version line, but one that begins with ${shown(text)}; Chef ignores unknown words and takes it for version 0.0.0`,
    hint: 'Write `version` where it is misspelt.',
    line,
  };
}

function readDependencies(
  statements: readonly RubyStatement[],
  file: string,
  notes: MetadataProblem[],
): Dependency[] {
  return statements.flatMap((statement) => {
    if (keyword(statement) !== 'depends') return [];
    const { line } = statement.tokens[0];
    const [named, comma, constraint, ...more] = argumentsOf(statement);
    const names = namesOf(named, statement);
    if (names === undefined) {
      notes.push({
        message: 'names a dependency by code that cannot be read without running it',
        hint: 'Write its name in quotes, so that a version that it excludes is noticed.',
        line,
      });
      return [];
    }
    if (comma !== undefined && comma.text !== ',') {
      notes.push({
        message: `has no comma after ${shown(names[0] ?? '')}; Ruby glues the two strings into one name`,
        hint: 'Put a comma between the name and the constraint.',
        line,
      });
      return [];
    }
    const isPlain = constraint?.kind === 'string' && constraint.plain && more.length === 0;
    const isLegal = isPlain && parseConstraint(constraint.text) !== undefined;
    if (constraint !== undefined && !isLegal) {
      const text = isPlain ? shown(constraint.text) : 'code, or more than one constraint';
      notes.push({
        message: `constrains ${names.map(shown).join(', ')} with ${text}, which Chef does not take`,
        hint: 'Write one constraint: an operator (< > = <= >= ~>) and a version.',
        line,
      });
    }
    return names.map((name) => ({
      name,
      shares: names,
      file,
      line,
      ...(isLegal
        ? {
            constraint: {
              file,
              start: constraint.start,
              end: constraint.end,
              text: constraint.text,
              line: constraint.line,
            },
          }
        : {}),
    }));
  });
}

function namesOf(token: RubyToken | undefined, { loops }: RubyStatement): readonly string[] | undefined {
  if (token?.kind === 'string') return token.plain ? [token.text] : undefined;
  if (token?.kind !== 'word') return undefined;
  return Object.hasOwn(loops, token.text) ? loops[token.text] : undefined;
}

function keyword({ tokens: [first, second] }: RubyStatement): string | undefined {
  if (first.kind !== 'word') return undefined;
  // `version = '1'` sets a variable, `version.foo` asks one.
  return second?.kind === 'sign' && ['=', '.'].includes(second.text) ? undefined : first.text;
}

/** The tokens behind the keyword, without the parentheses that may stand around all of them. */
function argumentsOf({ tokens }: RubyStatement): readonly RubyToken[] {
  const [, ...rest] = tokens;
  const isWrapped = rest[0]?.text === '(' && rest[0].kind === 'sign' && closes(rest) === rest.length - 1;
  return isWrapped ? rest.slice(1, -1) : rest;
}

/** Where the parenthesis that the tokens begin with is closed. */
function closes(tokens: readonly RubyToken[]): number {
  let depth = 0;
  return tokens.findIndex(({ kind, text }) => {
    if (kind !== 'sign') return false;
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    return depth === 0;
  });
}
