import { completes } from '../../__tests__/fakes/aws/fake-aws.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../../__tests__/fakes/shop.ts';
import type { Figure, Measured } from './figure.ts';

const SERVICES = 50;
const RUNS = 3;
const SLOWEST_SECONDS = 300;
const FASTEST_SECONDS = 60;
const TARGET_SECONDS = 5;

interface Deployed {
  /** Beyond the slowest rollout, in seconds. */
  beyond: number;
  /** Of that, the steps whose calls ECS limits, in seconds. */
  registering: number;
  recording: number;
  calls: number;
}

/**
 * A whole deploy of fifty services: what it takes beyond its slowest rollout. AWS throttles as it documents; where each
 * service has a family of its own, that is what most of the time is for.
 */
export const manyServices: Figure = {
  name: 'many-services',

  async measure(onProgress) {
    const lines: Measured[] = [];
    for (const families of [1, SERVICES]) {
      const of = families === 1 ? 'of one family' : 'of a family each';
      onProgress(`Deploying ${SERVICES} services ${of} ${RUNS} times on a fake clock`);
      const runs: Deployed[] = [];
      for (let run = 0; run < RUNS; run += 1) runs.push(await deployOnce(families));
      const worst = runs.reduce((one, other) => (one.beyond >= other.beyond ? one : other));
      const { beyond, registering, recording, calls } = worst;
      const own = beyond - registering - recording;
      lines.push({
        what: `Deploy of ${SERVICES} services ${of} beyond its slowest rollout`,
        target: families === 1 ? `≤ ${TARGET_SECONDS} s` : `≤ ${TARGET_SECONDS} s, and what ECS allows`,
        measured:
          families === 1
            ? `${beyond.toFixed(2)} s`
            : `${beyond.toFixed(2)} s: ${registering.toFixed(1)} s to register, ${recording.toFixed(1)} s to record, ${own.toFixed(2)} s the rest`,
        holds: (families === 1 ? beyond : own) <= TARGET_SECONDS,
        how: `the most of ${RUNS} whole deploys with rollouts of ${FASTEST_SECONDS} to ${SLOWEST_SECONDS} s, ${calls} calls, none throttled; a fake AWS that answers at once and has the documented limits, a fake clock`,
      });
    }
    return lines;
  },
};

async function deployOnce(families: number): Promise<Deployed> {
  const shop = shopOfMany(families);
  shop.aws.throttleLikeAws();
  const exitCode = await shop.deploy();
  if (exitCode !== 0) throw new Error(shop.host.lines.slice(-10).join('\n'));
  const throttled = shop.aws.calls.filter(({ refused }) => refused === 'ThrottlingException');
  if (throttled.length > 0) throw new Error(`${throttled.length} calls were throttled`);
  const timings = JSON.parse(shop.host.outputs['timings'] ?? '{}') as Partial<Record<string, number>>;
  return {
    beyond: shop.clock.elapsed / 1000 - SLOWEST_SECONDS,
    registering: timings['register'] ?? 0,
    recording: timings['record'] ?? 0,
    calls: shop.aws.calls.length,
  };
}

function shopOfMany(families: number): Shop {
  const shop = new Shop({ serviceDeployments: true });
  const names = Array.from({ length: SERVICES }, (_, index) => `service-${index + 1}`);
  const familyOf = (index: number) => `family-${(index % families) + 1}`;
  const step = (SLOWEST_SECONDS - FASTEST_SECONDS) / (SERVICES - 1);
  for (let index = 0; index < families; index += 1)
    shop.aws.ecs.register({
      family: familyOf(index),
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [{ name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true }],
    });
  names.forEach((name, index) => {
    shop.aws.ecs.addService({
      cluster: 'staging',
      name,
      taskDefinition: familyOf(index),
      desiredCount: 2,
      launchType: 'FARGATE',
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      serviceDeployments: true,
    });
    shop.aws.ecs.nextRollout(name, completes({ afterSeconds: FASTEST_SECONDS + index * step }));
  });
  shop.configure((yaml) =>
    yaml.replace('[web, worker]', `[${names.join(', ')}]`).replace(/^migrate:.*\n/m, ''),
  );
  return shop;
}
