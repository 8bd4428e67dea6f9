import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderPages } from '../../scripts/docs/pages.ts';
import { OWN_OPTIONS } from '../../src/adapters/command-line/arguments.ts';
import { inputsOf } from '../../src/config/input-commands.ts';
import { COMMANDS } from '../../src/config/plan.ts';
import { deployConfig } from '../../src/config/schema.ts';
import { OUTCOMES } from '../../src/errors.ts';
import { exitCodeOf } from '../../src/report/exit-code.ts';

const text = (path: string) => readFileSync(path, 'utf8');
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const pages = await renderPages(text);

it.each(pages.map(({ path, text: wanted }) => [path, wanted]))(
  '%s is what `npm run docs` writes',
  (path, wanted) => {
    expect(text(path)).toBe(wanted);
  },
);

describe.each(PAGES)('%s', (path) => {
  const page = text(path);

  it('links to files and headings that exist', () => {
    const broken = [...page.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const linked = file === '' ? path : join(dirname(path), file);
        return !existsSync(linked) || (anchor !== undefined && !anchorsOf(text(linked)).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  it('names files that exist', () => {
    const named = [...page.matchAll(/`((?:src|docs|examples|scripts|schema|__tests__)\/[\w./-]*\w)`/g)];
    expect(named.map(([, file = '']) => file).filter((file) => !existsSync(file))).toEqual([]);
  });

  it('writes command lines with options that the command has', () => {
    const lines = [...page.matchAll(/\bdeploy-action ([a-z]+)((?: +(?:--)?[^\s`|]+)*)/g)];
    const unknown = lines.flatMap(([, word = '', rest = '']) => {
      const command = COMMANDS.find((known) => known === word);
      if (command === undefined) return [];
      const known: string[] = [...inputsOf(command), ...OWN_OPTIONS].map(({ name }) => `--${name}`);
      const given = [...rest.matchAll(/ (--[a-z-]+)/g)].map(([, option = '']) => option);
      return given.filter((option) => !known.includes(option)).map((option) => `${word} ${option}`);
    });
    expect(unknown).toEqual([]);
  });

  it('claims no test against AWS', () => {
    expect(page).not.toMatch(/tested (?:against|on|with) (?:real )?AWS/i);
  });
});

it('docs/inputs.md tells of every outcome that a run can have, with its exit code', () => {
  const rows = new Map(
    [...text('docs/inputs.md').matchAll(/^\| `([a-z-]+)` +\| .* \| ([\d, or]+?) +\|$/gm)].map(
      ([, outcome = '', exit = '']) => [outcome, exit.split(/, (?:or )?/)[0]],
    ),
  );
  // A cancelled run exits with its signal's number.
  const wanted = OUTCOMES.map((outcome): [string, string] => [
    outcome,
    outcome === 'cancelled' ? '130' : String(exitCodeOf({ outcome })),
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(wanted));
});

describe('the README', () => {
  const readme = text('README.md');
  const section = (title: string) => new RegExp(`^## ${title}\n([^]*?)\n## `, 'm').exec(readme)?.[1] ?? '';

  it('is short enough for five minutes', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(251);
  });

  it('names every command', () => {
    const terminal = section('In a terminal');
    expect(COMMANDS.filter((command) => !new RegExp(`\\b${command}\\b`).test(terminal))).toEqual([]);
  });

  it('names every page of docs/', () => {
    const named = new Set([...readme.matchAll(/\]\((docs\/[\w-]+\.md)[)#]/g)].map(([, page]) => page));
    expect(PAGES.filter((page) => page.startsWith('docs/') && !named.has(page))).toEqual([]);
  });

  it('says what is not ours, R7, R9, R24 and R27 among it, and what to use instead', () => {
    const entries = section('What is not ours').split(/^- /m).slice(1);
    expect(entries.length).toBeGreaterThan(4);
    for (const word of [
      'EnterStandby',
      'database',
      'launch lifecycle hook',
      'create-launch-template-version',
    ]) {
      expect(entries.filter((entry) => entry.includes(word))).toHaveLength(1);
    }
  });
});

it('docs/permissions.md leads to every policy', () => {
  const policies = readdirSync('docs/iam').filter(
    (name) => !['trust-policy.json', 'deploy-policy.json'].includes(name),
  );
  expect(policies.filter((name) => !text('docs/permissions.md').includes(`](iam/${name})`))).toEqual([]);
});

it('ARCHITECTURE.md calls no command and no section of deploy.yml unknown that is there', () => {
  const here: readonly string[] = [...COMMANDS, ...Object.keys(deployConfig.shape)];
  const unknown = /^- \*\*Only keys that work are accepted\.\*\* ([^]*?) are unknown keys/m.exec(
    text('ARCHITECTURE.md'),
  );
  const named = [...(unknown?.[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => name);
  expect(named.filter((name) => here.includes(name))).toEqual([]);
});

/** As GitHub makes them from headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}
