import { tmpdir } from 'node:os';
import { createRunCommand } from '../../src/adapters/run-command.ts';

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: '/home/mika',
  'INPUT_GITHUB-TOKEN': 'ghs_secret',
  STATE_started: 'true',
  DEPLOY_GITHUB_TOKEN: 'ghs_secret',
};

function run(script: string, { signal = new AbortController().signal, graceMs = 5_000 } = {}) {
  const lines: string[] = [];
  const ended = createRunCommand({ folder: tmpdir(), environment: ENVIRONMENT })({
    command: [process.execPath, '--input-type=module', '-e', script],
    environment: { DEPLOY_COMMIT: 'abc' },
    onLine: (line) => lines.push(line),
    signal,
    graceMs,
  });
  return { lines, ended };
}

it('gets the environment of the job and what is added, without the inputs and the token of ours', async () => {
  const { lines, ended } = run('console.log(JSON.stringify(process.env))');
  expect(await ended).toEqual({ exitCode: 0 });
  const environment = JSON.parse(lines.join('')) as Record<string, string>;
  expect(environment).toMatchObject({ HOME: '/home/mika', DEPLOY_COMMIT: 'abc' });
  expect(Object.keys(environment).filter((name) => /INPUT|STATE|TOKEN/.test(name))).toEqual([]);
});

it('that cannot be started says why, and has no exit code', async () => {
  const lines: string[] = [];
  const runCommand = createRunCommand({ folder: tmpdir(), environment: ENVIRONMENT });
  const { exitCode } = await runCommand({
    command: ['./not-there'],
    environment: {},
    onLine: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  expect(exitCode).toBeUndefined();
  expect(lines.join()).toContain('ENOENT');
});

it('that does not end when it is told to is killed, with what it started', async () => {
  const cancel = new AbortController();
  const { lines, ended } = run(
    `import { spawn } from 'node:child_process';
     process.on('SIGINT', () => undefined);
     const child = spawn(process.execPath, ['-e', 'process.on("SIGINT", () => undefined); setInterval(() => undefined, 1000)'], { stdio: 'inherit' });
     console.log(child.pid);
     setInterval(() => undefined, 1000);`,
    { signal: cancel.signal, graceMs: 300 },
  );
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  cancel.abort(new Error('the time is over'));
  await expect(ended).rejects.toThrow('the time is over');
  const pid = Number(lines[0]);
  const isGone = () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  // Whoever adopted it has to take note of its end.
  while (!isGone()) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isGone()).toBe(true);
});
