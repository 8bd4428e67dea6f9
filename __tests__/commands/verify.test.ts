import { completes } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';
import { startAttempt } from '../matrix/support/attempt.ts';

const COMMAND = '{ command: [./smoke.sh, --fast], timeout: 2m }';

function shop(verify = COMMAND, rollout = '{ timeout: 10m }'): Shop {
  const made = new Shop();
  made.configure((yaml) => `${yaml}verify: ${verify}\nrollout: ${rollout}\n`);
  made.files.entries.set('smoke.sh', { executable: '#!/bin/sh\n' });
  return made;
}

const runs = ({ aws }: Shop) =>
  ['web', 'worker'].map((name) => aws.ecs.service(name).taskDefinition.split('/').at(-1));
const log = ({ host }: Shop) => host.lines.join('\n');
const result = ({ host }: Shop) => JSON.parse(host.results.at(-1) ?? '{}') as Record<string, unknown>;
const cancelSoon = (made: Shop) => made.clock.at(made.clock.elapsed + 5_000, () => made.cancel());
const releases = ({ aws }: Shop) =>
  ['web:2', 'worker:2'].filter((name) =>
    aws.ecs.taskDefinitions.find(name)?.tags.some(({ key }) => key === 'deploy-action:release'),
  );

describe('R4, R12: a release is verified after its rollouts', () => {
  it('and recorded when it passes; the command knows what it verifies, and no input of ours', async () => {
    const made = shop();
    made.commands.next({ seconds: 20, lines: ['all is well'] });
    expect(await made.deploy()).toBe(0);
    expect(made.commands.calls.map(({ command }) => command)).toEqual([['./smoke.sh', '--fast']]);
    expect(made.commands.calls[0]?.environment).toEqual({
      DEPLOY_ENVIRONMENT: 'staging',
      DEPLOY_COMMIT: '1'.repeat(40),
      DEPLOY_IMAGE: made.host.outputs['image'],
      DEPLOY_REGION: 'ap-northeast-1',
      CLUSTER: 'staging',
      SERVICES: 'web worker',
      TASK_DEFINITIONS: '{"web":"web:2","worker":"worker:2"}',
      PAUSED_SERVICE: '',
    });
    expect(made.host.outsideLines).toContain('all is well');
    expect(result(made)).toMatchObject({
      outcome: 'completed',
      verify: [
        { kind: 'command', at: 'end', state: 'passed', attempts: 1, seconds: 20, tail: ['all is well'] },
      ],
    });
    const steps = (result(made)['steps'] as { id: string }[]).map(({ id }) => id);
    expect(steps.slice(-3)).toEqual(['rollout', 'verify', 'record']);
    expect(made.host.summaries.join('\n')).toContain('### Verification');
    expect(releases(made)).toEqual(['web:2', 'worker:2']);
  });

  it('that does not pass is sent back, both services, and is red with the tail of its output', async () => {
    const made = shop();
    made.commands.next({ exitCode: 3, lines: ['::error::cart is empty'] });
    expect(await made.deploy()).toBe(1);
    expect(made.host.outputs).toMatchObject({ outcome: 'rolled-back', 'failed-step': 'verify' });
    expect(runs(made)).toEqual(['web:1', 'worker:1']);
    expect(releases(made)).toEqual([]);
    expect(result(made)['error']).toMatchObject({
      code: 'VERIFY_FAILED',
      message: expect.stringMatching(
        /^verification: `.\/smoke.sh --fast` exited with code 3; web rolled-back/,
      ) as string,
      details: ['::error::cart is empty'],
    });
    expect(made.host.infos.filter((line) => line.includes('cart is empty'))).toEqual([]);
    expect(log(made)).toContain('web: the verification did not pass; back on web:1');
    expect(made.host.annotations.at(-1)?.message).toContain('The migration of this run succeeded');
  });

  it('on-failure leave: nothing goes back, and the run is red all the same', async () => {
    const made = shop(COMMAND, '{ on-failure: leave }');
    made.commands.next({ exitCode: 3 });
    expect(await made.deploy()).toBe(1);
    expect(made.host.outputs['outcome']).toBe('failed');
    expect(result(made)['error']).toMatchObject({ code: 'VERIFY_FAILED_LEFT' });
    expect(runs(made)).toEqual(['web:2', 'worker:2']);
    expect(releases(made)).toEqual([]);
  });

  it('that takes longer than its time is ended, and sent back', async () => {
    const made = shop();
    made.commands.next({ seconds: 600 });
    expect(await made.deploy()).toBe(1);
    expect(result(made)).toMatchObject({
      outcome: 'rolled-back',
      verify: [{ state: 'timed-out', reason: 'did not end within 120 s', seconds: 120 }],
    });
    expect(made.commands.running).toBe(0);
  });

  it('is not touched where a newer deployment took over in the meantime', async () => {
    const made = shop();
    const takeOver = () => {
      const { revision } = made.aws.ecs.register({
        ...made.aws.ecs.taskDefinitions.find('web')?.definition,
        memory: '1024',
      });
      made.aws.ecs.nextRollout('web', completes({ afterSeconds: 5 }));
      made.aws.ecs.updateService('web', { taskDefinition: `web:${revision}` });
    };
    made.commands.next({ seconds: 30, exitCode: 1, meanwhile: takeOver });
    expect(await made.deploy()).toBe(1);
    expect(runs(made)).toEqual(['web:3', 'worker:1']);
    expect(result(made)).toMatchObject({
      error: { code: 'VERIFY_FAILED' },
      services: [
        { name: 'web', outcome: 'superseded' },
        { name: 'worker', outcome: 'rolled-back' },
      ],
    });
  });

  it('is superseded, not completed, where it passed and a newer deployment serves by then', async () => {
    const made = shop();
    made.commands.next({
      seconds: 30,
      meanwhile: () => {
        const { revision } = made.aws.ecs.register({
          ...made.aws.ecs.taskDefinitions.find('web')?.definition,
          memory: '1024',
        });
        made.aws.ecs.updateService('web', { taskDefinition: `web:${revision}` });
      },
    });
    expect(await made.deploy()).toBe(1);
    expect(made.host.outputs['outcome']).toBe('superseded');
    expect(log(made)).toContain('web: web:3 was deployed while the release was verified');
    expect(releases(made)).toEqual([]);
  });

  it('is not verified where nothing was changed and what runs was released', async () => {
    const made = shop();
    await made.deploy();
    expect(await made.deploy()).toBe(0);
    expect(made.host.outputs['outcome']).toBe('no-change');
    expect(made.commands.calls).toHaveLength(1);
    expect(log(made)).toContain('Not verified again: nothing was changed');
  });

  it('is verified where the run before it was cancelled while it verified', async () => {
    const made = shop();
    made.commands.next({ seconds: 60, meanwhile: () => cancelSoon(made) });
    made.commands.next({});
    expect(await made.deploy()).toBe(130);
    expect(made.host.outputs['outcome']).toBe('cancelled');
    expect(log(made)).toContain('web: completed, and left as it is');
    expect(log(made)).toContain(
      'To send it back: aws ecs update-service --cluster staging --service web --task-definition web:1',
    );
    expect(releases(made)).toEqual([]);
    made.commit('2'.repeat(40));
    const { exitCode, host } = await startAttempt(made);
    expect({ exitCode, outcome: host.outputs['outcome'] }).toEqual({ exitCode: 0, outcome: 'no-change' });
    expect(made.commands.calls).toHaveLength(2);
    expect(releases(made)).toEqual(['web:2', 'worker:2']);
  });

  it('on-cancel rollback: what was not verified goes back', async () => {
    const made = shop(COMMAND, '{ on-cancel: rollback }');
    made.commands.next({ seconds: 60, meanwhile: () => cancelSoon(made) });
    expect(await made.deploy()).toBe(130);
    expect(runs(made)).toEqual(['web:1', 'worker:1']);
    expect(made.commands.running).toBe(0);
  });
});

