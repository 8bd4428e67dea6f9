import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { CancelledError, DeployError, ERROR_CODES, UsageError, type ErrorCode } from '../../src/errors.ts';
import { errorPage } from '../../src/report/error-text.ts';
import { exitCodeOf } from '../../src/report/exit-code.ts';
import { sourceFiles } from './docs-support.ts';

/** What stands in the place of a message for a code that src/ does not throw yet. */
const NOT_YET = '(no message yet)';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];
const page = readFileSync('docs/errors.md', 'utf8');
const entries = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split(/\n(?:## .*)?/);
      return [heading, lines.join('\n')];
    }),
);
const sources = sourceFiles('src').map((path) => ({ path, text: readFileSync(path, 'utf8') }));

it('has an entry for every code, and none without one, in the order of the code', () => {
  expect([...entries.keys()]).toEqual(codes);
});

it('is where an error says that one can read on', () => {
  expect(errorPage('ROLE_DENIED')).toBe('docs/errors.md#role_denied');
});

/** Behind the list of codes itself, errors.ts throws too. */
const throwing = sources
  .map(({ path, text }) => (path === 'src/errors.ts' ? (text.split('export type ErrorCode')[1] ?? '') : text))
  .join('\n');

it('says of codes that are never thrown, and of no others, that there is no message yet', () => {
  const never = codes.filter((code) => !throwing.includes(`'${code}'`));
  expect(codes.filter((code) => entries.get(code)?.includes(NOT_YET))).toEqual(never);
});

describe.each(codes)('%s', (code) => {
  const entry = entries.get(code) ?? '';

  it('says how the run ends', () => {
    expect(entry).toContain(endOf(code));
  });

  it('says cause and cure', () => {
    expect(entry).toMatch(/^- \*\*Cause:\*\* \S/m);
    expect(entry).toMatch(/^- \*\*Cure:\*\* \S/m);
  });

  it('shows a message that the code can make', () => {
    const [, shown = ''] = /^```text\n(.*)\n```$/m.exec(entry) ?? [];
    if (shown === NOT_YET) return;
    const message = shown.replace(`✗ ${code}: `, '').replace(/^\.github\/deploy\.yml:\d+:\d+: /, '');
    expect(shown).toMatch(`✗ ${code}: `);
    expect([message].filter((text) => !templatesOf(code).some((template) => template.test(text)))).toEqual(
      [],
    );
  });
});

function endOf(code: ErrorCode): string {
  const error =
    code === 'CANCELLED'
      ? new CancelledError('SIGINT')
      : ERROR_CODES[code] === 'usage'
        ? new UsageError([{ code, message: '' }])
        : new DeployError(code, '');
  const exitCode = exitCodeOf({ outcome: error.outcome }, error);
  if (error.isUsage) return `Ends the run before anything is touched (exit code ${exitCode}).`;
  const more = code === 'CANCELLED' ? `, or ${new CancelledError('SIGTERM').exitCode} for SIGTERM` : '';
  return `Ends the run as \`${error.outcome}\` (exit code ${exitCode}${more}).`;
}

/**
 * The texts of the files that name the code (of all of config/ for a configuration, of errors.ts for what AWS says), as
 * patterns: each `${…}` in them stands for anything.
 */
function templatesOf(code: ErrorCode): RegExp[] {
  return sources
    .filter(
      ({ path, text }) =>
        path === 'src/errors.ts' ||
        text.includes(`'${code}'`) ||
        (ERROR_CODES[code] === 'usage' && path.startsWith('src/config/')),
    )
    .flatMap(({ path, text }) => textsOf(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)))
    .filter((parts) => /[a-z]{3}| \(/.test(parts.join('')))
    .map((parts) => new RegExp(`^${parts.map(escaped).join('.+')}$`, 's'));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function textsOf(node: ts.Node): string[][] {
  const own = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) ? [[node.text]] : [];
  const template = ts.isTemplateExpression(node)
    ? [[node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]]
    : [];
  const inner: string[][] = [];
  node.forEachChild((child) => {
    inner.push(...textsOf(child));
  });
  return [...own, ...template, ...inner];
}
