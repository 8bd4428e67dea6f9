import { breaker } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';
import { clusterArn, revisionArn, RULE_TARGETS, SCHEDULES } from '../fixtures/schedules.ts';

const bare = (id: string, revision: string, cluster = 'staging') => ({
  Id: id,
  Arn: clusterArn(cluster),
  EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
});
const report = (revision: string, more: object = {}) => ({
  Name: 'report',
  Target: {
    Arn: clusterArn('staging'),
    RoleArn: 'arn:aws:iam::111111111111:role/scheduler',
    EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
  },
  ...more,
});
const pinOf = ({ EcsParameters }: { Arn: string; EcsParameters?: unknown }) =>
  (EcsParameters as { TaskDefinitionArn: string }).TaskDefinitionArn.split('/').at(-1);

/** A shop whose deploy.yml has this under `schedules`, or at its end. */
function shopWith(schedules: string, more = ''): Shop {
  const shop = new Shop({ serviceDeployments: true });
  shop.configure((yaml) => `${yaml}schedules: ${schedules}\n${more}`);
  return shop;
}

const RULE = '[{ rule: nightly }]';
const BOTH = '[{ schedule: report }, { rule: nightly }]';

/** One of each, both on the revision that runs. */
function shopWithBoth(more = ''): Shop {
  const shop = shopWith(BOTH, more);
  shop.aws.events.addRule('nightly', { targets: [bare('one', 'worker:1')] });
  shop.aws.scheduler.addSchedule(report('web:1'));
  return shop;
}

const pins = (shop: Shop) => [
  ...shop.aws.events.targets('nightly').map(pinOf),
  pinOf(shop.aws.scheduler.schedule('report').Target),
];
const errorOf = (shop: Shop) => shop.host.annotations.find(({ level }) => level === 'error');
const serving = (shop: Shop) =>
  ['web', 'worker'].map((name) => shop.aws.ecs.service(name).taskDefinition.split('/').at(-1));
interface Result {
  schedules?: { kind: string; name: string; target?: string; from: string; to: string; state: string }[];
}
const reported = (shop: Shop) => (JSON.parse(shop.host.results.at(-1) ?? '{}') as Result).schedules;

describe('R39 a rule', () => {
  it.each(Object.entries(RULE_TARGETS))('with %s changes in its revision alone', async (_what, target) => {
    const shop = shopWith(RULE);
    shop.aws.events.addRule('nightly', { targets: [target(revisionArn('web:1'))] });

    expect(await shop.deploy()).toBe(0);

    // As text: the order of the members is kept too.
    expect(JSON.stringify(shop.aws.events.targets('nightly'))).toBe(
      JSON.stringify([target(revisionArn('web:2'))]),
    );
  });

  it('with targets on several pages has only those of our families sent', async () => {
    const shop = shopWith('[{ rule: orders.bus/nightly }]');
    const others = [
      bare('other', 'billing:7'),
      { Id: 'queue', Arn: 'arn:aws:sqs:ap-northeast-1:111111111111:orders', Input: '{}' },
      // A family whose name begins like ours, and ours in another account.
      bare('longer', 'web-batch:1'),
      {
        ...bare('foreign', 'web:1'),
        EcsParameters: { TaskDefinitionArn: revisionArn('web:1').replace('111111111111', '222222222222') },
      },
    ];
    shop.aws.events.addBus('orders.bus');
    shop.aws.events.pageSize = 2;
    shop.aws.events.addRule('nightly', {
      bus: 'orders.bus',
      targets: [
        others[0]!,
        bare('web', 'web:1'),
        others[1]!,
        others[2]!,
        others[3]!,
        bare('worker', 'worker:1'),
      ],
    });

    expect(await shop.deploy()).toBe(0);

    const [put] = shop.aws.callsOf('PutTargets');
    expect(put?.input['Targets']).toEqual([bare('web', 'web:2'), bare('worker', 'worker:2')]);
    expect(shop.aws.events.targets('nightly', 'orders.bus').filter(({ Id }) => !Id.startsWith('w'))).toEqual(
      others,
    );
  });
});

