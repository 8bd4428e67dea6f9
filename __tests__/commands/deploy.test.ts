import {
  breaker,
  completes,
  crashLoops,
  neverSteady,
  scaledToZero,
  supersededBy,
} from '../fakes/aws/fake-aws.ts';
import { Shop, OLD_DIGEST } from '../fakes/shop.ts';

const operations = (shop: Shop) => shop.aws.mutations().map(({ operation }) => operation);
const running = (shop: Shop, service: string) =>
  shop.aws.ecs.service(service).taskDefinition.split('/').at(-1);

describe('a deploy that succeeds', () => {
  it('goes from image to record, each step a gate for the next', async () => {
    const shop = new Shop();
    expect(await shop.deploy()).toBe(0);
    expect(operations(shop)).toEqual([
      'RegisterTaskDefinition',
      'RegisterTaskDefinition',
      'RunTask',
      'UpdateService',
      'UpdateService',
      'TagResource',
      'TagResource',
    ]);
    expect(shop.host.outputs).toMatchObject({
      environment: 'staging',
      outcome: 'completed',
      'image-reused': 'false',
      'task-definitions': '{"web":"web:2","worker":"worker:2"}',
      'migration-exit-code': '0',
    });
    expect(shop.host.openGroups).toBe(0);
  });

  it('runs the migration on the new revision and to its end before any service changes', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextTask(
      {},
      { runSeconds: 90, logLines: [{ afterSeconds: 1, message: '== CreateOrders: migrated' }] },
    );
    await shop.deploy();
    const [run] = shop.aws.callsOf('RunTask');
    const [update] = shop.aws.callsOf('UpdateService');
    expect(run?.input).toMatchObject({ taskDefinition: expect.stringMatching(/\/web:2$/) as string });
    expect((update?.at ?? 0) - (run?.at ?? 0)).toBeGreaterThanOrEqual(90_000);
    expect(shop.host.outsideLines).toContain('== CreateOrders: migrated');
  });

  it('sends no field of a service but its revision', async () => {
    const shop = new Shop();
    await shop.deploy();
    expect(shop.aws.callsOf('UpdateService').map(({ input }) => Object.keys(input).sort())).toEqual([
      ['cluster', 'service', 'taskDefinition'],
      ['cluster', 'service', 'taskDefinition'],
    ]);
  });

  it('leaves sidecars on their image', async () => {
    const shop = new Shop();
    await shop.deploy();
    const { definition } = await (await shop.aws.connect()).ecs.describeTaskDefinition('web');
    expect(definition['containerDefinitions']).toMatchObject([
      { image: expect.not.stringContaining(OLD_DIGEST) as string },
      { image: 'public.ecr.aws/datadog/agent:7' },
    ]);
  });

  it('does nothing the second time: no build, no revision, no migration, no rollout', async () => {
    const shop = new Shop();
    await shop.deploy();
    const before = shop.aws.mutations().length;
    shop.builder.builds.length = 0;
    expect(await shop.deploy()).toBe(0);
    expect(shop.builder.builds).toEqual([]);
    expect(operations(shop).slice(before)).toEqual(['TagResource', 'TagResource']);
    expect(shop.host.outputs).toMatchObject({ outcome: 'no-change', 'image-reused': 'true' });
  });

  it('is followed within two seconds of its end, however long it took', async () => {
    for (const seconds of [5, 61, 300, 600]) {
      const shop = new Shop({ serviceDeployments: true });
      shop.configure((yaml) => yaml.replace('[web, worker]', '[web]').replace(/^migrate.*\n/m, ''));
      shop.aws.ecs.nextRollout('web', completes({ afterSeconds: seconds }));
      await shop.deploy();
      const [update] = shop.aws.callsOf('UpdateService');
      const late = shop.clock.now() - (update?.at ?? 0) - seconds * 1000;
      expect(late).toBeLessThanOrEqual(2_000);
    }
  });
});