describe('R4: a release is verified by its address', () => {
  const URL_CHECK =
    '{ url: "https://staging.example.com/health?key=1", body: ok, interval: 10s, timeout: 1m }';

  it('that is asked until it answers as it should, each new answer said once', async () => {
    const made = shop(URL_CHECK);
    made.web.answers({ refuses: 'connect ECONNREFUSED' }, 503, 503, { status: 200, body: 'all ok' });
    expect(await made.deploy()).toBe(0);
    expect(result(made)['verify']).toMatchObject([
      {
        kind: 'url',
        title: 'https://staging.example.com/health',
        state: 'passed',
        attempts: 4,
        seconds: 30,
        tail: ['no answer: connect ECONNREFUSED', '2 × it answered 503'],
      },
    ]);
    expect(made.host.outsideLines.filter((line) => line.includes('503'))).toEqual(['it answered 503']);
    expect(made.web.requests[0]).toMatchObject({ url: 'https://staging.example.com/health?key=1' });
  });

  it('that never does is sent back at the deadline', async () => {
    const made = shop(URL_CHECK);
    made.web.answers({ silentSeconds: 20 }, { status: 302, location: '/login?token=abc' });
    expect(await made.deploy()).toBe(1);
    expect(runs(made)).toEqual(['web:1', 'worker:1']);
    const [{ reason = '', attempts = 0, seconds = 0 } = {}] = result(made)['verify'] as {
      reason?: string;
      attempts?: number;
      seconds?: number;
    }[];
    expect(reason).toBe(
      'did not pass within 60 s (4 tries): it answered 302, a redirect to https://staging.example.com/login, which is not followed',
    );
    expect(attempts).toBe(4);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(log(made)).not.toContain('abc');
  });

  it('stops at once when the run is cancelled, and says what stays', async () => {
    const made = shop(URL_CHECK);
    made.web.answers(503);
    made.clock.at(60_000, () => made.cancel());
    expect(await made.deploy()).toBe(130);
    expect(made.clock.elapsed).toBeLessThanOrEqual(67_000);
    expect(log(made)).toContain('web: completed, and left as it is');
    expect(result(made)['verify']).toMatchObject([{ state: 'stopped' }]);
  });
});