describe('R39 a schedule', () => {
  it.each(Object.entries(SCHEDULES))('with %s changes in its revision alone', async (_what, schedule) => {
    const before = schedule(revisionArn('web:1'));
    const { Name, GroupName } = before;
    const shop = shopWith(`[{ schedule: ${GroupName}/${Name} }]`);
    shop.aws.scheduler.addSchedule(before);
    const stored = shop.aws.scheduler.schedule(Name, GroupName);

    expect(await shop.deploy()).toBe(0);

    const { LastModificationDate, ...after } = shop.aws.scheduler.schedule(Name, GroupName);
    expect(after).toEqual({
      ...stored,
      Target: schedule(revisionArn('web:2')).Target,
      LastModificationDate: undefined,
    });
    expect(LastModificationDate).toBeGreaterThan(stored['CreationDate'] as number);
    expect(JSON.stringify(after.Target)).toBe(JSON.stringify(schedule(revisionArn('web:2')).Target));
  });
});

describe('the schedules of a deploy', () => {
  it('move after the services completed and before the release is recorded', async () => {
    const shop = shopWithBoth();

    expect(await shop.deploy()).toBe(0);

    expect(pins(shop)).toEqual(['worker:2', 'web:2']);
    const written = shop.aws.mutations().map(({ operation }) => operation);
    expect(written.indexOf('PutTargets')).toBeGreaterThan(written.lastIndexOf('UpdateService'));
    expect(written.lastIndexOf('UpdateSchedule')).toBeLessThan(written.lastIndexOf('TagResource'));
    expect(shop.aws.ecs.service('web').deployments).toHaveLength(1);
    expect(shop.host.lines).toContainEqual(expect.stringMatching(/^✓ 2 schedules moved/));
    expect(shop.host.summaries.at(-1)).toContain(
      '| rule `nightly`, target `one` | ✅ moved | `worker:1` | `worker:2` |',
    );
    expect(reported(shop)).toEqual([
      { kind: 'schedule', name: 'report', from: 'web:1', to: 'web:2', state: 'moved' },
      { kind: 'rule', name: 'nightly', target: 'one', from: 'worker:1', to: 'worker:2', state: 'moved' },
    ]);
  });

  it('are left as they are by a second run, which changes nothing', async () => {
    const shop = shopWithBoth();
    await shop.deploy();
    const before = shop.aws.mutations().length;

    expect(await shop.deploy()).toBe(0);

    expect(shop.host.outputs['outcome']).toBe('no-change');
    expect(
      shop.aws
        .mutations()
        .slice(before)
        .map(({ operation }) => operation),
    ).not.toContain('PutTargets');
    expect(shop.aws.callsOf('UpdateSchedule')).toHaveLength(1);
    expect(reported(shop)?.map(({ state }) => state)).toEqual(['unchanged', 'unchanged']);
  });

  it('move where only they lag behind, and that is a change', async () => {
    const shop = shopWithBoth();
    await shop.deploy();
    shop.aws.events.putTarget('nightly', bare('one', 'worker:1'));

    expect(await shop.deploy()).toBe(0);

    expect(pins(shop)).toEqual(['worker:2', 'web:2']);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it('that name no revision are left alone, and that is said', async () => {
    const shop = shopWith(RULE);
    shop.aws.events.addRule('nightly', { targets: [bare('one', 'web')] });

    expect(await shop.deploy()).toBe(0);

    expect(shop.aws.callsOf('PutTargets')).toEqual([]);
    expect(reported(shop)).toEqual([
      { kind: 'rule', name: 'nightly', target: 'one', from: 'web', to: 'web:2', state: 'unpinned' },
    ]);
    expect(shop.host.lines.join('\n')).toContain('rule nightly, target one: names web without a revision');
  });

  it('that are missing end the run before anything is built, migrated or changed, all named', async () => {
    const shop = shopWith('[{ rule: gone }, { schedule: away/lost }, { rule: nightly }]');
    shop.aws.events.addRule('nightly', { targets: [bare('one', 'web:1')] });

    expect(await shop.deploy()).toBe(1);

    expect(errorOf(shop)).toMatchObject({
      title: 'SCHEDULE_NOT_FOUND',
      message: expect.stringContaining('there is no rule gone, no schedule away/lost') as string,
    });
    expect(serving(shop)).toEqual(['web:1', 'worker:1']);
    expect(shop.aws.callsOf('RunTask')).toEqual([]);
  });

  it('whose rule has no target of our families end the run, named with the families', async () => {
    const shop = shopWith(RULE);
    shop.aws.events.addRule('nightly', { targets: [bare('one', 'billing:3')] });

    expect(await shop.deploy()).toBe(1);

    expect(errorOf(shop)).toMatchObject({
      title: 'SCHEDULE_TARGET_NOT_FOUND',
      message: expect.stringContaining('rule nightly: no target starts a task of web, worker') as string,
    });
    expect(serving(shop)).toEqual(['web:1', 'worker:1']);
  });

  it('of services that are not part of this run are left alone', async () => {
    const shop = shopWithBoth();

    expect(await shop.run('deploy', { services: 'web' })).toBe(0);

    expect(pins(shop)).toEqual(['worker:1', 'web:2']);
  });

  it('stay where they are when the rollout fails', async () => {
    const shop = shopWithBoth();
    shop.aws.ecs.nextRollout('web', breaker());

    expect(await shop.deploy()).toBe(1);

    expect(pins(shop)).toEqual(['worker:1', 'web:1']);
  });
});

describe('a schedule that cannot be moved', () => {
  it('takes the release back as one: the other schedules, then the services', async () => {
    const shop = shopWithBoth();
    shop.aws.events.refuseTarget('one', { code: 'AccessDeniedException' });

    expect(await shop.deploy()).toBe(1);

    expect(pins(shop)).toEqual(['worker:1', 'web:1']);
    expect(serving(shop)).toEqual(['web:1', 'worker:1']);
    expect(shop.host.outputs).toMatchObject({ outcome: 'rolled-back', 'failed-step': 'schedules' });
    expect(errorOf(shop)?.message).toContain(
      'rule nightly was not changed: target one: The target was not taken. (AccessDeniedException)',
    );
    expect(reported(shop)?.map(({ state }) => state)).toEqual(['returned', 'failed']);
    expect(
      Object.entries(shop.host.savedState()).filter(
        ([name, text]) => /^(schedule|rollout)-/.test(name) && text !== '',
      ),
    ).toEqual([]);
  });

  it('is tried again where somebody changes it at the same moment', async () => {
    const shop = shopWithBoth();
    shop.aws.events.refuseTarget('one', { code: 'ConcurrentModificationException', times: 2 });
    shop.aws.scheduler.conflict(2);

    expect(await shop.deploy()).toBe(0);

    expect(pins(shop)).toEqual(['worker:2', 'web:2']);
  });

  it.each(['leave', 'rollback-failed'])(
    'leaves all as it is with on-failure: %s, and says so',
    async (onFailure) => {
      const shop = shopWithBoth(`rollout: { on-failure: ${onFailure} }\n`);
      shop.aws.events.refuseTarget('one', { code: 'AccessDeniedException' });

      expect(await shop.deploy()).toBe(1);

      expect(serving(shop)).toEqual(['web:2', 'worker:2']);
      expect(pins(shop)).toEqual(['worker:1', 'web:2']);
      expect(errorOf(shop)?.title).toBe('SCHEDULE_NOT_MOVED');
      expect(shop.host.lines.join('\n')).toContain('schedule report was moved from web:1 to web:2');
    },
  );

  it('leaves a schedule that somebody else has changed since', async () => {
    const shop = shopWithBoth();
    shop.aws.events.refuseTarget('one', { code: 'AccessDeniedException' });
    const { operations } = shop.aws.events;
    const put = operations['PutTargets']!;
    Object.assign(operations, {
      PutTargets: (input: object) => {
        shop.aws.scheduler.removeSchedule('report');
        shop.aws.scheduler.addSchedule(report('web:7'));
        return put(input);
      },
    });

    expect(await shop.deploy()).toBe(1);

    expect(pins(shop)).toEqual(['worker:1', 'web:7']);
  });
});

describe('schedules: auto', () => {
  function wide(): Shop {
    const shop = shopWith('auto');
    shop.aws.events.pageSize = 1;
    shop.aws.scheduler.pageSize = 1;
    shop.aws.events.addBus('orders');
    shop.aws.events.addRule('nightly', { targets: [bare('one', 'worker:1')] });
    shop.aws.events.addRule('unrelated', { targets: [bare('one', 'billing:1')] });
    shop.aws.events.addRule('on-order', {
      bus: 'orders',
      targets: [bare('a', 'billing:1'), bare('b', 'web:1')],
    });
    shop.aws.events.addRule('managed', { targets: [bare('one', 'web:1')], managedBy: 'ecs.amazonaws.com' });
    shop.aws.scheduler.addSchedule(report('web:1'));
    shop.aws.scheduler.addSchedule({ ...report('worker:1'), Name: 'weekly', GroupName: 'reports' });
    shop.aws.scheduler.addSchedule({
      Name: 'function',
      Target: {
        Arn: 'arn:aws:lambda:ap-northeast-1:111111111111:function:x',
        RoleArn: 'arn:aws:iam::1:role/x',
      },
    });
    return shop;
  }

  it('finds every rule of every bus and every schedule of every group that pins our families', async () => {
    const shop = wide();

    expect(await shop.deploy()).toBe(0);

    expect(pins(shop)).toEqual(['worker:2', 'web:2']);
    expect(shop.aws.events.targets('on-order', 'orders').map(pinOf)).toEqual(['billing:1', 'web:2']);
    expect(shop.aws.events.targets('unrelated').map(pinOf)).toEqual(['billing:1']);
    expect(shop.aws.events.targets('managed').map(pinOf)).toEqual(['web:1']);
    expect(pinOf(shop.aws.scheduler.schedule('weekly', 'reports').Target)).toBe('worker:2');
    expect(shop.aws.callsOf('GetSchedule').map(({ input }) => input['Name'])).not.toContain('function');
  });

  it('leaves to another environment what that one deployed', async () => {
    const shop = shopWith('auto');
    const { definition } = shop.aws.ecs.taskDefinitions.find('web:1')!;
    shop.aws.ecs.taskDefinitions.register(definition, [
      { key: 'deploy-action:environment', value: 'production' },
    ]);
    shop.aws.events.addRule('theirs', { targets: [bare('one', 'web:2', 'production')] });
    shop.aws.events.addRule('unknown', { targets: [bare('one', 'web:1', 'batch')] });

    expect(await shop.deploy()).toBe(0);

    expect(shop.aws.events.targets('theirs').map(pinOf)).toEqual(['web:2']);
    expect(shop.aws.events.targets('unknown').map(pinOf)).toEqual(['web:1']);
    expect(shop.host.lines.join('\n')).toContain(
      'rule unknown starts web:1 on cluster batch, and nothing says that it is of staging: left alone',
    );
  });

  it('that finds none is no error', async () => {
    expect(await shopWith('auto').deploy()).toBe(0);
  });
});

describe('rollback', () => {
  it('moves the schedules to the revisions that it goes back to', async () => {
    const shop = shopWithBoth();
    await shop.deploy();
    shop.files.entries.set('server.js', 'serve(2)');
    shop.commit('2'.repeat(40));
    await shop.deploy();
    expect(pins(shop)).toEqual(['worker:3', 'web:3']);

    expect(await shop.run('rollback')).toBe(0);

    expect(serving(shop)).toEqual(['web:2', 'worker:2']);
    expect(pins(shop)).toEqual(['worker:2', 'web:2']);
  });
});
