import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SCHEMA_URL } from '../../src/rules/init/deploy-config.ts';
import { openEditor, type Editor } from './language-server.ts';

interface Schema {
  description?: string;
  markdownDescription?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  anyOf?: Schema[];
}

const published = JSON.parse(readFileSync('schema/deploy.schema.json', 'utf8')) as Schema;
const schema = pathToFileURL('schema/deploy.schema.json').href;
/** Places in a checkout; the server gets the texts from us, and reads none of them. */
const FILE = 'file:///shop/.github/deploy.yml';
const withLine = (text: string) => `# yaml-language-server: $schema=${schema}\n${text}`;
const keysOf = ({ properties = {} }: Schema) => Object.keys(properties);

const sections = published.properties!;
const aService = sections['services']!.items!.anyOf!.find(({ properties }) => properties !== undefined)!;
const anEnvironment = sections['environments']!.additionalProperties!;

describe('the YAML language server, told of the schema by the first line', () => {
  let editor: Editor;
  let opened = 0;
  const open = async (text: string) => {
    const where = FILE.replace('shop', `shop-${++opened}`);
    await editor.open(where, withLine(text));
    return where;
  };

  beforeAll(async () => {
    editor = await openEditor();
  });
  afterAll(() => editor.close());

  it.each<[string, string, readonly string[]]>([
    ['at the top', 'version: 1\n', without(published, 'version')],
    ['in an entry of services', 'version: 1\nservices:\n  - name: web\n    ', without(aService, 'name')],
    ['in an environment', 'version: 1\nenvironments:\n  staging:\n    ', keysOf(anEnvironment)],
    [
      'in an environment’s own section',
      'version: 1\nenvironments:\n  staging:\n    branch: develop\n    rollout:\n      ',
      keysOf(sections['rollout']!),
    ],
  ])('offers the keys that there are %s, and no other', async (_, text, wanted) => {
    const where = await open(text);
    const lines = text.split('\n');
    const position = { line: lines.length, character: lines.at(-1)!.length };
    expect(wanted.length).toBeGreaterThan(2);
    expect((await editor.completion(where, position)).toSorted()).toEqual(wanted.toSorted());
  });

  it('offers the words that a key may have', async () => {
    const where = await open('version: 1\nrollout:\n  on-failure: ');
    expect(await editor.completion(where, { line: 3, character: 14 })).toEqual([
      'rollback',
      'rollback-failed',
      'leave',
    ]);
  });

  it.each(keysOf(published))('shows what %s is for', async (key) => {
    const where = await open(`${key}:\n`);
    const { description, markdownDescription = description } = sections[key]!;
    expect(await editor.hover(where, { line: 1, character: 1 })).toContain(markdownDescription);
  });

  it('underlines a key that there is none of, at the top and below, and nothing else', async () => {
    const where = await open(
      'version: 1\nservcies: [web]\nenvironments:\n  staging: { branch: develop, clustr: staging }\n',
    );
    const found = await editor.diagnostics(where);
    expect(found.map(({ message, range: { start } }) => [message, start]).toSorted()).toEqual([
      ['Property clustr is not allowed.', { line: 4, character: 30 }],
      ['Property servcies is not allowed.', { line: 2, character: 0 }],
    ]);
  });

  it.each(['web-and-worker', 'whole-pipeline', 'infrastructure', 'ec2-codedeploy'])(
    'underlines nothing in the example %s',
    async (name) => {
      const where = await open(readFileSync(`examples/${name}/deploy.yml`, 'utf8'));
      expect(await editor.diagnostics(where)).toEqual([]);
    },
  );
});

describe('the settings of VS Code that docs/configuration.md shows', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');
  const [, block = ''] = /```json\n([^]*?)```/u.exec(page) ?? [];
  const { 'yaml.schemas': schemas } = JSON.parse(block) as { 'yaml.schemas': Record<string, string[]> };

  it.each([FILE, 'file:///shop/.circleci/deploy.yml', 'file:///shop/deploy.yml'])(
    'give %s the schema',
    async (where) => {
      const editor = await openEditor({ schemas: { [schema]: schemas[SCHEMA_URL] } });
      try {
        await editor.open(where, 'version: 1\nservcies: [web]\n');
        expect((await editor.diagnostics(where)).map(({ message }) => message)).toEqual([
          'Property servcies is not allowed.',
        ]);
      } finally {
        await editor.close();
      }
    },
  );

  it('name the address that init writes into deploy.yml, and that the page shows as its first line', () => {
    expect(Object.keys(schemas)).toEqual([SCHEMA_URL]);
    expect(page).toContain(`# yaml-language-server: $schema=${SCHEMA_URL}\n`);
    expect(SCHEMA_URL).toMatch(/\/v1\/schema\/deploy\.schema\.json$/u);
  });
});

function without(node: Schema, key: string): string[] {
  return keysOf(node).filter((name) => name !== key);
}
