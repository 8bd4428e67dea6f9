import type { FaultKind } from '../fakes/aws/faults.ts';
import { Shop } from '../fakes/shop.ts';
import { startAttempt } from './support/attempt.ts';
import {
  firstAndLast,
  happyCalls,
  sayCount,
  servesTheNewRevision,
  type HappyCall,
  type Scenario,
} from './support/scenario.ts';

const BLUE_GREEN = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 };
const PAUSING = {
  ...BLUE_GREEN,
  lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
};

/** A deploy whose web shifts its traffic. */
const blueGreen: Scenario = async () =>
  new Shop({ serviceDeployments: true, deploymentConfiguration: { web: BLUE_GREEN } });

/** `continue`, of what a deploy has handed over. */
const continuing: Scenario = async () => {
  const shop = new Shop({ serviceDeployments: true, deploymentConfiguration: { web: PAUSING } });
  shop.configure((yaml) => `${yaml}rollout: { on-pause: hand-over }\n`);
  await startAttempt(shop);
  shop.aws.calls.length = 0;
  shop.host.inputs = { command: 'continue' };
  return shop;
};

/** What a rolling deploy does not do alike: the matrices of `fullDeploy` hold the rest. */
const OF_A_SHIFT = ['UpdateService', 'DescribeServices', 'DescribeServiceDeployments'];

const shifting = firstAndLast(await happyCalls(blueGreen)).filter(({ operation }) =>
  OF_A_SHIFT.includes(operation),
);
const continued = firstAndLast(await happyCalls(continuing));
const scenarios: [name: string, open: Scenario, calls: readonly HappyCall[]][] = [
  ['a blue/green deploy', blueGreen, shifting],
  ['continue', continuing, continued],
];

const MENDED = ['throttle', 'http-500', 'connection-reset-after', 'truncated-body', 'empty-answer'] as const;
const matrix = <F extends string>(faults: readonly F[]) =>
  scenarios.flatMap(([name, open, calls]) =>
    calls.flatMap((call) =>
      faults.map((fault): [string, string, F, Scenario, HappyCall] => [
        name,
        `${call.operation} #${call.nth}`,
        fault,
        open,
        call,
      ]),
    ),
  );

const acts = (shop: Shop) =>
  shop.aws.callsOf('ContinueServiceDeployment').filter(({ carriedOut }) => carriedOut).length;
const updates = (shop: Shop) =>
  shop.aws.callsOf('UpdateService').filter(({ carriedOut }) => carriedOut).length;
const meeting = (shop: Shop, kind: FaultKind, { index, operation }: HappyCall, times: number) => ({
  onCrossing: (at: { index: number; side: string }) => {
    if (at.index === index && at.side === 'before') shop.aws.fault({ operation, kind, times });
  },
});

describe('R16 and R18: traffic shifts', () => {
  afterAll(() =>
    sayCount(
      `traffic shift matrix: ${shifting.length + continued.length} calls × ${MENDED.length + 1} faults; continue: ${continued.length} calls × 2 sides killed, × 2 signals`,
    ),
  );

  it.each(matrix(MENDED))(
    '%s: %s gets over %s, and nothing is done twice',
    async (_n, _c, fault, open, row) => {
      const shop = await open();
      const before = { acts: acts(shop), updates: updates(shop) };
      const { exitCode, host } = await startAttempt(
        shop,
        meeting(shop, fault, row, fault === 'throttle' ? 4 : 1),
      );
      expect({ exitCode, outcome: host.outputs['outcome'] }).toEqual({ exitCode: 0, outcome: 'completed' });
      expect(servesTheNewRevision(shop)).toBe(true);
      const isContinue = open === continuing;
      expect(acts(shop) - before.acts).toBe(isContinue ? 1 : 0);
      expect(updates(shop) - before.updates).toBe(isContinue ? 0 : 2);
    },
  );

  it.each(matrix(['access-denied']))(
    '%s: %s %s is never green by mistake, and named',
    async (_n, _c, fault, open, row) => {
      const shop = await open();
      const { exitCode, host } = await startAttempt(shop, meeting(shop, fault, row, Infinity));
      expect(['completed', 'no-change'].includes(host.outputs['outcome'] ?? '')).toBe(exitCode === 0);
      if (exitCode === 0) expect(servesTheNewRevision(shop)).toBe(true);
      expect([...host.lines, ...host.debugLines].join('\n')).toContain(`${row.service}:${row.operation}`);
    },
  );
});

const onContinue = <T extends string>(ways: readonly T[]) =>
  continued.flatMap((row) =>
    ways.map((way): [string, T, HappyCall] => [`${row.operation} #${row.nth}`, way, row]),
  );

describe('R19: continue', () => {
  it.each(onContinue(['before', 'after']))(
    'killed at %s (%s) has acted once at most, and the same again or `wait` ends well',
    async (_call, when, row) => {
      const shop = await continuing();
      await startAttempt(shop, {
        onCrossing: ({ index, side }, fate) => {
          if (index === row.index && side === when) fate.kill();
        },
      });
      const again = await startAttempt(shop, { attempt: 2 });
      if (again.exitCode !== 0) {
        // It has been acted on, and there is nothing left to continue: that is said, and `wait` follows it.
        expect(again.host.outputs['outcome']).toBe('refused');
        shop.host.inputs = { command: 'wait' };
        expect((await startAttempt(shop, { attempt: 3 })).exitCode).toBe(0);
      }
      expect(acts(shop)).toBe(1);
      expect(servesTheNewRevision(shop)).toBe(true);
    },
  );

  it.each(onContinue(['SIGINT', 'SIGTERM']))(
    'cancelled at %s by %s ends at once, and names what goes on',
    async (_call, signal, row) => {
      const shop = await continuing();
      const { exitCode, secondsToExit, host } = await startAttempt(shop, {
        onCrossing: ({ index, side }, fate) => {
          if (index === row.index && side === 'after') fate.cancel(signal);
        },
      });
      // Only the record was left to write.
      if (exitCode === 0) {
        expect(servesTheNewRevision(shop)).toBe(true);
        return;
      }
      expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(secondsToExit).toBeLessThanOrEqual(7);
      const told = host.lines.join('\n');
      const isOpen = acts(shop) === 1 && !servesTheNewRevision(shop);
      if (isOpen) expect(told).toContain('aws ecs stop-service-deployment --service-deployment-arn');
    },
  );
});
