import { breaker } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';
import { startAttempt, type Crossing, type Fate } from './support/attempt.ts';
import {
  doneIn,
  firstAndLast,
  fullDeploy,
  happyCalls,
  migrations,
  sayCount,
  servesTheNewRevision,
  type HappyCall,
  type Scenario,
} from './support/scenario.ts';

const SIDES = ['before', 'after'] as const;
const AGAIN = { 'at once': 0, 'ten minutes later': 600_000 } as const;

const failingMigration: Scenario = async () => {
  const shop = new Shop({ serviceDeployments: true });
  shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 6, exitCode: 1 });
  return shop;
};

const calls = await happyCalls(fullDeploy);
/** Worker is up when web, whose tasks crash, is rolled back by ECS. */
const failingRollout: Scenario = async () => {
  const shop = await fullDeploy();
  shop.aws.ecs.nextRollout('web', breaker({ afterSeconds: 30 }));
  return shop;
};

const failing = await happyCalls(failingMigration, 1);
const sinceTheTask = firstAndLast(since('RunTask', failing));
const rolling = await happyCalls(failingRollout, 1);
const sinceTheUpdate = firstAndLast(since('UpdateService', rolling));

const matrix = (rows: readonly HappyCall[]) =>
  rows.flatMap((row) =>
    SIDES.flatMap((side) =>
      Object.entries(AGAIN).map(([when, pause]): [Crossing['side'], string, string, number, HappyCall] => [
        side,
        `${row.operation} #${row.nth}`,
        when,
        pause,
        row,
      ]),
    ),
  );

function since(operation: string, rows: readonly HappyCall[]): HappyCall[] {
  const first = rows.findIndex((row) => row.operation === operation);
  return rows.slice(first);
}

function killAt(call: HappyCall, where: Crossing['side']) {
  return ({ index, side }: Crossing, fate: Fate) => {
    if (index === call.index && side === where) fate.kill();
  };
}

describe('kill matrix', () => {
  afterAll(() =>
    sayCount(
      `kill matrix: ${calls.length + sinceTheTask.length + sinceTheUpdate.length} calls × ${SIDES.length} sides × run again ${Object.keys(AGAIN).join(' or ')}`,
    ),
  );

  it.each(matrix(calls))(
    'killed %s %s and run again %s, the deploy comes to its end, and nothing is done twice',
    async (side, _call, _when, pause, row) => {
      const shop = await fullDeploy();
      // What runs must be found, not only what a token remembers.
      shop.aws.ecs.keepsClientTokens = false;
      const killed = await startAttempt(shop, { onCrossing: killAt(row, side) });
      await shop.clock.advance(pause);

      const second = await startAttempt(shop, { attempt: 2 });

      expect(killed.exitCode).toBeUndefined();
      expect(second.host.annotations.filter(({ level }) => level === 'error')).toEqual([]);
      expect(second.exitCode).toBe(0);
      expect(servesTheNewRevision(shop)).toBe(true);
      expect(doneIn(shop)).toEqual({ builds: 1, revisions: 2, tasks: 1, updates: 2 });
      expect(exitCodes(shop)).toEqual([0]);
    },
  );

  it.each(matrix(sinceTheTask))(
    'killed %s %s and run again %s, a migration that failed is started anew and never beside itself',
    async (side, _call, _when, pause, row) => {
      const shop = await failingMigration();
      await startAttempt(shop, { onCrossing: killAt(row, side) });
      await shop.clock.advance(pause);

      // Where the failing one had not ended, or not even begun, the second attempt sees it fail.
      for (let attempt = 2; attempt <= 3; attempt += 1) {
        const { exitCode } = await startAttempt(shop, { attempt });
        if (exitCode === 0) break;
        expect(doneIn(shop)).toMatchObject({ tasks: 1, updates: 0 });
      }

      expect(servesTheNewRevision(shop)).toBe(true);
      expect(doneIn(shop)).toEqual({ builds: 1, revisions: 2, tasks: 2, updates: 2 });
      expect(exitCodes(shop)).toEqual([1, 0]);
      const [first, second] = migrations(shop);
      expect(second!.createdAt).toBeGreaterThanOrEqual(first!.stoppedAt!);
    },
  );

  it.each(matrix(sinceTheUpdate))(
    'killed %s %s and run again %s, a rollout that failed is never green, and the services stay together',
    async (side, _call, _when, pause, row) => {
      const shop = await failingRollout();
      await startAttempt(shop, { onCrossing: killAt(row, side) });
      await shop.clock.advance(pause);

      const { exitCode, host } = await startAttempt(shop, { attempt: 2 });

      expect(servesTheNewRevision(shop)).toBe(exitCode === 0);
      expect(host.outputs['outcome']).toBe(exitCode === 0 ? 'completed' : 'rolled-back');
      const generations = ['web', 'worker'].map((name) =>
        shop.aws.ecs.service(name).taskDefinition.split(':').at(-1),
      );
      expect(new Set(generations).size).toBe(1);
      expect(exitCodes(shop)).toEqual([0]);
    },
  );
});

describe('the second attempt of a run that died amid its rollouts', () => {
  it('sends back all that the run changed when one of them fails', async () => {
    const shop = await fullDeploy();
    shop.aws.ecs.nextRollout('worker', breaker({ afterSeconds: 30 }));
    await startAttempt(shop, {
      onCrossing: ({ side }, fate) => {
        if (side === 'after' && shop.aws.callsOf('UpdateService').length === 2) fate.kill();
      },
    });

    const { exitCode, host } = await startAttempt(shop, { attempt: 2 });

    expect(exitCode).toBe(1);
    expect(host.outputs['outcome']).toBe('rolled-back');
    expect(['web', 'worker'].map((name) => shop.aws.ecs.service(name).taskDefinition)).toEqual([
      expect.stringMatching(/\/web:1$/),
      expect.stringMatching(/\/worker:1$/),
    ]);
  });
});

function exitCodes(shop: Shop): (number | undefined)[] {
  return migrations(shop).map(({ containers }) => containers.find(({ name }) => name === 'web')?.exitCode);
}
