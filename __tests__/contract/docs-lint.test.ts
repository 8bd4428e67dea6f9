import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { parseConfigFile } from '../../src/config/file.ts';
import { LINT_NAMES } from '../../src/rules/lint/lint.ts';

const page = readFileSync('docs/lint.md', 'utf8');
const [, ...sections] = page.split(/^## /m);
const entries = new Map(
  sections.map((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return [heading, lines.join('\n')];
  }),
);

it('has an entry for every rule, and none without one, in the order of the code', () => {
  expect([...entries.keys()]).toEqual(LINT_NAMES);
});

it.each([...entries])('%s: shows a message that the rule makes, and says cause and cure', (name, entry) => {
  const [, shown = ''] = /^```text\n(.*)\n```$/m.exec(entry) ?? [];
  expect(messagesOf(name).filter((message) => message.test(shown))).toHaveLength(1);
  expect(entry).toMatch(/^- \*\*Cause:\*\* \S/m);
  expect(entry).toMatch(/^- \*\*Cure:\*\* \S/m);
});

it('shows how a rule is silenced', () => {
  const [, shown = ''] = /^```yaml\n([^]*?)\n```$/m.exec(page) ?? [];
  expect(parseConfigFile('deploy.yml', `version: 1\n${shown}\n`).problems).toEqual([]);
});

/** The long template texts of the rule's file, each `${…}` in them standing for anything. */
function messagesOf(name: string): RegExp[] {
  const path = `src/rules/lint/${name}.ts`;
  const found: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node))
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true));
  return found
    .filter((parts) => parts.join('').length > 80)
    .map(
      (parts) =>
        new RegExp(`^${parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+')}$`),
    );
}
