import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFiles } from '../../src/adapters/files.ts';
import { readContextTag } from '../../src/steps/image/context-tag.ts';
import { largest, median, type Figure } from './figure.ts';

const FILES = 10_000;
const FOLDERS = 200;
const IGNORED_FILES = 2000;
const RUNS = 5;
const TARGET_SECONDS = 1.5;

/** What finding out that nothing has to be built takes. */
export const contextHash: Figure = {
  name: 'context-hash',

  async measure(onProgress) {
    onProgress(`Hashing a build context of ${FILES} files`);
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      makeContext(folder);
      const seconds: number[] = [];
      for (let run = 0; run < RUNS; run += 1) seconds.push(await secondsOfTag(folder));
      const middle = median(seconds);
      return [
        {
          what: `Content tag of a context of ${FILES.toLocaleString('en')} files`,
          target: `≤ ${TARGET_SECONDS} s`,
          measured: `${middle.toFixed(2)} s (${Math.min(...seconds).toFixed(2)}–${largest(seconds).toFixed(2)})`,
          holds: middle <= TARGET_SECONDS,
          how: `median (range) of ${RUNS} in one process; the files are in the page cache, ${IGNORED_FILES.toLocaleString('en')} more are ignored`,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function secondsOfTag(folder: string): Promise<number> {
  const start = performance.now();
  await readContextTag(
    { files: createFiles(folder), signal: new AbortController().signal },
    { image: { context: '.', dockerfile: 'Dockerfile', buildArguments: {}, secrets: [] }, commit: '' },
  );
  return (performance.now() - start) / 1000;
}

/** Sizes as in a web application: most files small, every hundredth 200 kB; and a node_modules that is ignored. */
function makeContext(root: string): void {
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\nCOPY . .\n');
  writeFileSync(join(root, '.dockerignore'), 'node_modules\n**/*.log\n!keep.log\ntmp/*\n');
  for (let index = 0; index < FILES; index += 1) {
    const parent = join(root, `src-${index % 20}`, `part-${index % FOLDERS}`);
    mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, `file-${index}.ts`), `${index}\n`.repeat(index % 100 === 0 ? 40_000 : 500));
  }
  mkdirSync(join(root, 'node_modules'));
  for (let index = 0; index < IGNORED_FILES; index += 1)
    writeFileSync(join(root, 'node_modules', `module-${index}.js`), '0');
}
