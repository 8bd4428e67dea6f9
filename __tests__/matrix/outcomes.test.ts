import type { Outcome } from '../../src/errors.ts';
import {
  breaker,
  completes,
  crashLoops,
  neverSteady,
  scaledToZero,
  shiftsTraffic,
  supersededBy,
} from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';
import { sayCount } from './support/scenario.ts';

/** What ECS goes through, and what is to be said of it; worker completes unless the row says otherwise. */
interface Sequence {
  /** Only where the services have service deployments, or only where they have none; else both. */
  only?: 'service deployments' | 'deployments[]';
  setup?: ConstructorParameters<typeof Shop>[0];
  rollout?: string;
  yaml?: (yaml: string) => string;
  script?: (shop: Shop) => void;
  /** Of the run. */
  outcome: Outcome;
  /** Of each service; absent where no service was touched. */
  services?: readonly [web: Outcome, worker: Outcome];
  /** What they run at the end. */
  runs: readonly [web: string, worker: string];
  exitCode?: number;
}

const next =
  (script: Parameters<Shop['aws']['ecs']['nextRollout']>[1]) =>
  (shop: Shop): void =>
    shop.aws.ecs.nextRollout('web', script);
const OLD = ['web:1', 'worker:1'] as const;
const NEW = ['web:2', 'worker:2'] as const;
const NOBODY_ROLLS_BACK = { deploymentCircuitBreaker: { enable: true, rollback: false } };
const NO_BREAKER = { deploymentCircuitBreaker: { enable: false, rollback: false } };
const BLUE_GREEN = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 };
const PAUSING = {
  ...BLUE_GREEN,
  lifecycleHooks: [
    {
      targetType: 'PAUSE',
      lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 15, action: 'ROLLBACK' },
    },
  ],
};

/** Registers a revision of web that is nobody's of this run, and gives its ARN. */
function otherRevision(shop: Shop): string {
  const { definition } = shop.aws.ecs.taskDefinitions.find('web')!;
  return shop.aws.ecs.register({ ...definition, cpu: '1024' }).arn;
}

