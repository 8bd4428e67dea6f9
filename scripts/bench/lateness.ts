import { completes } from '../../__tests__/fakes/aws/fake-aws.ts';
import { percentile, median, type Figure, type Measured } from './figure.ts';
import { followOnFakeClock } from './fake-rollout.ts';
import { waiterLateness } from './sdk-waiter.ts';

/** How long the rollouts take, and how often each is followed: long ones cost more to follow. */
const ROLLOUTS = [
  { seconds: 20, runs: 60 },
  { seconds: 60, runs: 40 },
  { seconds: 120, runs: 30 },
  { seconds: 300, runs: 20 },
  { seconds: 600, runs: 20 },
];
const TARGET_SECONDS = 2;

/** How long after the end of a rollout the wait ends: our poller on a fake clock, beside the SDK's waiter. */
export const lateness: Figure = {
  name: 'lateness',

  async measure(onProgress) {
    const lines: Measured[] = [];
    for (const { seconds, runs } of ROLLOUTS) {
      onProgress(`Following ${runs} rollouts of ${seconds} s on a fake clock`);
      const late: number[] = [];
      for (let run = 0; run < runs; run += 1) late.push(await ours(seconds + Math.random() * 3));
      const worst = percentile(late, 95);
      const waiter = (longest: number) =>
        percentile(waiterLateness({ shortest: 15, longest, seconds }), 95).toFixed(0);
      lines.push({
        what: `Lateness after a rollout of ${seconds} s`,
        target: `≤ ${TARGET_SECONDS} s`,
        measured: `${worst.toFixed(2)} s (median ${median(late).toFixed(2)}); SDK waiter ${waiter(120)} s (15–120 s) and ${waiter(600)} s (15–600 s)`,
        holds: worst <= TARGET_SECONDS,
        how: `95th percentile of ${runs} rollouts on a fake clock, the real poller, AWS answers at once; the waiter's of 20,000 trials of its formula`,
      });
    }
    return lines;
  },
};

async function ours(seconds: number): Promise<number> {
  const { startedAt, endedAt } = await followOnFakeClock({
    services: 1,
    script: completes({ afterSeconds: seconds }),
    timeoutSeconds: 3600,
  });
  return (endedAt - startedAt) / 1000 - seconds;
}
