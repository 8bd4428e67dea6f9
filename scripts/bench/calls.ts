import { neverSteady } from '../../__tests__/fakes/aws/fake-aws.ts';
import type { Figure, Measured } from './figure.ts';
import { followOnFakeClock } from './fake-rollout.ts';

const SERVICES = [1, 10, 50];
const MINUTES = 5;
const TARGET = 150;

/** API calls a minute while rollouts are waited for, on services that have service deployments: two reads a look. */
export const calls: Figure = {
  name: 'calls',

  async measure(onProgress) {
    const lines: Measured[] = [];
    for (const services of SERVICES) {
      onProgress(`Waiting ${MINUTES} minutes of a fake clock for ${services} services`);
      const {
        calls: made,
        startedAt,
        endedAt,
      } = await followOnFakeClock({
        services,
        script: neverSteady(),
        timeoutSeconds: MINUTES * 60,
      });
      const aMinute = made / ((endedAt - startedAt) / 60_000);
      lines.push({
        what: `API calls a minute of waiting for ${services} ${services === 1 ? 'service' : 'services'}`,
        target: `≤ ${TARGET}`,
        measured: aMinute.toFixed(0),
        holds: aMinute <= TARGET,
        how: `counted over ${MINUTES} minutes of a fake clock, the real poller and adapters`,
      });
    }
    return lines;
  },
};
