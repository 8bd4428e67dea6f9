import { breaker } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';
import { startAttempt } from '../matrix/support/attempt.ts';

const MINUTE = 60_000;

const pausing = (
  timeoutInMinutes = 30,
  action: 'ROLLBACK' | 'CONTINUE' = 'ROLLBACK',
  lifecycleStages = ['POST_TEST_TRAFFIC_SHIFT'],
) => ({
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: 0,
  lifecycleHooks: [
    { targetType: 'PAUSE', lifecycleStages, timeoutConfiguration: { timeoutInMinutes, action } },
  ],
});

/** web pauses at a hook, worker is rolled unless it is told to pause too. */
function shop(web: object = pausing(), worker?: object, rollout = '{ timeout: 10m }'): Shop {
  const made = new Shop({
    serviceDeployments: true,
    deploymentConfiguration: { web, ...(worker === undefined ? {} : { worker }) },
  });
  made.configure((yaml) => `${yaml}verify: { command: ./smoke.sh, timeout: 4m }\nrollout: ${rollout}\n`);
  made.files.entries.set('smoke.sh', { executable: '#!/bin/sh\n' });
  return made;
}

const runs = ({ aws }: Shop) =>
  ['web', 'worker'].map((name) => aws.ecs.service(name).taskDefinition.split('/').at(-1));
const log = ({ host }: Shop) => host.lines.join('\n');
const result = ({ host }: Shop) => JSON.parse(host.results.at(-1) ?? '{}') as Record<string, unknown>;
const paused = ({ commands }: Shop) =>
  commands.calls.map(({ environment }) => environment['PAUSED_SERVICE'] ?? '');
const actions = ({ aws }: Shop) =>
  aws.callsOf('ContinueServiceDeployment').map(({ input }) => input['action']);

/** What a person does at the hook that web waits at. */
async function act({ aws }: Shop, action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
  const { ecs } = await aws.connect();
  const arn = aws.ecs.service('web').currentServiceDeployment ?? '';
  const [deployment] = await ecs.describeServiceDeployments([arn]);
  await ecs.continueServiceDeployment(arn, deployment?.lifecycleHookDetails?.[0]?.hookId ?? '', action);
}

