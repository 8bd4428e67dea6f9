import type { FaultKind } from '../fakes/aws/faults.ts';
import type { Shop } from '../fakes/shop.ts';
import { shopOnCodeBuild } from '../fakes/shop-on-codebuild.ts';
import { startAttempt } from './support/attempt.ts';
import {
  firstAndLast,
  happyCalls,
  sayCount,
  servesTheNewRevision,
  type HappyCall,
} from './support/scenario.ts';

const LOST: readonly FaultKind[] = [
  'connection-reset-before',
  'connection-reset-after',
  'truncated-body',
  'empty-answer',
  'http-500',
  'throttle',
];
const CALLS = ['BatchGetProjects', 'ListBuildsForProject', 'StartBuild', 'BatchGetBuilds'];

function builds({ aws }: Shop) {
  return aws.codebuild.builds;
}

describe('a fault at a call to CodeBuild', () => {
  it.each(
    CALLS.flatMap((operation) =>
      LOST.flatMap((kind) => [true, false].map((token) => [operation, kind, token] as const)),
    ),
  )(
    'R16 %s, %s (tokens remembered: %s): the deploy succeeds with one build',
    async (operation, kind, token) => {
      const shop = shopOnCodeBuild();
      shop.aws.codebuild.keepsTokens = token;
      shop.aws.fault({ operation, kind });

      const { exitCode, host } = await startAttempt(shop);

      expect(host.annotations.filter(({ level }) => level === 'error')).toEqual([]);
      expect(exitCode).toBe(0);
      expect(builds(shop)).toHaveLength(1);
    },
  );

  it('outlives more refusals of BatchGetBuilds than the SDK repeats, and still sees the end', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.fault({ operation: 'BatchGetBuilds', kind: 'throttle', times: 60, nth: 2 });

    expect((await startAttempt(shop)).exitCode).toBe(0);
  });

  it('a build that CodeBuild does not find right after its start is waited for', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.nextBuild('shop-build', { missingFor: 20 });

    expect((await startAttempt(shop)).exitCode).toBe(0);
    expect(builds(shop)).toHaveLength(1);
  });

  it('rights that are missing end the wait at once, and the build that still runs is named', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.fault({ operation: 'BatchGetBuilds', kind: 'access-denied', times: Infinity });

    const { exitCode, host } = await startAttempt(shop);

    const { id } = builds(shop)[0]!;
    expect(exitCode).toBe(1);
    expect(host.infos).toContain(
      `Build ${id} still runs. End it with: aws codebuild stop-build --id ${id} --region ap-northeast-1`,
    );
    expect(host.annotations.map(({ message }) => message).join('\n')).toContain(
      'Allow codebuild:BatchGetBuilds',
    );
    expect(shop.clock.elapsed).toBeLessThan(15_000);
  });

  it('a log that cannot be read has no say in how the build ended', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.fault({ operation: 'GetLogEvents', kind: 'access-denied', times: Infinity });

    expect((await startAttempt(shop)).exitCode).toBe(0);
  });
});

const rows = firstAndLast((await happyCalls(async () => shopOnCodeBuild())).filter(isOfTheBuild));
const AGAIN = { 'at once': 0, 'ten minutes later': 600_000 } as const;

/** The log's reader is one of those that only show. */
function isOfTheBuild({ service, operation }: HappyCall): boolean {
  return service === 'codebuild' || operation === 'GetLogEvents';
}

describe('kill and cancel matrix of a build', () => {
  afterAll(() =>
    sayCount(
      `kill and cancel matrix of a build: ${rows.length} calls × 2 sides × run again ${Object.keys(AGAIN).join(' or ')}, or cancelled`,
    ),
  );

  const cells = rows.flatMap((row) =>
    (['before', 'after'] as const).map((side) => [side, `${row.operation} #${row.nth}`, row] as const),
  );

  it.each(
    cells.flatMap((cell) => Object.entries(AGAIN).map(([when, pause]) => [...cell, when, pause] as const)),
  )('killed %s %s and run again, one build was started in all', async (side, _call, row, _when, pause) => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.keepsTokens = false;
    const killed = await startAttempt(shop, {
      onCrossing: (crossing, fate) => {
        if (crossing.index === row.index && crossing.side === side) fate.kill();
      },
    });
    await shop.clock.advance(pause);

    const second = await startAttempt(shop, { attempt: 2 });

    expect(killed.exitCode).toBeUndefined();
    expect(second.host.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(second.exitCode).toBe(0);
    expect(builds(shop)).toHaveLength(1);
    expect(servesTheNewRevision(shop)).toBe(true);
  });

  it.each(cells)('cancelled %s %s no build goes on', async (side, _call, row) => {
    const shop = shopOnCodeBuild();
    const { exitCode, secondsToExit } = await startAttempt(shop, {
      onCrossing: (crossing, fate) => {
        if (crossing.index === row.index && crossing.side === side) fate.cancel('SIGTERM');
      },
    });

    expect(exitCode).toBe(143);
    expect(secondsToExit).toBeLessThanOrEqual(7);
    expect(builds(shop).filter(({ status }) => status === 'IN_PROGRESS')).toEqual([]);
  });
});

describe('a run that is killed while its build goes on', () => {
  const WHERE = ['ListBuildsForProject', 'StartBuild', 'BatchGetBuilds', 'GetLogEvents'];

  it.each(
    WHERE.flatMap((operation) => (['before', 'after'] as const).map((side) => [side, operation] as const)),
  )('R16 %s %s follows the same build when it runs again, and comes to its end', async (side, operation) => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.keepsTokens = false;
    let seen = 0;
    const killed = await startAttempt(shop, {
      onCrossing: (crossing, fate) => {
        // Before a call it is not recorded yet: the one before it tells where we are.
        if (crossing.side !== side) return;
        if (side === 'after' && shop.aws.calls.at(-1)?.operation === operation) fate.kill();
        if (side === 'before' && shop.aws.calls.at(-1)?.operation === operation && (seen += 1) === 1)
          fate.kill();
      },
    });
    expect(killed.exitCode).toBeUndefined();

    const second = await startAttempt(shop, { attempt: 2 });

    expect(second.exitCode).toBe(0);
    expect(builds(shop)).toHaveLength(1);
    expect(second.host.outputs['image-digest']).toMatch(/^sha256:c+1$/);
  });

  it('a build of this run that failed is started anew, and not followed', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.nextBuild('shop-build', { fails: { phase: 'BUILD' } });
    expect((await startAttempt(shop)).exitCode).toBe(1);

    expect((await startAttempt(shop, { attempt: 2 })).exitCode).toBe(0);

    expect(builds(shop).map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });
});
