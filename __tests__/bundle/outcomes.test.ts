import { jest } from '@jest/globals';
import {
  breaker,
  completes,
  neverSteady,
  shiftsTraffic,
  supersededBy,
  type RolloutScript,
} from '../fakes/aws/fake-aws.ts';
import { openFakeShop, type FakeShop } from './fake-shop.ts';

// The outcome table of the matrix, in process, has every sequence; here the bundle itself comes to each outcome.
jest.setTimeout(60_000);

const config = (rollout: string, service = 'web') => `version: 1
image: { repository: shop }
environments: { staging: { branch: develop, cluster: staging } }
services: [${service}]
rollout: ${rollout}
`;
const soon = completes({ afterSeconds: 0.3 });
const failsFast = (more: object = {}) => breaker({ afterSeconds: 0.6, rollbackSeconds: 0.2, ...more });
const ourCopy = (shop: FakeShop) => {
  const { definition } = shop.aws.ecs.taskDefinitions.find('web:1') ?? {};
  return shop.aws.ecs.register({ ...definition, family: 'web' });
};

/** A service that ECS does not send back by itself. */
const withoutRollback = ({ aws }: FakeShop) =>
  aws.ecs.addService({
    cluster: 'staging',
    name: 'plain',
    taskDefinition: 'web',
    desiredCount: 1,
    launchType: 'FARGATE',
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
  });

interface Row {
  rollout?: string;
  /** What the rollouts meet, the way back included. */
  meets?: readonly ((rollout: Parameters<RolloutScript>[0], shop: FakeShop) => void)[];
  prepare?: (shop: FakeShop) => void;
  service?: string;
  outcome: string;
  exitCode: number;
}

const ROWS: Record<string, Row> = {
  'it completes': { meets: [soon], outcome: 'completed', exitCode: 0 },
  'the circuit breaker rolls it back': {
    meets: [failsFast()],
    outcome: 'rolled-back',
    exitCode: 1,
  },
  'it fails, and is left as it is': {
    service: 'plain',
    prepare: withoutRollback,
    rollout: '{ on-failure: leave }',
    meets: [failsFast({ rollback: false })],
    outcome: 'failed',
    exitCode: 1,
  },
  'it fails, and so does the way back': {
    service: 'plain',
    prepare: withoutRollback,
    meets: [failsFast({ rollback: false }), failsFast({ rollback: false })],
    outcome: 'rollback-failed',
    exitCode: 1,
  },
  'somebody deploys a newer revision meanwhile': {
    meets: [
      (rollout, shop) =>
        rollout.after(0.3, () => {
          ourCopy(shop);
          supersededBy('web:3', { afterSeconds: 0.2 })(rollout);
        }),
    ],
    outcome: 'superseded',
    exitCode: 1,
  },
  'it never becomes steady, and is left': {
    rollout: '{ timeout: 3s, on-failure: leave }',
    meets: [neverSteady()],
    outcome: 'timed-out',
    exitCode: 124,
  },
  'it is scaled to zero': {
    service: 'idle',
    prepare: ({ aws }) =>
      aws.ecs.addService({ cluster: 'staging', name: 'idle', taskDefinition: 'web', desiredCount: 0 }),
    outcome: 'refused',
    exitCode: 1,
  },
  'it waits for a person at a lifecycle hook': {
    rollout: '{ on-pause: hand-over }',
    service: 'shop',
    prepare: ({ aws }) => {
      aws.ecs.addService({
        cluster: 'staging',
        name: 'shop',
        taskDefinition: 'web',
        desiredCount: 1,
        launchType: 'FARGATE',
        serviceDeployments: true,
        deploymentConfiguration: {
          strategy: 'BLUE_GREEN',
          bakeTimeInMinutes: 5,
          lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
        },
      });
      aws.ecs.nextRollout('shop', shiftsTraffic({ stageSeconds: 0.1 }));
    },
    outcome: 'paused',
    exitCode: 0,
  },
};

describe('the bundle comes to every outcome', () => {
  it.each(Object.entries(ROWS))(
    '%s',
    async (_, { rollout = '{}', service = 'web', meets = [], prepare, ...wanted }) => {
      const [first = soon, ...more] = meets;
      const shop: FakeShop = await openFakeShop({
        files: { '.github/deploy.yml': config(rollout, service) },
        rollout: (met) => first(met, shop),
      });
      try {
        prepare?.(shop);
        const scripts = service === 'web' ? more : meets;
        for (const script of scripts) shop.aws.ecs.nextRollout(service, (met) => script(met, shop));
        const run = await shop.run({ inputs: { image: 'v2' } });
        expect({ outcome: run.outputs['outcome'], exitCode: run.exitCode }).toEqual(wanted);
      } finally {
        await shop.close();
      }
    },
  );

  it('there is nothing to change', async () => {
    const shop = await openFakeShop({ files: { '.github/deploy.yml': config('{}') } });
    try {
      const inputs = { image: 'v2' };
      expect((await shop.run({ inputs })).outputs['outcome']).toBe('completed');
      const again = await shop.run({ inputs });
      expect({ outcome: again.outputs['outcome'], exitCode: again.exitCode }).toEqual({
        outcome: 'no-change',
        exitCode: 0,
      });
    } finally {
      await shop.close();
    }
  });
});