const SEQUENCES: Readonly<Record<string, Sequence>> = {
  'R17: our revision completes': { outcome: 'completed', services: ['completed', 'completed'], runs: NEW },
  'old tasks drain long after the new ones run': {
    script: next(completes({ afterSeconds: 10, drainSeconds: 120 })),
    outcome: 'completed',
    services: ['completed', 'completed'],
    runs: NEW,
  },
  'nothing is to be changed': {
    outcome: 'no-change',
    services: ['no-change', 'no-change'],
    runs: NEW,
  },
  'R14: the breaker rolls back, and the old deployment is PRIMARY again under its old id': {
    script: next(breaker()),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'R14: the breaker rolls back slowly, and is followed': {
    script: next(breaker({ rollbackSeconds: 240 })),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'the breaker rolls back, and that fails too': {
    only: 'service deployments',
    script: next(breaker({ rollbackFails: true })),
    outcome: 'rollback-failed',
    services: ['rollback-failed', 'rolled-back'],
    runs: OLD,
  },
  'rollback is off: we send it back': {
    setup: { deploymentConfiguration: { web: NOBODY_ROLLS_BACK } },
    script: next(breaker({ rollback: false })),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'rollback is off, and on-failure leaves it': {
    setup: { deploymentConfiguration: { web: NOBODY_ROLLS_BACK } },
    rollout: 'on-failure: leave',
    script: next(breaker({ rollback: false })),
    outcome: 'failed',
    services: ['failed', 'completed'],
    runs: NEW,
  },
  'only what failed goes back': {
    setup: { deploymentConfiguration: { web: NOBODY_ROLLS_BACK } },
    rollout: 'on-failure: rollback-failed',
    script: next(breaker({ rollback: false })),
    outcome: 'rolled-back',
    services: ['rolled-back', 'completed'],
    runs: ['web:1', 'worker:2'],
  },
  'the breaker is off, and every task crashes alike': {
    setup: { deploymentConfiguration: { web: NO_BREAKER } },
    script: next(crashLoops({ everySeconds: 10, exitCode: 3 })),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'what is sent back does not come up either': {
    setup: { deploymentConfiguration: { web: NOBODY_ROLLS_BACK } },
    rollout: 'timeout: 5m',
    script: (shop) => {
      shop.aws.ecs.nextRollout('web', breaker({ rollback: false }));
      shop.aws.ecs.nextRollout('web', neverSteady());
    },
    outcome: 'rollback-failed',
    services: ['rollback-failed', 'rolled-back'],
    runs: OLD,
  },
  'a first deployment, with nothing that ECS could go back to': {
    setup: { web: { neverServed: true } },
    rollout: 'timeout: 5m',
    script: (shop) => {
      shop.aws.ecs.nextRollout('web', breaker());
      shop.aws.ecs.nextRollout('web', neverSteady());
    },
    outcome: 'rollback-failed',
    services: ['rollback-failed', 'rolled-back'],
    runs: OLD,
  },
  'R21: nothing ran before, and the fix completes': {
    setup: { web: { neverServed: true } },
    outcome: 'completed',
    services: ['completed', 'completed'],
    runs: NEW,
  },
  'a newer deployment takes over in mid-wait': {
    // The newer revision is registered while we wait.
    script: (shop) =>
      shop.aws.ecs.nextRollout('web', (rollout) => supersededBy(otherRevision(shop))(rollout)),
    outcome: 'superseded',
    services: ['superseded', 'completed'],
    runs: ['web:3', 'worker:2'],
  },
  'it never becomes steady, and goes back': {
    rollout: 'timeout: 5m',
    script: next(neverSteady()),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'it never becomes steady, and is left': {
    rollout: 'timeout: 5m, on-failure: leave',
    script: next(neverSteady()),
    outcome: 'timed-out',
    services: ['timed-out', 'completed'],
    runs: NEW,
    exitCode: 124,
  },
  'minimum and maximum percent leave no room to move': {
    setup: {
      deploymentConfiguration: { web: { ...NO_BREAKER, minimumHealthyPercent: 100, maximumPercent: 100 } },
    },
    rollout: 'timeout: 5m',
    script: next(neverSteady()),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'R13: somebody scales it to zero in mid-wait': {
    script: next(scaledToZero()),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'R13: it is scaled to zero': {
    script: (shop) => shop.aws.ecs.updateService('web', { desiredCount: 0 }),
    outcome: 'refused',
    runs: OLD,
  },
  'R13: it is scaled to zero on purpose': {
    yaml: (yaml) =>
      yaml.replace('services: [web, worker]', 'services: [{ name: web, minimum-tasks: 0 }, worker]'),
    script: (shop) => shop.aws.ecs.updateService('web', { desiredCount: 0 }),
    outcome: 'completed',
    services: ['completed', 'completed'],
    runs: NEW,
  },
  'R13: fewer tasks run than there must be': {
    yaml: (yaml) =>
      yaml.replace('services: [web, worker]', 'services: [{ name: web, minimum-tasks: 3 }, worker]'),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'a DAEMON service completes': {
    setup: { web: { schedulingStrategy: 'DAEMON' } },
    outcome: 'completed',
    services: ['completed', 'completed'],
    runs: NEW,
  },
  'CODE_DEPLOY is its controller': {
    setup: { web: { deploymentController: { type: 'CODE_DEPLOY' } } },
    outcome: 'refused',
    runs: OLD,
  },
  'EXTERNAL is its controller': {
    setup: { web: { deploymentController: { type: 'EXTERNAL' } } },
    outcome: 'refused',
    runs: OLD,
  },
  'R11: one of the services is not there': {
    yaml: (yaml) => yaml.replace('services: [web, worker]', 'services: [web, worker, wroker]'),
    outcome: 'failed',
    runs: OLD,
  },
  'the run is cancelled': {
    script: (shop) => {
      shop.aws.ecs.nextRollout('web', neverSteady());
      shop.clock.at(60_000, () => shop.cancel());
    },
    outcome: 'cancelled',
    services: ['cancelled', 'cancelled'],
    runs: NEW,
    exitCode: 130,
  },
  'R18: blue/green completes': {
    only: 'service deployments',
    setup: { deploymentConfiguration: { web: BLUE_GREEN } },
    outcome: 'completed',
    services: ['completed', 'completed'],
    runs: NEW,
  },
  'R18: an alarm ends a blue/green deployment while it bakes': {
    only: 'service deployments',
    setup: { deploymentConfiguration: { web: BLUE_GREEN } },
    script: next(shiftsTraffic({ alarmAt: 'BAKE_TIME' })),
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'R19: it is paused, and handed over': {
    only: 'service deployments',
    setup: { deploymentConfiguration: { web: PAUSING } },
    rollout: 'on-pause: hand-over',
    outcome: 'paused',
    services: ['paused', 'completed'],
    runs: NEW,
    exitCode: 0,
  },
  'R19: it is paused until it expires': {
    only: 'service deployments',
    setup: { deploymentConfiguration: { web: PAUSING } },
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'R20: somebody stops it with ROLLBACK': {
    only: 'service deployments',
    script: (shop) => {
      shop.aws.ecs.nextRollout('web', neverSteady());
      shop.clock.at(60_000, () => {
        void shop.aws
          .connect()
          .then(({ ecs }) =>
            ecs.stopServiceDeployment(shop.aws.ecs.service('web').currentServiceDeployment ?? '', 'ROLLBACK'),
          );
      });
    },
    outcome: 'rolled-back',
    services: ['rolled-back', 'rolled-back'],
    runs: OLD,
  },
  'R20: somebody stops it with ABORT': {
    only: 'service deployments',
    rollout: 'on-failure: leave',
    script: (shop) => {
      shop.aws.ecs.nextRollout('web', neverSteady());
      shop.clock.at(60_000, () => {
        void shop.aws
          .connect()
          .then(({ ecs }) =>
            ecs.stopServiceDeployment(shop.aws.ecs.service('web').currentServiceDeployment ?? '', 'ABORT'),
          );
      });
    },
    outcome: 'failed',
    services: ['failed', 'completed'],
    runs: NEW,
  },
};
const KINDS = ['service deployments', 'deployments[]'] as const;
const rows = Object.entries(SEQUENCES).flatMap(([what, sequence]) =>
  KINDS.filter((kind) => (sequence.only ?? kind) === kind).map(
    (kind): [string, Outcome, (typeof KINDS)[number], Sequence] => [what, sequence.outcome, kind, sequence],
  ),
);

describe('outcome table', () => {
  afterAll(() => sayCount(`outcome table: ${Object.keys(SEQUENCES).length} sequences, ${rows.length} rows`));

  it.each(rows)('%s: %s (by %s)', async (_what, outcome, kind, sequence) => {
    const { setup, rollout, yaml = (text: string) => text, script } = sequence;
    const shop = new Shop({ serviceDeployments: kind === 'service deployments', ...setup });
    shop.configure((text) => `${yaml(text)}rollout: { ${rollout ?? 'timeout: 10m'} }\n`);
    if (outcome === 'no-change') await shop.deploy();
    else script?.(shop);
    shop.host.forget();

    const exitCode = await shop.deploy();

    const result = JSON.parse(shop.host.results.at(-1) ?? '{}') as {
      outcome: Outcome;
      services: { name: string; outcome: Outcome }[];
    };
    const runs = ['web', 'worker'].map((name) => shop.aws.ecs.service(name).taskDefinition.split('/').at(-1));
    expect({ outcome: result.outcome, services: result.services, runs, exitCode }).toEqual({
      outcome,
      services: (sequence.services ?? []).map(
        (of, index) => expect.objectContaining({ name: ['web', 'worker'][index], outcome: of }) as unknown,
      ),
      runs: sequence.runs,
      exitCode: sequence.exitCode ?? (outcome === 'completed' || outcome === 'no-change' ? 0 : 1),
    });
    expect(shop.host.outputs['outcome']).toBe(outcome);
    expect(shop.host.openGroups).toBe(0);
    // Green is only what serves.
    const isGreen = exitCode === 0 && outcome !== 'paused';
    expect(isGreen).toBe(['completed', 'no-change'].includes(outcome));
  });
});
