import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setUp } from '../../scripts/setup.mjs';
import { applyEdits } from '../../src/rules/cookbook/edits.ts';
import { readCookbook } from '../../src/rules/cookbook/read-cookbook.ts';
import { decodeSource, encodeSource } from '../../src/rules/cookbook/source-text.ts';
import { METADATA_FILES } from '../fixtures/cookbook/metadata-files.ts';

const fixtures = join(import.meta.dirname, '../fixtures/cookbook');
// Undefined where there is none and we may not install it; the run then names this test as left out.
const { ruby } = await setUp(['ruby']);
const whereThereIsRuby = ruby === undefined ? describe.skip : describe;

interface Evaluated {
  version?: string | null;
  rest?: unknown;
  error?: string;
}

function evaluate(paths: readonly string[]): Evaluated[] {
  const output = execFileSync(ruby ?? 'ruby', [join(fixtures, 'metadata_dsl.rb'), ...paths], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(output) as Evaluated[];
}

whereThereIsRuby('R1 real files: Ruby itself', () => {
  it('reads our numbers before and after, and everything else unchanged', () => {
    const root = mkdtempSync(join(tmpdir(), 'cookbook-ruby-'));
    try {
      const cases = METADATA_FILES.flatMap(([file]) => {
        const bytes = readFileSync(join(fixtures, 'metadata', file));
        const source = decodeSource(bytes);
        const others: Record<string, string> = {
          'c/VERSION': '4.5.6\n',
          'c/.version': '4.5.6\n',
          VERSION: '4.5.6\n',
        };
        const { cookbook } = readCookbook('c', (path) =>
          path === 'c/metadata.rb' ? source.text : others[path],
        );
        const [token] = cookbook?.versionTokens ?? [];
        // Inside instance_eval, which Chef and the DSL here use, Ruby answers nil to __dir__.
        if (token === undefined || source.text.includes('__dir__')) return [];
        const write = (side: string, edited: boolean) => {
          const at = join(root, side, file);
          const texts = { ...others, 'c/metadata.rb': source.text, 'c/README.md': 'x\n' };
          const text = texts[token.file as keyof typeof texts];
          for (const [path, content] of Object.entries(texts)) {
            const target = join(at, path);
            mkdirSync(dirname(target), { recursive: true });
            const isEdited = edited && path === token.file;
            const now = isEdited ? applyEdits(text, [{ token, text: '7.8.9' }]) : content;
            writeFileSync(target, encodeSource({ text: now, encoding: source.encoding }));
          }
          return join(at, 'c/metadata.rb');
        };
        return [{ file, token, before: write('before', false), after: write('after', true) }];
      });
      expect(cases.length).toBeGreaterThanOrEqual(45);

      const before = evaluate(cases.map((each) => each.before));
      const after = evaluate(cases.map((each) => each.after));
      const plain = (answer: Evaluated | undefined) =>
        answer?.version?.replace(/^"|(?:\\n)?"$/gu, '').replace(/\\n$/u, '');
      cases.forEach(({ file, token }, index) => {
        expect([file, before[index]?.error]).toEqual([file, undefined]);
        expect([file, plain(before[index])]).toEqual([file, token.text]);
        expect([file, plain(after[index])]).toEqual([file, '7.8.9']);
        expect([file, after[index]?.rest]).toEqual([file, before[index]?.rest]);
      });
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
