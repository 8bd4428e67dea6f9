import { parseTree, type ParseError } from 'jsonc-parser';
import { allows, follow, parseConstraint } from './constraint.ts';
import { formatVersion, type ChefVersion } from './chef-version.ts';
import type { Edit } from './edits.ts';
import { contentToken, lineAt, onlyProperty } from './metadata-json.ts';
import type { CookbookProblem, Token } from './reading.ts';
import { rubyStatements } from './ruby-statements.ts';
import type { RubyToken } from './ruby-tokens.ts';

export interface Pin {
  readonly name: string;
  readonly token: Token;
}

/** The pins of a Chef environment file, JSON or Ruby; a file that cannot be read is a problem. */
export function readPins(
  text: string,
  file: string,
): { pins: Pin[]; problem?: Omit<CookbookProblem, 'cookbook'> } {
  return file.endsWith('.json') ? readJsonPins(text, file) : { pins: readRubyPins(text, file) };
}

function readJsonPins(text: string, file: string): ReturnType<typeof readPins> {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (root?.type !== 'object' || error !== undefined)
    return {
      pins: [],
      problem: {
        file,
        message: 'is not valid JSON',
        hint: 'Mend the file.',
        line: lineAt(text, error?.offset ?? 0),
      },
    };
  const section = onlyProperty(root, 'cookbook_versions');
  const pins = (section?.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    typeof key?.value === 'string' && value?.type === 'string'
      ? [{ name: key.value, token: contentToken(text, file, value) }]
      : [],
  );
  return { pins };
}

/** `cookbook_versions({ 'a' => '= 1.0' })`, `cookbook_versions 'a' => …` and `cookbook 'a', '= 1.0'`. */
function readRubyPins(text: string, file: string): Pin[] {
  return rubyStatements(text).flatMap(({ tokens: [keyword, ...rest], conditional }) => {
    if (conditional || keyword.kind !== 'word') return [];
    if (keyword.text === 'cookbook_versions') return pairs(rest, file);
    if (keyword.text !== 'cookbook') return [];
    const [name, comma, value] = rest[0]?.text === '(' ? rest.slice(1) : rest;
    return comma?.text === ',' ? pinOf(name, value, file) : [];
  });
}

/** Both ways to write a pair: 'a' => '1' and "a": '1'. */
function pairs(tokens: readonly RubyToken[], file: string): Pin[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'string' || !token.plain) return [];
    const [next, after, behind] = tokens.slice(index + 1, index + 4);
    if (next?.text === '=' && after?.text === '>') return pinOf(token, behind, file);
    return next?.text === ':' ? pinOf(token, after, file) : [];
  });
}

function pinOf(name: RubyToken | undefined, value: RubyToken | undefined, file: string): Pin[] {
  if (name?.kind !== 'string' || value?.kind !== 'string' || !name.plain || !value.plain) return [];
  const { start, end, text, line } = value;
  return [{ name: name.text, token: { file, start, end, text, line } }];
}

/** The edits that let the pins follow their cookbooks: the operator and its spacing stay, only the number changes. */
export function followPins(
  pins: readonly Pin[],
  versionOf: (name: string) => ChefVersion | undefined,
): { edits: Edit[]; problems: CookbookProblem[] } {
  const edits: Edit[] = [];
  const problems: CookbookProblem[] = [];
  for (const { name, token } of pins) {
    const version = versionOf(name);
    if (version === undefined) continue;
    const constraint = parseConstraint(token.text);
    const text = constraint === undefined ? undefined : follow(constraint, version);
    if (text !== undefined) {
      if (text !== token.text) edits.push({ token, text });
    } else if (constraint === undefined || !allows(constraint, version)) {
      problems.push({
        cookbook: name,
        file: token.file,
        line: token.line,
        message: `pins ${name} with ${JSON.stringify(token.text)}, which keeps ${formatVersion(version)} out`,
        hint: 'Pin with = or ~>, or take the bound away.',
      });
    }
  }
  return { edits, problems };
}
