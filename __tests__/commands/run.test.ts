import { Shop } from '../fakes/shop.ts';

const run = (shop: Shop, inputs: Record<string, string> = {}) =>
  shop.run('run', { service: 'web', 'run-command': 'bin/report --day 1', ...inputs });
const started = (shop: Shop) => shop.aws.callsOf('RunTask').map(({ input }) => input);

describe('run', () => {
  it('runs a command in a task like those of the service, on the revision that runs, and changes nothing else', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextTask({}, { logLines: [{ afterSeconds: 0, message: '17 orders' }] });
    expect(await run(shop)).toBe(0);
    expect(started(shop)).toEqual([
      expect.objectContaining({
        cluster: 'staging',
        taskDefinition: expect.stringMatching(/web:1$/) as string,
        launchType: 'FARGATE',
        networkConfiguration: {
          awsvpcConfiguration: expect.objectContaining({ assignPublicIp: 'DISABLED' }) as object,
        },
        overrides: { containerOverrides: [{ name: 'web', command: ['bin/report', '--day', '1'] }] },
      }),
    ]);
    expect(shop.host.outsideLines).toContain('17 orders');
    expect(shop.aws.mutations().map(({ operation }) => operation)).toEqual(['RunTask']);
    expect(shop.host.outputs['outcome']).toBe('completed');
  });

  it.each([1, 3, 127, 137])('R45: passes on exit code %i of the container', async (exitCode) => {
    const shop = new Shop();
    shop.aws.ecs.nextTask({}, { exitCode });
    expect(await run(shop)).toBe(exitCode);
    expect(shop.host.outputs['outcome']).toBe('failed');
  });

  it('R45: fails with 1 when no container ran', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextTask(
      {},
      {
        neverStarts: { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: not found' },
      },
    );
    expect(await run(shop)).toBe(1);
    expect(shop.host.annotations.at(-1)?.message).toContain('CannotPullContainerError');
  });

  it('R51: passes cpu, memory, task role and variables on unchanged', async () => {
    const shop = new Shop();
    await run(shop, {
      'run-command': '["sh", "-c", "echo $DAY && exit 0"]',
      'run-cpu': '1024',
      'run-memory': '2048',
      'run-task-role': 'arn:aws:iam::111111111111:role/report',
      'run-environment': 'DAY=1\nNOTE=a = b',
    });
    expect(started(shop)[0]?.['overrides']).toEqual({
      cpu: '1024',
      memory: '2048',
      taskRoleArn: 'arn:aws:iam::111111111111:role/report',
      containerOverrides: [
        {
          name: 'web',
          command: ['sh', '-c', 'echo $DAY && exit 0'],
          environment: [
            { name: 'DAY', value: '1' },
            { name: 'NOTE', value: 'a = b' },
          ],
        },
      ],
    });
  });

  it('runs several side by side, and one that fails makes it red', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextTask({}, { exitCode: 0 });
    shop.aws.ecs.nextTask({}, { exitCode: 4 });
    expect(await run(shop, { 'run-count': '3' })).toBe(4);
    expect(started(shop)).toHaveLength(3);
  });

  it('R47: retries as often as asked, and never unasked', async () => {
    const failing = (shop: Shop, times: number) => {
      for (let time = 0; time < times; time += 1) shop.aws.ecs.nextTask({}, { exitCode: 1 });
      return shop;
    };
    const retried = failing(new Shop(), 2);
    expect(await run(retried, { 'run-retries': '2' })).toBe(0);
    expect(started(retried)).toHaveLength(3);
    const unasked = failing(new Shop(), 1);
    expect(await run(unasked)).toBe(1);
    expect(started(unasked)).toHaveLength(1);
  });

  it('R45: is stopped when the run is cancelled', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextTask({}, { runSeconds: 3_600 });
    shop.clock.at(20_000, () => shop.cancel('SIGTERM'));
    expect(await run(shop)).toBe(143);
    expect(shop.aws.callsOf('StopTask')).toHaveLength(1);
  });

  it('R45: is stopped at its time-out', async () => {
    const shop = new Shop();
    shop.aws.ecs.nextTask({}, { runSeconds: 3_600 });
    expect(await run(shop, { timeout: '2m' })).toBe(124);
    expect(shop.aws.callsOf('StopTask')).toHaveLength(1);
  });

  it('runs again when a person runs the job again, and follows what its own attempt started', async () => {
    const shop = new Shop();
    await run(shop);
    shop.host.currentEvent = { ...shop.host.currentEvent, runAttempt: 2 };
    await run(shop);
    expect(started(shop)).toHaveLength(2);
  });

  it.each([
    [{ 'run-command': '' }, '`run-command` is missing'],
    [{ 'run-count': '0' }, 'input `run-count` must be a whole number from 1 to 10'],
    [{ 'run-environment': 'secret-value' }, 'input `run-environment` must be one `NAME=value` on a line'],
    [{ 'run-command': '[1]' }, 'must be a command line or a JSON array of words'],
  ])('refuses %j before any call', async (inputs, message) => {
    const shop = new Shop();
    expect(await run(shop, inputs)).toBe(2);
    expect(shop.aws.calls).toEqual([]);
    const said = shop.host.lines.join('\n');
    expect(said).toContain(message);
    expect(said).not.toContain('secret-value');
  });
});
