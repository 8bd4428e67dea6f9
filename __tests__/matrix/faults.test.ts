import type { FaultKind } from '../fakes/aws/faults.ts';
import { Shop } from '../fakes/shop.ts';
import { startAttempt, type Attempt, type Crossing, type Fate } from './support/attempt.ts';
import {
  commandsThatEnd,
  doneIn,
  firstAndLast,
  fullDeploy,
  happyCalls,
  olderServices,
  promotion,
  sayCount,
  secondAttempt,
  servesTheNewRevision,
  type HappyCall,
  type Scenario,
} from './support/scenario.ts';

interface Row extends HappyCall {
  open: Scenario;
  /** What the same process still calls afterwards. */
  later: readonly HappyCall[];
}

/** What a later try gets over: the deploy succeeds, and nothing is done twice. */
const MENDED = [
  'throttle',
  'http-500',
  'connection-reset-before',
  'connection-reset-after',
  'time-out-before',
  'time-out-after',
  'truncated-body',
  'empty-answer',
] as const;
/** What no later try gets over. */
const FATAL = ['access-denied', 'expired-token'] as const;

/** Without these a deploy knows or shows less, and succeeds. */
const DISPENSABLE = [
  'GetLogEvents',
  'ListServiceDeployments',
  'DescribeServiceDeployments',
  'DescribeServiceRevisions',
  'DescribeRepositories',
  'GetLifecyclePolicy',
  'TagResource',
];

/** Said in other words, or not worth a word. */
const SILENT: Readonly<Record<string, string>> = {
  DescribeRepositories: 'ecr:DescribeRepositories',
  GetLifecyclePolicy: 'ecr:GetLifecyclePolicy',
};

function isDispensable({ operation, nth }: HappyCall): boolean {
  // The third looks at the tag `sha-COMMIT`, which is a name for people.
  return DISPENSABLE.includes(operation) || (operation === 'DescribeImages' && nth === 3);
}

/** Of each scenario the first and the last call of each operation; later scenarios add what earlier ones lack. */
async function rows(): Promise<Row[]> {
  const found: Row[] = [];
  for (const open of [fullDeploy, promotion, secondAttempt, olderServices]) {
    const calls = (await happyCalls(open)).filter(({ service }) => service !== 'builder');
    const known = new Set(found.map(({ operation }) => operation));
    found.push(
      ...firstAndLast(calls)
        .filter(({ operation }) => !known.has(operation))
        .map((call) => ({ ...call, open, later: calls.filter(({ index }) => index > call.index) })),
    );
  }
  return found;
}

const calls = await rows();
const matrix = <F extends string>(faults: readonly F[]) =>
  calls.flatMap((call) =>
    faults.map((fault): [string, F, Row] => [`${call.operation} #${call.nth}`, fault, call]),
  );

/** Lets the process meet the fault at one call of it. */
function meeting(shop: Shop, fault: FaultKind | 'time-out-before' | 'time-out-after', row: Row) {
  return ({ index, side }: Crossing, fate: Fate) => {
    if (index !== row.index) return;
    if (fault === 'time-out-before' || fault === 'time-out-after') {
      if (fault === `time-out-${side}`) fate.timeOut();
      return;
    }
    if (side === 'after') return;
    // Rights that are missing stay so, and what expired does so for every call.
    const times =
      fault === 'throttle' ? 4 : fault === 'access-denied' || fault === 'expired-token' ? Infinity : 1;
    const operation = fault === 'expired-token' ? '*' : row.operation;
    shop.aws.fault({ operation, kind: fault, times });
  };
}

function expectTruth(shop: Shop, { exitCode, host }: Attempt): void {
  expect(['completed', 'no-change'].includes(host.outputs['outcome'] ?? '')).toBe(exitCode === 0);
  if (exitCode === 0) expect(servesTheNewRevision(shop)).toBe(true);
  expect(host.openGroups).toBe(0);
}

describe('R16: fault matrix', () => {
  afterAll(() => sayCount(`fault matrix: ${calls.length} calls × ${MENDED.length + FATAL.length} faults`));

  it.each(matrix(MENDED))('%s gets over %s, and nothing is done twice', async (_call, fault, row) => {
    const undisturbed = await row.open();
    await startAttempt(undisturbed);
    const shop = await row.open();

    const attempt = await startAttempt(shop, { onCrossing: meeting(shop, fault, row) });

    expect(attempt.host.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(attempt.exitCode).toBe(0);
    expect(attempt.host.outputs['outcome']).toBe('completed');
    expectTruth(shop, attempt);
    expect(doneIn(shop)).toEqual(doneIn(undisturbed));
  });

  it.each(matrix(FATAL))('%s is told of by name and ends at once: %s', async (_call, fault, row) => {
    const shop = await row.open();
    const { service, operation } = row;
    let metAt = 0;
    const meet = meeting(shop, fault, row);

    const attempt = await startAttempt(shop, {
      onCrossing: (crossing, fate) => {
        if (crossing.index === row.index && crossing.side === 'before') metAt = shop.clock.now();
        meet(crossing, fate);
      },
    });

    expectTruth(shop, attempt);
    const { host, exitCode } = attempt;
    const errors = host.annotations.filter(({ level }) => level === 'error');
    const told = host.lines.join('\n');
    const isFatal =
      fault === 'access-denied' ? !isDispensable(row) : ![row, ...row.later].every(isDispensable);
    if (!isFatal) {
      expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
      expect([...host.debugLines, told, SILENT[operation]].join('\n')).toContain(`${service}:${operation}`);
      return;
    }
    expect(exitCode).toBe(1);
    expect(shop.clock.now() - metAt).toBeLessThan(60_000);
    for (const command of commandsThatEnd(shop)) expect(told).toContain(command);
    const advice =
      fault === 'access-denied' ? `Allow ${service}:${operation}` : 'Give the role as input `role`';
    expect(told).toMatch(
      fault === 'access-denied'
        ? new RegExp(`${service}:${operation}: User: .* request [0-9a-f-]{36}\\)`)
        : / \(ExpiredToken(Exception)?, request [0-9a-f-]{36}\)/,
    );
    expect(errors.map(({ message }) => message).join('\n')).toContain(advice);
  });
});

describe('a wait', () => {
  const polled = ['DescribeTasks', 'GetLogEvents', 'DescribeServices', 'DescribeServiceDeployments'];
  const last = polled.map((name) => calls.findLast(({ operation }) => operation === name)!);

  it.each(last.map((call): [string, Row] => [call.operation, call]))(
    'outlives more refusals of %s than the SDK repeats',
    async (operation, row) => {
      const shop = await row.open();

      const attempt = await startAttempt(shop, {
        onCrossing: ({ index, side }) => {
          if (index === row.index && side === 'before')
            shop.aws.fault({ operation, kind: 'throttle', times: 40 });
        },
      });

      expect(attempt.exitCode).toBe(0);
      expectTruth(shop, attempt);
    },
  );
});

describe('a task that ECS does not find right after its start', () => {
  it.each([1, 5, 30])('for %d s is waited for, and started once', async (missingFor) => {
    const shop = new Shop({ serviceDeployments: true });
    shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 40, missingFor });

    const attempt = await startAttempt(shop);

    expect(attempt.exitCode).toBe(0);
    expectTruth(shop, attempt);
    expect(doneIn(shop)).toEqual({ builds: 1, revisions: 2, tasks: 1, updates: 2 });
  });
});
