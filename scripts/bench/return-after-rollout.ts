import { completes } from '../../__tests__/fakes/aws/fake-aws.ts';
import { deployWithBundle } from './bundle-run.ts';
import { largest, median, percentile, type Figure } from './figure.ts';

const ROLLOUTS = 20;
const SHORTEST_SECONDS = 5;
const LONGEST_SECONDS = 120;
const TARGET_SECONDS = 2;

/** How long after ECS has completed a rollout the step still runs. All rollouts at once, for all they do is wait. */
export const returnAfterRollout: Figure = {
  name: 'return',

  async measure(onProgress) {
    onProgress(`Following ${ROLLOUTS} rollouts of ${SHORTEST_SECONDS} to ${LONGEST_SECONDS} s`);
    const late = await Promise.all(Array.from({ length: ROLLOUTS }, (_, index) => lateness(lengthOf(index))));
    const worst = percentile(late, 95);
    return [
      {
        what: 'Return after the rollout is COMPLETED',
        target: `≤ ${TARGET_SECONDS} s`,
        measured: `${worst.toFixed(2)} s (median ${median(late).toFixed(2)}, at most ${largest(late).toFixed(2)})`,
        holds: worst <= TARGET_SECONDS,
        how: `95th percentile of ${ROLLOUTS} rollouts of ${SHORTEST_SECONDS} to ${LONGEST_SECONDS} s, to the end of the process; AWS is a local fake on the real clock`,
      },
    ];
  },
};

/** In equal steps that are no multiple of any interval at which somebody could ask. */
function lengthOf(index: number): number {
  return SHORTEST_SECONDS + (index * (LONGEST_SECONDS - SHORTEST_SECONDS)) / (ROLLOUTS - 1);
}

/** Seconds from the moment of completion to the end of the process. */
async function lateness(rolloutSeconds: number): Promise<number> {
  const { calls, endedAt } = await deployWithBundle(completes({ afterSeconds: rolloutSeconds }));
  const update = calls.find(({ operation }) => operation === 'UpdateService');
  if (update === undefined) throw new Error('no service was updated');
  return (endedAt - update.at) / 1000 - rolloutSeconds;
}