describe('R4, R19: a verification decides at a lifecycle hook', () => {
  it.each(['wait', 'hand-over'])('on-pause %s: passes, is continued and completes', async (onPause) => {
    const both = shop(pausing(), pausing(), `{ on-pause: ${onPause} }`);
    both.commands.next({ seconds: 90 });
    expect(await both.deploy()).toBe(0);
    expect(both.host.outputs).toMatchObject({ outcome: 'completed', hooks: '{}' });
    expect(runs(both)).toEqual(['web:2', 'worker:2']);
    expect(paused(both).toSorted()).toEqual(['web', 'worker']);
    // One after the other: two runs of a command at a time may be in each other's way.
    expect(both.commands.mostRunning).toBe(1);
    expect(actions(both)).toEqual(['CONTINUE', 'CONTINUE']);
    expect(log(both)).toContain('`verify` decides');
    expect(log(both)).toContain('Not verified again: web, worker passed at the lifecycle hook');
  });

  it('passes at one service, and is run again for the other, which had no hook', async () => {
    const made = shop();
    expect(await made.deploy()).toBe(0);
    expect(paused(made)).toEqual(['web', '']);
    expect(result(made)['verify']).toMatchObject([
      { at: 'hook', service: 'web', state: 'passed', hookId: expect.stringMatching(/^ecs-pause-/) as string },
      { at: 'end', state: 'passed' },
    ]);
  });

  it('runs once at each hook', async () => {
    const made = shop(pausing(30, 'ROLLBACK', ['POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT']));
    expect(await made.deploy()).toBe(0);
    expect(paused(made)).toEqual(['web', 'web', '']);
  });

  it('does not pass: no traffic shifts, it is rolled back, and the other service too', async () => {
    const made = shop();
    made.commands.next({ exitCode: 1, lines: ['no cart'] });
    expect(await made.deploy()).toBe(1);
    expect(actions(made)).toEqual(['ROLLBACK']);
    expect(runs(made)).toEqual(['web:1', 'worker:1']);
    expect(made.host.outputs).toMatchObject({ outcome: 'rolled-back', 'failed-step': 'verify' });
    expect(result(made)['error']).toMatchObject({ code: 'VERIFY_FAILED', details: ['no cart'] });
    expect(log(made)).not.toContain('PRODUCTION_TRAFFIC_SHIFT, 100 %');
    expect(made.commands.calls).toHaveLength(1);
  });

  it('that would outlive the hook is ended before the hook expires, also where that would continue', async () => {
    const made = shop(pausing(1, 'CONTINUE'));
    made.commands.next({ seconds: 200 });
    expect(await made.deploy()).toBe(1);
    expect(actions(made)).toEqual(['ROLLBACK']);
    expect(runs(made)).toEqual(['web:1', 'worker:1']);
    expect(result(made)['verify']).toMatchObject([{ state: 'timed-out' }]);
  });

  it.each(['CONTINUE', 'ROLLBACK'] as const)(
    'is ended when a person says %s meanwhile, and that holds',
    async (action) => {
      const made = shop();
      made.commands.next({ seconds: 200, meanwhile: () => act(made, action) });
      made.commands.next({});
      expect(await made.deploy()).toBe(action === 'CONTINUE' ? 0 : 1);
      expect(actions(made)).toEqual([action]);
      expect(result(made)['verify']).toMatchObject([
        { at: 'hook', state: 'stopped' },
        // What nothing has passed at its hook is verified at the end.
        ...(action === 'CONTINUE' ? [{ at: 'end', state: 'passed' }] : []),
      ]);
      expect(made.commands.running).toBe(0);
      expect(result(made)['outcome']).toBe(action === 'CONTINUE' ? 'completed' : 'rolled-back');
    },
  );

  it('that may not continue leaves it to a person, says how, and is red', async () => {
    const made = shop();
    made.aws.fault({ operation: 'ContinueServiceDeployment', nth: 1, kind: 'access-denied' });
    expect(await made.deploy()).toBe(1);
    expect(log(made)).toContain('paused at a lifecycle hook: ecs:ContinueServiceDeployment');
    expect(log(made)).toContain('aws ecs continue-service-deployment');
  });

  it('a rollout that ends for another reason ends its verification', async () => {
    const made = shop();
    made.commands.next({ seconds: 200 });
    made.aws.ecs.nextRollout('worker', breaker({ afterSeconds: 20 }));
    made.clock.at(2 * MINUTE, () => {
      made.aws.ecs.updateService('web', { taskDefinition: 'web:1', forceNewDeployment: true });
    });
    expect(await made.deploy()).toBe(1);
    expect(made.commands.running).toBe(0);
    expect(result(made)['verify']).toMatchObject([{ state: 'stopped' }]);
  });

  it('is ended by a cancel, within 7 seconds, and the commands that a person needs are told', async () => {
    const made = shop();
    made.commands.next({ seconds: 600, resists: 2 });
    made.clock.at(90_000, () => made.cancel());
    expect(await made.deploy()).toBe(130);
    expect(made.clock.elapsed).toBeLessThanOrEqual(97_000);
    expect(made.commands).toMatchObject({ running: 0 });
    expect(made.commands.calls).toHaveLength(1);
    expect(log(made)).toContain('deploy-action continue --environment staging --services web');
    expect(log(made)).toContain('To end it: aws ecs stop-service-deployment');
  });

  it('decides again in the next attempt of a run whose process died', async () => {
    const made = shop();
    made.commands.next({ seconds: 100 });
    made.commands.next({});
    const died = await startAttempt(made, {
      onCrossing: ({ side }, fate) => {
        if (side === 'before' && made.commands.calls.length > 0) fate.kill();
      },
    });
    expect(died.exitCode).toBeUndefined();
    const { exitCode, host } = await startAttempt(made, { attempt: 2 });
    expect({ exitCode, outcome: host.outputs['outcome'] }).toEqual({ exitCode: 0, outcome: 'completed' });
    expect(runs(made)).toEqual(['web:2', 'worker:2']);
  });
});

describe('R4, R19: the command continue', () => {
  async function cancelledAtTheHook(): Promise<Shop> {
    const made = shop();
    made.commands.next({ seconds: 600 });
    const { exitCode } = await startAttempt(made, {
      onCrossing: ({ side }, fate) => {
        if (side === 'before' && made.commands.calls.length > 0) fate.cancel('SIGINT');
      },
    });
    expect(exitCode).toBe(130);
    made.commands.calls.length = 0;
    return made;
  }

  it('does not ask the verification at the hook, but verifies what completed', async () => {
    const made = await cancelledAtTheHook();
    made.commands.next({});
    expect(await made.run('continue')).toBe(0);
    expect(paused(made)).toEqual(['']);
    expect(made.commands.calls[0]?.environment).toMatchObject({
      DEPLOY_COMMIT: '1'.repeat(40),
      DEPLOY_IMAGE: expect.stringMatching(/\/shop@sha256:/) as string,
      TASK_DEFINITIONS: '{"web":"web:2","worker":"worker:2"}',
    });
    expect(made.host.outputs['outcome']).toBe('completed');
  });

  it('sends back what does not pass', async () => {
    const made = await cancelledAtTheHook();
    made.commands.next({ exitCode: 1 });
    expect(await made.run('continue')).toBe(1);
    expect(made.host.outputs).toMatchObject({ outcome: 'rolled-back', 'failed-step': 'verify' });
    expect(runs(made)[0]).toBe('web:1');
  });

  it('with rollback verifies nothing, and needs no program for it', async () => {
    const made = await cancelledAtTheHook();
    made.files.entries.delete('smoke.sh');
    expect(await made.run('continue', { rollback: 'true' })).toBe(0);
    expect(made.commands.calls).toEqual([]);
  });
});