describe.each([
  ['judged by deployments[]', false],
  ['judged by service deployments', true],
])('R14: a rollout %s', (_how, serviceDeployments) => {
  const prepare = () => new Shop({ serviceDeployments });

  it('that the circuit breaker rolls back is red, with reasons and last words, and the release goes back as one', async () => {
    const shop = prepare();
    shop.aws.ecs.nextRollout('web', breaker({ exitCode: 3, logLines: ['boom: no such column'] }));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs).toMatchObject({ outcome: 'rolled-back', 'failed-step': 'rollout' });
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:1', 'worker:1']);
    const log = shop.host.lines.join('\n');
    expect(log).toContain('3 stopped: Essential container in task exited: container web exited with code 3');
    expect(log).toContain('boom: no such column');
    // The migration of the run is never undone, and the error says so.
    expect(shop.host.annotations.map(({ message }) => message).join()).toContain('not undone');
  });

  it('that fails with nobody to roll it back is sent back by us', async () => {
    const shop = prepare();
    shop.aws.ecs.nextRollout('web', breaker({ rollback: false }));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:1', 'worker:1']);
  });

  it.each(['web', 'worker'])(
    'law 5: sends back nothing of %s where somebody deploys it between the failure and the way back',
    async (overtaken) => {
      const shop = prepare();
      const { arn } = shop.aws.ecs.register({ ...definitionOf('other'), cpu: '1024' });
      shop.aws.ecs.nextRollout('web', breaker({ rollback: false }));
      // The stopped tasks are looked at when the rollouts are over, right before the way back.
      const answer = shop.aws.answer.bind(shop.aws);
      let isDone = false;
      shop.aws.answer = (request) => {
        const answered = answer(request);
        const hasFailed = shop.aws.ecs.service('web').deployments[0]?.rolloutState === 'FAILED';
        if (!isDone && hasFailed && shop.aws.calls.at(-1)?.operation === 'ListTasks') {
          isDone = true;
          shop.aws.ecs.updateService(overtaken, { taskDefinition: arn });
        }
        return answered;
      };
      expect(await shop.deploy()).toBe(1);
      expect(isDone).toBe(true);
      expect(running(shop, overtaken)).toBe('other:1');
      expect(running(shop, overtaken === 'web' ? 'worker' : 'web')).toMatch(/:1$/);
      const sent = shop.aws.callsOf('UpdateService').map(({ input }) => input['service']);
      expect(sent.filter((service) => service === overtaken)).toHaveLength(1);
    },
  );

  it('stays where it is with `on-failure: leave`', async () => {
    const shop = prepare();
    shop.configure((yaml) => `${yaml}rollout: { on-failure: leave }\n`);
    shop.aws.ecs.nextRollout('web', breaker({ rollback: false }));
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('failed');
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:2', 'worker:2']);
  });

  it('takes only the failed service back with `on-failure: rollback-failed`', async () => {
    const shop = prepare();
    shop.configure((yaml) => `${yaml}rollout: { on-failure: rollback-failed }\n`);
    shop.aws.ecs.nextRollout('web', breaker({ rollback: false }));
    expect(await shop.deploy()).toBe(1);
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:1', 'worker:2']);
  });

  it('that somebody overtakes is superseded, and nobody’s deploy is undone', async () => {
    const shop = prepare();
    shop.aws.ecs.register({ ...definitionOf('web'), cpu: '512' });
    // The newer revision is registered while we wait.
    shop.aws.ecs.nextRollout('web', (rollout) => {
      const { arn } = shop.aws.ecs.register({ ...definitionOf('web'), cpu: '1024' });
      supersededBy(arn, { afterSeconds: 5 })(rollout);
    });
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('superseded');
    expect(running(shop, 'web')).toBe('web:4');
    expect(running(shop, 'worker')).toBe('worker:2');
  });

  it('that never becomes steady goes back after the time-out', async () => {
    const shop = prepare();
    shop.configure((yaml) => `${yaml}rollout: { timeout: 5m }\n`);
    shop.aws.ecs.nextRollout('web', neverSteady());
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('rolled-back');
    expect(shop.host.lines.join('\n')).toContain('not completed within 300 s; back on web:1');
    expect(shop.host.infos).toContainEqual(expect.stringContaining('→ There is no capacity for the task.'));
    expect(running(shop, 'web')).toBe('web:1');
  });

  it('that times out and is left where it is exits with 124', async () => {
    const shop = prepare();
    shop.configure((yaml) => `${yaml}rollout: { timeout: 5m, on-failure: leave }\n`);
    shop.aws.ecs.nextRollout('web', neverSteady());
    expect(await shop.deploy()).toBe(124);
    expect(shop.host.outputs['outcome']).toBe('timed-out');
  });

  it('of a service without circuit breaker whose tasks all crash alike ends early, and goes back', async () => {
    const shop = prepare();
    shop.aws.ecs.nextRollout('web', crashLoops({ everySeconds: 10, exitCode: 3 }));
    const started = shop.clock.now();
    expect(await shop.deploy()).toBe(1);
    expect(shop.clock.now() - started).toBeLessThan(120_000);
    expect(shop.host.lines.join('\n')).toContain(
      'tasks stopped for the same reason: Essential container in task exited',
    );
    expect(running(shop, 'web')).toBe('web:1');
  });

  it('is not judged by tasks that an earlier deployment of the same revision lost', async () => {
    const shop = prepare();
    shop.configure((yaml) => `${yaml}rollout: { on-failure: leave }\n`);
    shop.aws.ecs.nextRollout('web', crashLoops({ everySeconds: 10, exitCode: 3 }));
    expect(await shop.deploy()).toBe(1);
    // The cause is mended outside, and the job runs again: the first task is unlucky once more, then all is well.
    shop.aws.ecs.nextRollout('web', (rollout) => {
      rollout.after(5, () => rollout.countFailure());
      rollout.after(20, () => rollout.startTasks(2, { provisionSeconds: 1, pullSeconds: 1 }));
      rollout.after(40, () => rollout.drainOthers(0));
      rollout.after(41, () => rollout.complete());
    });
    shop.aws.ecs.updateService('web', { forceNewDeployment: true });
    shop.host.forget();
    expect(await shop.run('wait', { services: 'web' })).toBe(0);
  });

  it('of a service that is scaled to zero meanwhile is no success', async () => {
    const shop = prepare();
    shop.aws.ecs.nextRollout('web', scaledToZero());
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.lines.join('\n')).toContain('the desired count is 0');
  });
});

