import { completes } from '../../__tests__/fakes/aws/fake-aws.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../../__tests__/fakes/shop.ts';
import type { Figure } from './figure.ts';

const SERVICES = 50;
const RUNS = 3;
const SLOWEST_SECONDS = 300;
const FASTEST_SECONDS = 60;
const TARGET_SECONDS = 5;

/** A whole deploy of fifty services with a family each: what it takes beyond its slowest rollout. */
export const manyServices: Figure = {
  name: 'many-services',

  async measure(onProgress) {
    onProgress(`Deploying ${SERVICES} services ${RUNS} times on a fake clock`);
    const beyond: number[] = [];
    let calls = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const shop = shopOfMany();
      const exitCode = await shop.deploy();
      if (exitCode !== 0) throw new Error(shop.host.lines.slice(-10).join('\n'));
      beyond.push(shop.clock.elapsed / 1000 - SLOWEST_SECONDS);
      calls = shop.aws.calls.length;
    }
    const worst = Math.max(...beyond);
    return [
      {
        what: `Deploy of ${SERVICES} services beyond its slowest rollout`,
        target: `≤ ${TARGET_SECONDS} s`,
        measured: `${worst.toFixed(2)} s`,
        holds: worst <= TARGET_SECONDS,
        how: `the most of ${RUNS} whole deploys with rollouts of ${FASTEST_SECONDS} to ${SLOWEST_SECONDS} s, ${calls} calls; a fake AWS that answers at once, a fake clock`,
      },
    ];
  },
};

export function shopOfMany(): Shop {
  const shop = new Shop({ serviceDeployments: true });
  const names = Array.from({ length: SERVICES }, (_, index) => `service-${index + 1}`);
  const step = (SLOWEST_SECONDS - FASTEST_SECONDS) / (SERVICES - 1);
  names.forEach((name, index) => {
    shop.aws.ecs.register({
      family: name,
      cpu: '256',
      memory: '512',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      containerDefinitions: [{ name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true }],
    });
    shop.aws.ecs.addService({
      cluster: 'staging',
      name,
      taskDefinition: name,
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
