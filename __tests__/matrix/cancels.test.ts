import { breaker, neverSteady } from '../fakes/aws/fake-aws.ts';
import type { Shop } from '../fakes/shop.ts';
import { startAttempt, type Attempt, type Crossing, type Fate } from './support/attempt.ts';
import {
  commandsThatEnd,
  firstAndLast,
  fullDeploy,
  happyCalls,
  SCHEDULES_YML,
  sayCount,
  scheduledRevisions,
  servesTheNewRevision,
  type HappyCall,
  type Scenario,
} from './support/scenario.ts';

/** Before a call is carried out, before its answer arrives, and in the wait that follows. */
const MOMENTS = ['before', 'amid', 'in the wait after'] as const;
type Moment = (typeof MOMENTS)[number];
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof SIGNALS;

const kept = fullDeploy;

/** On a cancel the migration stops and the services go back. */
const undone: Scenario = async () => {
  const shop = await fullDeploy();
  shop.configure(
    (yaml) =>
      `${yaml.replace('timeout: 10m', 'timeout: 10m, on-cancel: stop')}rollout: { on-cancel: rollback }\n${SCHEDULES_YML}`,
  );
  return shop;
};

/** Web's rollout fails, and nobody but us takes it and worker back. */
const returning: Scenario = async () => {
  const shop = await fullDeploy();
  shop.aws.ecs.nextRollout('web', breaker({ afterSeconds: 10, rollback: false }));
  return shop;
};

const calls = firstAndLast(await happyCalls(fullDeploy));
const back = await happyCalls(returning, 1);
const sinceTheReturn = firstAndLast(
  back.slice(back.findLastIndex(({ operation }) => operation === 'ListTasks')),
);

const matrix = (rows: readonly HappyCall[]) =>
  (Object.keys(SIGNALS) as Signal[]).flatMap((signal) =>
    rows.flatMap((row) =>
      MOMENTS.map((moment): [Signal, Moment, string, HappyCall] => [
        signal,
        moment,
        `${row.operation} #${row.nth}`,
        row,
      ]),
    ),
  );

interface Cancelled extends Attempt {
  /** What changed something and was sent after the signal. */
  changes: string[];
}

async function cancelAt(shop: Shop, signal: Signal, moment: Moment, row: HappyCall): Promise<Cancelled> {
  let sentBefore = Infinity;
  const attempt = await startAttempt(shop, {
    onCrossing: ({ index, side }: Crossing, fate: Fate) => {
      if (index !== row.index || (side === 'before') !== (moment === 'before')) return;
      const cancel = () => {
        // The call at which it happens was sent, whether or not it has been carried out yet.
        sentBefore = shop.aws.mutations().length + (moment === 'before' ? 1 : 0);
        fate.cancel(signal);
      };
      if (moment === 'in the wait after') shop.clock.at(shop.clock.elapsed + 100, cancel);
      else cancel();
    },
  });
  const changes = shop.aws
    .mutations()
    .slice(sentBefore)
    .map(({ operation }) => operation);
  return { ...attempt, changes };
}

function expectCancelled({ exitCode, secondsToExit, host }: Cancelled, signal: Signal): void {
  expect({ exitCode, outcome: host.outputs['outcome'] }).toEqual({
    exitCode: SIGNALS[signal],
    outcome: 'cancelled',
  });
  expect(secondsToExit).toBeLessThanOrEqual(7);
  expect(host.openGroups).toBe(0);
}

/** The signal came when only the record was left to write: the deploy ends as the success that it is. */
function isTooLate(shop: Shop, { exitCode, host }: Attempt): boolean {
  if (exitCode !== 0) return false;
  expect(host.lines).toContainEqual(expect.stringMatching(/^✓ web completed, worker completed/));
  expect(servesTheNewRevision(shop)).toBe(true);
  return true;
}

