/** Prints the median seconds that the content tag of a context of 10,000 files takes: `node scripts/bench/context-hash.ts`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFiles } from '../../src/adapters/files.ts';
import { readContextTag } from '../../src/steps/context-tag.ts';

const FILES = 10_000;
const FOLDERS = 200;
const RUNS = 5;

const folder = mkdtempSync(join(tmpdir(), 'context-hash-'));
try {
  makeContext(folder);
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    await readContextTag(
      { files: createFiles(folder) },
      { image: { context: '.', dockerfile: 'Dockerfile', buildArguments: {}, secrets: [] }, commit: '' },
    );
    seconds.push((performance.now() - start) / 1000);
  }
  const median = seconds.sort((one, other) => one - other)[Math.floor(RUNS / 2)] ?? 0;
  console.log(
    JSON.stringify({
      name: 'context hash',
      files: FILES,
      runs: RUNS,
      medianSeconds: Number(median.toFixed(3)),
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
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
  for (let index = 0; index < 2000; index += 1)
    writeFileSync(join(root, 'node_modules', `module-${index}.js`), '0');
}
