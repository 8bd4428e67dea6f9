import { isDeepStrictEqual } from 'node:util';
import { jsonSchema } from '../../src/config/schema.ts';
import { DURATION_PATTERN } from '../../src/rules/input/duration.ts';
import { table } from './blocks.ts';

/** The part of JSON Schema that our schema is made of. */
interface Node {
  description?: string;
  type?: string | readonly string[];
  const?: string | number | boolean;
  enum?: readonly (string | number | boolean)[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  properties?: Readonly<Record<string, Node>>;
  required?: readonly string[];
  additionalProperties?: Node | boolean;
  items?: Node;
  anyOf?: readonly Node[];
}

/** Every key of deploy.yml, section by section, out of the schema that checks the file. */
export function configurationReference(): string {
  const root = jsonSchema() as Node;
  const { environments, ...sections } = root.properties ?? {};
  const environment = environments?.additionalProperties as Node;
  const all = environment.properties ?? {};
  const own = withoutRepeated(environment, sections);
  return [
    ...sectionText('The whole file', '', root),
    ...Object.entries(sections).flatMap(([name, section]) => sectionOf(name, section)),
    ...sectionText(
      'environments',
      'One section for each environment, under its name. What only an environment has:',
      own,
    ),
    '',
    `An environment may also have ${listed(Object.keys(sections).filter((name) => name in all))}: they override the sections above, for this environment.`,
  ].join('\n');
}

function sectionOf(name: string, section: Node): string[] {
  const inside = alternatives(section);
  const withKeys = inside.find(({ properties }) => properties !== undefined);
  return withKeys === undefined
    ? []
    : sectionText(
        name,
        `${section.description ?? ''}${inside.some(({ type }) => type === 'array') ? ' A list; each entry:' : ''}`,
        withKeys,
      );
}

/** Itself, what it may be instead, and what its entries may be. */
function alternatives(node: Node): Node[] {
  return [node, ...(node.items === undefined ? [] : [node.items]), ...(node.anyOf ?? [])].flatMap((inner) =>
    inner === node ? [node] : alternatives(inner),
  );
}

function sectionText(title: string, intro: string, { properties = {}, required = [] }: Node): string[] {
  const rows = Object.entries(properties).map(([key, node]) => [
    `\`${key}\`${required.includes(key) ? ' (required)' : ''}`,
    kindOf(node),
    node.description ?? '',
  ]);
  return [
    '',
    `## ${title}`,
    '',
    ...(intro === '' ? [] : [intro, '']),
    table(['key', 'value', 'what it means'], rows),
  ];
}

/** An environment without the sections that it shares with the file itself. */
function withoutRepeated(environment: Node, sections: Readonly<Record<string, Node>>): Node {
  const own = Object.entries(environment.properties ?? {}).filter(
    ([key, node]) => !isDeepStrictEqual(node, sections[key]),
  );
  return { ...environment, properties: Object.fromEntries(own) };
}

/** What may be written, in a word or two. */
function kindOf(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(kindOf))].join(', or ');
  if (Array.isArray(node.type)) return 'text';
  if (node.type === 'string') return node.pattern === DURATION_PATTERN.source ? 'duration' : 'text';
  if (node.type === 'integer' && node.maximum !== undefined && node.maximum < Number.MAX_SAFE_INTEGER)
    return `number from ${String(node.minimum)} to ${node.maximum}`;
  // A number that may not be zero is a duration in seconds.
  if (node.type === 'integer') return node.minimum === 0 ? 'number from 0' : 'duration';
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'array') return `list (${kindOf(node.items ?? {})})`;
  return typeof node.additionalProperties === 'object'
    ? `section of NAME: ${kindOf(node.additionalProperties)}`
    : 'section';
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
