import { parseTree, type Node, type ParseError } from 'jsonc-parser';
import { parseConstraint } from './constraint.ts';
import type { MetadataProblem } from './metadata-rb.ts';
import type { Dependency, Token } from './reading.ts';

/** What metadata.json says; Chef reads it instead of metadata.rb (lib/chef/cookbook/cookbook_version_loader.rb). */
export interface MetadataJson {
  readonly name?: string;
  readonly version?: Token;
  readonly dependencies: readonly Dependency[];
  readonly problems: readonly MetadataProblem[];
}

export function readMetadataJson(text: string, file: string): MetadataJson {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (root?.type !== 'object' || error !== undefined) {
    const line = lineAt(text, error?.offset ?? 0);
    return { dependencies: [], problems: [{ message: 'is not valid JSON', hint: 'Mend the file.', line }] };
  }
  const name = onlyProperty(root, 'name');
  const versions = properties(root, 'version');
  const problems: MetadataProblem[] = [];
  const [version, again] = versions;
  if (version === undefined)
    problems.push({
      message: 'has no version, so Chef takes it for version 0.0.0',
      hint: 'Write the version, or delete the file where metadata.rb is the source.',
    });
  else if (again !== undefined)
    problems.push({
      message: 'states the version twice',
      hint: 'Leave the one that is meant.',
      line: lineAt(text, again.offset),
    });
  else if (version.type !== 'string')
    problems.push({
      message: 'states a version that is no text',
      hint: 'Put it in quotes.',
      line: lineAt(text, version.offset),
    });
  return {
    ...(typeof name?.value === 'string' ? { name: name.value } : {}),
    ...(version === undefined || problems.length > 0 ? {} : { version: contentToken(text, file, version) }),
    dependencies: dependenciesOf(root, text, file),
    problems,
  };
}

function dependenciesOf(root: Node, text: string, file: string): Dependency[] {
  const section = onlyProperty(root, 'dependencies');
  if (section?.type !== 'object') return [];
  return (section.children ?? []).flatMap(({ children: [key, value] = [] }) => {
    if (typeof key?.value !== 'string') return [];
    const name = key.value;
    const isConstraint = value?.type === 'string' && parseConstraint(String(value.value)) !== undefined;
    const line = lineAt(text, key.offset);
    return [
      {
        name,
        shares: [name],
        file,
        line,
        ...(isConstraint ? { constraint: contentToken(text, file, value) } : {}),
      },
    ];
  });
}

/** The value of a property of a JSON object, as nodes with their places; more than one where a key is repeated. */
function properties(object: Node, name: string): Node[] {
  return (object.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key?.value === name && value !== undefined ? [value] : [],
  );
}

export function onlyProperty(object: Node, name: string): Node | undefined {
  const [first, second] = properties(object, name);
  return second === undefined ? first : undefined;
}

/** What stands between the quotes of a JSON string. */
export function contentToken(text: string, file: string, node: Node): Token {
  const start = node.offset + 1;
  const end = node.offset + node.length - 1;
  return { file, start, end, text: text.slice(start, end), line: lineAt(text, node.offset) };
}

/** Counts from 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
