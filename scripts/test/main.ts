/** Runs every check there is, goes on after a failing one, and ends with the line `N passed, N failed`. */
import { runJestProject } from './jest-project.ts';
import { runOnce, runScript } from './one-check.ts';
import { addUp, type Count } from './count.ts';

const started = Date.now();
const checks: { title: string; run: () => Promise<Count> }[] = [
  { title: 'Type check', run: () => runScript('typecheck') },
  { title: 'Lint', run: () => runScript('lint') },
  { title: 'Format', run: () => runScript('format:check') },
  { title: 'Import directions', run: () => runScript('imports') },
  { title: 'dist/ is what src/ builds to', run: () => runOnce(process.execPath, ['scripts/check-dist.mjs']) },
  { title: 'Unit tests', run: () => runJestProject('unit') },
  { title: 'A deploy disturbed at every call, and other long stories', run: () => runJestProject('matrix') },
  { title: 'Contract tests', run: () => runJestProject('contract') },
  { title: 'Tests of the bundle', run: () => runJestProject('bundle') },
  { title: 'Tests on the local stage', run: () => runJestProject('e2e', ['--runInBand']) },
];

const counts: Count[] = [];
const failing: string[] = [];
for (const [index, { title, run }] of checks.entries()) {
  console.log(`\n=== ${index + 1}/${checks.length} ${title}`);
  const from = Date.now();
  const count = await run();
  counts.push(count);
  if (count.failed > 0) failing.push(title);
  console.log(`=== ${title}: ${count.failed === 0 ? 'ok' : 'FAILED'}, ${seconds(from)} s`);
}

const { passed, failed, leftOut } = addUp(counts);
console.log(`\nAll checks took ${seconds(started)} s.`);
for (const title of failing) console.log(`FAILED: ${title}`);
for (const what of [...(JSON.parse(process.env['LEFT_OUT'] ?? '[]') as string[]), ...leftOut]) {
  console.log(`LEFT OUT: ${what}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function seconds(from: number): string {
  return ((Date.now() - from) / 1000).toFixed(1);
}
