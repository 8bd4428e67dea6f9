import { jsonSchema } from '../../src/config/schema.ts';

/** Where the pages of a release are to be read. */
const PAGES = 'https://github.com/org/deploy-action/blob/v1/docs/';
const LINK = /\[([^\]]+)\]\(([\w-]+\.md(?:#[\w-]+)?)\)/gu;

/**
 * The schema as editors get it. There a description stands beside no page: links lead to the web, and Markdown is in
 * `markdownDescription`, which the YAML and JSON servers of editors prefer, while `description` is plain.
 */
export function editorSchema(): object {
  return forEditors(jsonSchema()) as object;
}

function forEditors(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(forEditors);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]): [string, unknown][] =>
      // Under `properties` a key of ours may be called so, too; then its value is a schema.
      key === 'description' && typeof value === 'string' ? descriptions(value) : [[key, forEditors(value)]],
    ),
  );
}

function descriptions(markdown: string): [string, string][] {
  const linked = markdown.replaceAll(
    LINK,
    (_all, words: string, page: string) => `[${words}](${PAGES}${page})`,
  );
  const plain = markdown
    .replaceAll(LINK, (_all, words: string, page: string) => `${words} (${PAGES}${page})`)
    .replaceAll('`', '');
  return [
    ['description', plain],
    ...(plain === linked ? [] : [['markdownDescription', linked] as [string, string]]),
  ];
}