describe('cancel matrix', () => {
  afterAll(() =>
    sayCount(
      `cancel matrix: ${calls.length * 2 + sinceTheReturn.length} calls × ${MOMENTS.length} moments × ${Object.keys(SIGNALS).length} signals`,
    ),
  );

  it.each(matrix(calls))(
    '%s %s %s ends the run at once, what goes on in AWS is kept and named',
    async (signal, moment, _call, row) => {
      const shop = await kept();
      const run = await cancelAt(shop, signal, moment, row);
      if (isTooLate(shop, run)) return;

      expectCancelled(run, signal);
      // Both services are updated side by side: the other call may be under way.
      expect(row.operation === 'UpdateService' ? [] : run.changes).toEqual([]);
      expect(shop.aws.callsOf('UpdateService').length).toBeLessThanOrEqual(2);
      expect(run.host.annotations.filter(({ level }) => level === 'warning')).toEqual([]);
      const told = run.host.lines.join('\n');
      for (const command of commandsThatEnd(shop)) expect(told).toContain(command);
      const [nightly, report] = scheduledRevisions(shop);
      if (nightly !== 'worker:1') expect(told).toContain('rule nightly was moved');
      if (report !== 'web:1') expect(told).toContain('schedule report was moved');
    },
  );

  it.each(matrix(calls))(
    '%s %s %s with on-cancel stop and rollback leaves nothing of ours under way',
    async (signal, moment, _call, row) => {
      const shop = await undone();
      const run = await cancelAt(shop, signal, moment, row);
      if (isTooLate(shop, run)) return;

      expectCancelled(run, signal);
      expect(commandsThatEnd(shop)).toEqual([]);
      const undoing = ['StopTask', 'UpdateService', 'PutTargets', 'UpdateSchedule'];
      expect(run.changes.filter((change) => !undoing.includes(change))).toEqual([]);
      expect(scheduledRevisions(shop)).toEqual(['worker:1', 'web:1']);
      const told = run.host.lines.join('\n');
      if (run.changes.includes('StopTask')) expect(told).toMatch(/Task [0-9a-f]{32} was told to stop/);
    },
  );

  it.each(matrix(sinceTheReturn))(
    '%s %s %s on the way back of a failed release says where each service stands',
    async (signal, moment, _call, row) => {
      const shop = await returning();
      const run = await cancelAt(shop, signal, moment, row);
      // It was back before the signal could take effect.
      if (run.host.outputs['outcome'] === 'rolled-back') {
        expect(run.exitCode).toBe(1);
        expect(revisions(shop)).toEqual(['web:1', 'worker:1']);
        return;
      }

      expectCancelled(run, signal);
      const told = run.host.lines.join('\n');
      for (const name of ['web', 'worker']) {
        const primary = shop.aws.ecs.service(name).deployments.find(({ status }) => status === 'PRIMARY')!;
        expect(told).toContain(
          primary.taskDefinition.endsWith(':1')
            ? `${name}: on its way back to ${name}:1, not waited for`
            : `aws ecs update-service --cluster staging --service ${name} --task-definition ${name}:1`,
        );
      }
    },
  );
});

describe('on-cancel: rollback', () => {
  it('leaves alone what somebody else has deployed since', async () => {
    const shop = await undone();
    shop.aws.ecs.nextRollout('web', neverSteady());
    const row = calls.findLast(({ operation }) => operation === 'DescribeServices')!;
    const { exitCode, host } = await startAttempt(shop, {
      onCrossing: ({ index, side }, fate) => {
        if (index !== row.index || side === 'before') return;
        shop.aws.ecs.updateService('web', { taskDefinition: 'web:1', forceNewDeployment: true });
        fate.cancel('SIGINT');
      },
    });

    expect(exitCode).toBe(130);
    expect(shop.aws.callsOf('UpdateService').map(({ input }) => input['service'])).toEqual([
      'web',
      'worker',
      'worker',
    ]);
    expect(host.lines).toContain('web: another deployment has taken over and is left as it is');
  });
});

function revisions(shop: Shop): string[] {
  return ['web', 'worker'].map((name) => {
    const { taskDefinition } = shop.aws.ecs.service(name);
    return taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1);
  });
}
