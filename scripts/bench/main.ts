/**
 * The benchmark: measures the figures that the design promises and prints them as one table. Started by
 * `npm run bench`, or by `npm run bench -- NAME…` for some of them. Exit 0 when all could be measured; what misses its
 * target is marked in the table, for a busy machine is no broken promise.
 */
import { cpus, loadavg } from 'node:os';
import { coldStart } from './cold-start.ts';
import { contextHash } from './context-hash.ts';
import type { Figure, Measured } from './figure.ts';
import { ownTime } from './own-time.ts';
import { returnAfterRollout } from './return-after-rollout.ts';

const figures = [coldStart, contextHash, returnAfterRollout, ownTime];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => figures.every((figure) => figure.name !== name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Known: ${figures.map(({ name }) => name).join(', ')}.`);
  process.exitCode = 2;
} else {
  process.exitCode = await bench(figures.filter(({ name }) => asked.length === 0 || asked.includes(name)));
}

async function bench(chosen: readonly Figure[]): Promise<number> {
  const lines: Measured[] = [];
  let failures = 0;
  // One after the other: each wants the machine for itself.
  for (const figure of chosen) {
    try {
      lines.push(...(await figure.measure((what) => console.log(`${what} …`))));
    } catch (error) {
      failures += 1;
      console.error(`${figure.name} could not be measured:`, error);
    }
  }
  printTable(lines);
  return failures === 0 ? 0 : 1;
}

function printTable(lines: readonly Measured[]): void {
  console.log('\n| figure | target | measured | reached | how |\n| --- | --- | --- | --- | --- |');
  for (const { what, target, measured, holds, how } of lines)
    console.log(`| ${[what, target, measured, holds ? 'yes' : 'NO', how].join(' | ')} |`);
  const [lastMinute = 0] = loadavg();
  console.log(
    `\nNode ${process.versions.node}, ${cpus().length} cores, load of the last minute ${lastMinute.toFixed(1)}.`,
  );
}
