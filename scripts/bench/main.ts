/**
 * The benchmark: measures the figures that the design promises and prints them as one table. Started by
 * `npm run bench`, or by `npm run bench -- NAME…` for some of them. Exit 0 when all could be measured; what misses its
 * target is marked in the table, for a busy machine is no broken promise.
 */
import { cpus, loadavg } from 'node:os';
import { calls } from './calls.ts';
import { cancel } from './cancel.ts';
import { codebuild } from './codebuild.ts';
import { coldStart } from './cold-start.ts';
import { contextHash } from './context-hash.ts';
import { cookbooks } from './cookbooks.ts';
import type { Figure, Measured } from './figure.ts';
import { lateness } from './lateness.ts';
import { manyServices } from './many-services.ts';
import { ownTime } from './own-time.ts';
import { planOfTen } from './plan.ts';
import { returnAfterRollout } from './return-after-rollout.ts';

/** One group after the other, for they want the machine for themselves; rollouts, though, do nothing but wait. */
const groups = [
  [coldStart],
  [contextHash],
  [codebuild],
  [cookbooks],
  [lateness],
  [calls],
  [manyServices],
  [planOfTen],
  [cancel],
  [returnAfterRollout, ownTime],
];
const figures = groups.flat();

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => figures.every((figure) => figure.name !== name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Known: ${figures.map(({ name }) => name).join(', ')}.`);
  process.exitCode = 2;
} else {
  const isChosen = ({ name }: Figure): boolean => asked.length === 0 || asked.includes(name);
  process.exitCode = await bench(groups.map((group) => group.filter(isChosen)));
}

async function bench(chosen: readonly (readonly Figure[])[]): Promise<number> {
  const lines: Measured[] = [];
  let isComplete = true;
  for (const group of chosen) {
    const measured = await Promise.all(group.map(measure));
    lines.push(...measured.flatMap((found) => found ?? []));
    isComplete &&= measured.every((found) => found !== undefined);
  }
  printTable(lines);
  return isComplete ? 0 : 1;
}

async function measure(figure: Figure): Promise<Measured[] | undefined> {
  try {
    return await figure.measure((what) => console.log(`${what} …`));
  } catch (error) {
    console.error(`${figure.name} could not be measured:`, error);
    return undefined;
  }
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
