import { finish } from '../../src/commands/finish.ts';
import { Shop } from '../fakes/shop.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import { startAttempt } from '../matrix/support/attempt.ts';

const target = (id: string, revision: string) => ({
  Id: id,
  Arn: clusterArn('staging'),
  EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
});
const pins = (shop: Shop) =>
  ['first', 'second'].map((rule) =>
    JSON.stringify(shop.aws.events.targets(rule)).replace(/.*task-definition\/([\w:]+).*/, '$1'),
  );
const serving = (shop: Shop) =>
  ['web', 'worker'].map((name) => shop.aws.ecs.service(name).taskDefinition.split('/').at(-1));

function shopWithTwo(onCancel: 'keep' | 'rollback'): Shop {
  const shop = new Shop({ serviceDeployments: true });
  shop.configure(
    (yaml) => `${yaml}schedules: [{ rule: first }, { rule: second }]\nrollout: { on-cancel: ${onCancel} }\n`,
  );
  for (const name of ['first', 'second'])
    shop.aws.events.addRule(name, { targets: [target('one', 'web:1')] });
  return shop;
}

/** A deploy that something ends when the first schedule has moved, its answer still on the way. */
function endedAmid(shop: Shop, how: 'kill' | 'cancel') {
  return startAttempt(shop, {
    onCrossing: ({ side }, fate) => {
      const isThere = side === 'after' && shop.aws.callsOf('PutTargets').length === 1;
      if (!isThere) return;
      if (how === 'kill') fate.kill();
      else fate.cancel('SIGTERM');
    },
  });
}

describe('a run that is killed while it moves schedules', () => {
  it('with on-cancel: rollback has its post step take back schedules and services', async () => {
    const shop = shopWithTwo('rollback');
    const { exitCode, host } = await endedAmid(shop, 'kill');
    expect(exitCode).toBeUndefined();
    expect(pins(shop)).toEqual(['web:2', 'web:1']);

    await finish({ ...shop.world(), host });

    expect(pins(shop)).toEqual(['web:1', 'web:1']);
    expect(serving(shop)).toEqual(['web:1', 'worker:1']);
    expect(host.lines).toContain('rule first, target one: back on web:1');
  });

  it('with on-cancel: keep has its post step name what has moved, and changes nothing', async () => {
    const shop = shopWithTwo('keep');
    const { host } = await endedAmid(shop, 'kill');
    const before = shop.aws.mutations().length;

    await finish({ ...shop.world(), host });

    expect(shop.aws.mutations()).toHaveLength(before);
    expect(host.lines.join('\n')).toContain('rule first was moved target one from web:1 to web:2');
  });

  it('is completed by a second attempt, which moves the rest alone', async () => {
    const shop = shopWithTwo('rollback');
    await endedAmid(shop, 'kill');

    const { exitCode } = await startAttempt(shop, { attempt: 2 });

    expect(exitCode).toBe(0);
    expect(pins(shop)).toEqual(['web:2', 'web:2']);
    expect(shop.aws.callsOf('PutTargets').map(({ input }) => input['Rule'])).toEqual(['first', 'second']);
  });

  it('leaves in its post step what somebody else has changed since', async () => {
    const shop = shopWithTwo('rollback');
    const { host } = await endedAmid(shop, 'kill');
    shop.aws.events.putTarget('first', target('one', 'web:9'));

    await finish({ ...shop.world(), host });

    expect(pins(shop)).toEqual(['web:9', 'web:1']);
  });
});

describe('a run that is cancelled while it moves schedules', () => {
  it('with on-cancel: rollback takes back schedules and services itself, at once', async () => {
    const shop = shopWithTwo('rollback');

    const { exitCode, secondsToExit, host } = await endedAmid(shop, 'cancel');

    expect(exitCode).toBe(143);
    expect(secondsToExit).toBeLessThanOrEqual(7);
    expect(pins(shop)).toEqual(['web:1', 'web:1']);
    expect(serving(shop)).toEqual(['web:1', 'worker:1']);
    expect(host.outputs['outcome']).toBe('cancelled');
    const before = shop.aws.mutations().length;
    await finish({ ...shop.world(), host });
    expect(shop.aws.mutations()).toHaveLength(before);
  });

  it('with on-cancel: keep names what has moved', async () => {
    const shop = shopWithTwo('keep');

    const { exitCode, host } = await endedAmid(shop, 'cancel');

    expect(exitCode).toBe(143);
    expect(pins(shop)[0]).toBe('web:2');
    expect(serving(shop)).toEqual(['web:2', 'worker:2']);
    expect(host.lines.join('\n')).toContain('rule first was moved target one from web:1 to web:2');
  });
});