describe('R11 and R13: a deploy that is refused', () => {
  it.each<[why: string, prepare: (shop: Shop) => void, code: string]>([
    [
      'an unknown cluster',
      (shop) => shop.configure((yaml) => yaml.replace('cluster: staging', 'cluster: stagin')),
      'CLUSTER_NOT_FOUND',
    ],
    [
      'an unknown service',
      (shop) => shop.configure((yaml) => yaml.replace('[web, worker]', '[web, wroker]')),
      'SERVICE_NOT_FOUND',
    ],
    [
      'a service scaled to zero',
      (shop) => shop.aws.ecs.updateService('web', { desiredCount: 0 }),
      'SERVICE_SCALED_TO_ZERO',
    ],
  ])('%s', async (_why, prepare, code) => {
    const shop = new Shop();
    prepare(shop);
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.annotations.at(-1)?.title).toContain(code);
    expect(shop.aws.mutations()).toEqual([]);
    expect(shop.builder.builds).toEqual([]);
  });
});

describe('the order of commits', () => {
  const older = async () => {
    const shop = new Shop();
    await shop.deploy();
    shop.files.entries.set('server.js', 'serve(older)');
    shop.commit('0000000000000000000000000000000000000009');
    shop.ancestry = (ancestor, commit) => ancestor.endsWith('9') && commit.startsWith('1');
    return shop;
  };

  it('holds: an ancestor of what runs is refused before anything is built or changed', async () => {
    const shop = await older();
    const before = shop.aws.mutations().length;
    shop.builder.builds.length = 0;
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('refused');
    expect(shop.host.annotations.at(-1)?.title).toContain('COMMIT_OLDER');
    expect(shop.aws.mutations()).toHaveLength(before);
    expect(shop.builder.builds).toEqual([]);
  });

  it('R21: gives way to a reason, which stays with the revision', async () => {
    const shop = await older();
    shop.host.inputs['force'] = 'the new checkout page loses orders';
    expect(await shop.deploy()).toBe(0);
    expect(shop.aws.ecs.taskDefinitions.find('web')?.tags).toContainEqual({
      key: 'deploy-action:forced',
      value: 'the new checkout page loses orders',
    });
  });

  it('that is unknown stops nothing, and is said', async () => {
    const shop = await older();
    shop.ancestry = () => undefined;
    expect(await shop.deploy()).toBe(0);
    expect(shop.host.infos.join()).toContain('the history of this clone does not tell');
  });
});