describe('R4: a release is verified by a task', () => {
  const TASK = { startedBy: /\/verify\// };
  const tasks = ({ aws }: Shop) => aws.ecs.tasks().filter(({ startedBy }) => startedBy?.includes('/verify/'));

  it('on the new revision, with its log', async () => {
    const made = shop('{ task: { command: bin/check all, service: worker } }');
    made.aws.ecs.nextTask(TASK, { runSeconds: 5, logLines: [{ afterSeconds: 1, message: 'checked' }] });
    expect(await made.deploy()).toBe(0);
    expect(made.aws.callsOf('RunTask').at(-1)?.input).toMatchObject({
      taskDefinition: expect.stringMatching(/\/worker:2$/) as string,
      overrides: { containerOverrides: [{ name: 'worker', command: ['bin/check', 'all'] }] },
    });
    expect(result(made)['verify']).toMatchObject([
      { kind: 'task', title: 'task `bin/check all` on worker', state: 'passed', tail: ['checked'] },
    ]);
    expect(JSON.parse(made.host.outputs['tasks'] ?? '')).toMatchObject([
      { purpose: 'migrate' },
      { purpose: 'verify', state: 'succeeded', exitCode: 0 },
    ]);
  });

  it('that fails is sent back, with what the task said', async () => {
    const made = shop('{ task: { command: bin/check } }');
    made.aws.ecs.nextTask(TASK, { exitCode: 4, logLines: [{ afterSeconds: 0, message: 'no cart' }] });
    expect(await made.deploy()).toBe(1);
    expect(made.host.outputs['outcome']).toBe('rolled-back');
    expect(result(made)['error']).toMatchObject({ code: 'VERIFY_FAILED', details: ['no cart'] });
    expect(runs(made)).toEqual(['web:1', 'worker:1']);
  });

  it('that takes longer than its time is stopped', async () => {
    const made = shop('{ task: { command: bin/check }, timeout: 1m }');
    made.aws.ecs.nextTask(TASK, { runSeconds: 1_000 });
    expect(await made.deploy()).toBe(1);
    expect(result(made)['verify']).toMatchObject([{ state: 'timed-out' }]);
    expect(tasks(made).map(({ desiredStatus }) => desiredStatus)).toEqual(['STOPPED']);
  });

  it('is stopped when the run is cancelled', async () => {
    const made = shop('{ task: { command: bin/check } }');
    made.aws.ecs.nextTask(TASK, { runSeconds: 1_000 });
    made.clock.at(90_000, () => made.cancel());
    expect(await made.deploy()).toBe(130);
    expect(tasks(made).map(({ desiredStatus }) => desiredStatus)).toEqual(['STOPPED']);
    expect(log(made)).toMatch(/Task [0-9a-f]{32} was told to stop/);
    expect(runs(made)).toEqual(['web:2', 'worker:2']);
  });

  it('is followed by the next attempt of the run, not started again, when its process dies', async () => {
    const made = shop('{ task: { command: bin/check } }');
    made.aws.ecs.nextTask(TASK, { runSeconds: 60 });
    const died = await startAttempt(made, {
      onCrossing: ({ side }, fate) => {
        if (side === 'after' && tasks(made).length > 0) fate.kill();
      },
    });
    expect(died.exitCode).toBeUndefined();
    const { exitCode, host } = await startAttempt(made, { attempt: 2 });
    expect({ exitCode, outcome: host.outputs['outcome'] }).toEqual({ exitCode: 0, outcome: 'completed' });
    expect(tasks(made)).toHaveLength(1);
    expect(releases(made)).toEqual(['web:2', 'worker:2']);
  });

  it('whose AWS is lost undoes nothing', async () => {
    const made = shop('{ task: { command: bin/check } }');
    made.aws.fault({ operation: 'RunTask', nth: 2, times: 100, kind: 'http-500' });
    expect(await made.deploy()).toBe(1);
    expect(made.host.outputs).toMatchObject({ outcome: 'failed', 'failed-step': 'verify' });
    expect(runs(made)).toEqual(['web:2', 'worker:2']);
    expect(releases(made)).toEqual([]);
  });
});
