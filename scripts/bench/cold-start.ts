import { spawnSync } from 'node:child_process';
import { completes } from '../../__tests__/fakes/aws/fake-aws.ts';
import { deployWithBundle, type BundleRun } from './bundle-run.ts';
import { largest, median, type Figure, type Measured } from './figure.ts';

const RUNS = 10;
const TARGET_MS = 250;
const TARGET_BYTES = 120e6;

/** What a runner waits for before anything happens, and the memory that a whole deploy takes. */
export const coldStart: Figure = {
  name: 'cold-start',

  async measure(onProgress) {
    onProgress(`Starting the bundle ${RUNS} times`);
    const runs: BundleRun[] = [];
    for (let run = 0; run < RUNS; run += 1)
      runs.push(await deployWithBundle(completes({ afterSeconds: 0.5 })));
    return [start(runs), memory(runs)];
  },
};

function start(runs: readonly BundleRun[]): Measured {
  const times = runs.flatMap(({ startedAt, calls }) =>
    calls[0] === undefined ? [] : calls[0].at - startedAt,
  );
  const middle = median(times);
  return {
    what: 'Cold start of the bundle to its first AWS call',
    target: `≤ ${TARGET_MS} ms`,
    measured: `${middle} ms (${Math.min(...times)}–${largest(times)})`,
    holds: middle <= TARGET_MS,
    how: `median (range) of ${times.length} processes, from spawn to the arrival of the request; AWS is a local fake. An empty program took ${millisecondsOfNode()} ms`,
  };
}

/** What the machine makes of it at this moment: the part of the start that is not ours. */
function millisecondsOfNode(): string {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    spawnSync(process.execPath, ['--eval', '0']);
    return performance.now() - start;
  });
  return median(times).toFixed(0);
}

function memory(runs: readonly BundleRun[]): Measured {
  const peaks = runs.flatMap(({ peakBytes }) => peakBytes ?? []);
  const row = { what: 'Resident memory of a deploy', target: `≤ ${TARGET_BYTES / 1e6} MB` };
  if (peaks.length === 0)
    return { ...row, measured: 'not known', holds: false, how: 'only Linux tells the peak of a process' };
  const middle = median(peaks);
  return {
    ...row,
    measured: `${megabytes(middle)} MB (at most ${megabytes(largest(peaks))})`,
    holds: middle <= TARGET_BYTES,
    how: `median of the peaks (VmHWM) of ${peaks.length} whole deploys without a build`,
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