describe('a migration', () => {
  it('that fails stops everything: the services stay as they were', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextTask(
      {},
      { exitCode: 3, logLines: [{ afterSeconds: 0, message: 'PG::UndefinedTable' }] },
    );
    expect(await shop.deploy()).toBe(1);
    expect(operations(shop)).toEqual(['RegisterTaskDefinition', 'RegisterTaskDefinition', 'RunTask']);
    expect(shop.host.outputs).toMatchObject({
      outcome: 'failed',
      'failed-step': 'migrate',
      'migration-exit-code': '3',
    });
    expect(shop.host.summaries.join()).toContain('PG::UndefinedTable');
  });

  it('that did not succeed before runs again, even where the services already run the revision', async () => {
    const shop = new Shop();
    shop.configure((yaml) => yaml.replace(/^migrate.*\n/m, ''));
    await shop.deploy();
    shop.configure((yaml) => yaml);
    expect(await shop.deploy()).toBe(0);
    expect(shop.aws.callsOf('RunTask')).toHaveLength(1);
  });
});

describe('R16: a lost answer', () => {
  it.each(['RegisterTaskDefinition', 'UpdateService', 'RunTask', 'TagResource'])(
    'of %s doubles nothing',
    async (operation) => {
      const shop = new Shop();
      shop.aws.fault({ operation, nth: 1, kind: 'connection-reset-after' });
      expect(await shop.deploy()).toBe(0);
      expect(operations(shop).filter((name) => name === 'RegisterTaskDefinition')).toHaveLength(2);
      expect(operations(shop).filter((name) => name === 'UpdateService')).toHaveLength(2);
      expect(shop.aws.ecs.tasks({ group: 'family:web' })).toHaveLength(1);
    },
  );
});

describe('a wait', () => {
  it.each(['throttle', 'http-500', 'connection-reset-before', 'empty-answer', 'truncated-body'] as const)(
    'is not ended by %s',
    async (kind) => {
      const shop = new Shop();
      shop.aws.fault({ operation: 'DescribeServices', nth: 3, times: 40, kind });
      expect(await shop.deploy()).toBe(0);
      expect(shop.host.outputs['outcome']).toBe('completed');
    },
  );

  it.each([
    ['access-denied', 'AWS_ACCESS_DENIED'],
    ['expired-token', 'AWS_CREDENTIALS_EXPIRED'],
  ] as const)(
    'is ended at once by %s, and an API that is lost never triggers a rollback',
    async (kind, code) => {
      const shop = new Shop();
      shop.aws.fault({ operation: 'DescribeServices', nth: 3, times: 1_000, kind });
      const started = shop.clock.now();
      expect(await shop.deploy()).toBe(1);
      expect(shop.clock.now() - started).toBeLessThan(60_000);
      expect(shop.host.annotations.at(-1)?.title).toContain(code);
      expect(operations(shop).filter((name) => name === 'UpdateService')).toHaveLength(2);
      expect(shop.host.outputs['task-definitions']).toBe('{"web":"web:2","worker":"worker:2"}');
    },
  );
});

describe('a cancelled deploy', () => {
  it('keeps the rollout and names the command that ends it', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextRollout('web', neverSteady());
    shop.clock.at(40_000, () => shop.cancel());
    expect(await shop.deploy()).toBe(130);
    expect(shop.host.outputs['outcome']).toBe('cancelled');
    expect(shop.host.lines.join('\n')).toContain(
      'aws ecs update-service --cluster staging --service web --task-definition web:1',
    );
    expect(operations(shop).filter((name) => name === 'UpdateService')).toHaveLength(2);
  });

  it('sends the services back with `on-cancel: rollback`', async () => {
    const shop = new Shop();
    shop.configure((yaml) => `${yaml}rollout: { on-cancel: rollback }\n`);
    shop.aws.ecs.nextRollout('web', neverSteady());
    shop.clock.at(40_000, () => shop.cancel());
    await shop.deploy();
    expect([running(shop, 'web'), running(shop, 'worker')]).toEqual(['web:1', 'worker:1']);
  });
});

describe('R15: another deployment in flight', () => {
  const busy = (script = completes({ afterSeconds: 120 })) => {
    const shop = new Shop();
    shop.aws.ecs.register({ ...definitionOf('web'), cpu: '512' });
    shop.aws.ecs.nextRollout('web', script);
    shop.aws.ecs.updateService('web', { taskDefinition: 'web:2' });
    return shop;
  };

  it('is waited for, and what it left is what we build on', async () => {
    const shop = busy();
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.elapsed).toBeGreaterThan(120_000);
    expect(running(shop, 'web')).toBe('web:3');
  });

  it('is refused when the plan says so', async () => {
    const shop = busy();
    shop.configure((yaml) => `${yaml}rollout: { other-deployment: refuse }\n`);
    expect(await shop.deploy()).toBe(1);
    expect(shop.host.outputs['outcome']).toBe('refused');
    expect(shop.aws.mutations()).toEqual([]);
  });

  it('is replaced at once when nothing of it is healthy', async () => {
    const shop = busy(crashLoops({ everySeconds: 5 }));
    await shop.clock.advance(30_000);
    const started = shop.clock.now();
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.now() - started).toBeLessThan(60_000);
  });

  it('R21: gives way to a reason, and so does a service that is down and scaled to zero', async () => {
    const shop = new Shop({ web: { neverServed: true } });
    shop.aws.ecs.updateService('worker', { desiredCount: 0 });
    expect(await shop.deploy()).toBe(1);
    expect(shop.aws.mutations()).toEqual([]);
    shop.host.forget();
    shop.host.inputs['force'] = 'the shop is down';
    expect(await shop.deploy()).toBe(0);
    expect(running(shop, 'web')).toBe('web:2');
    expect(shop.host.lines.join('\n')).toContain('(forced: the shop is down)');
    expect(shop.host.summaries.join('\n')).toContain('the shop is down');
    expect(shop.aws.ecs.taskDefinitions.find('web:2')?.tags).toContainEqual({
      key: 'deploy-action:forced',
      value: 'the shop is down',
    });
  });

  it('R21: gives way to a reason', async () => {
    const shop = busy();
    shop.host.inputs['force'] = 'the shop is down';
    expect(await shop.deploy()).toBe(0);
    expect(shop.clock.elapsed).toBeLessThan(60_000);
    expect(shop.host.lines.join('\n')).toContain('forced: the shop is down');
  });
});

function definitionOf(family: string) {
  return {
    family,
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [
      {
        name: family,
        image: `111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop@${OLD_DIGEST}`,
        essential: true,
      },
    ],
  };
}
