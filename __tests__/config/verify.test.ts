import { readPlan } from '../../src/config/read-plan.ts';
import { UsageError } from '../../src/errors.ts';
import { configWorld, push } from '../fakes/config-world.ts';

const file = (sections: string) => `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging }
  production: { branch: master, cluster: production, ${sections.split('|')[1] ?? ''} }
services: [web, worker]
${sections.split('|')[0] ?? ''}
`;

const world = (sections: string, more: Partial<Parameters<typeof configWorld>[0]> = {}) =>
  configWorld({
    ...more,
    files: {
      '.github/deploy.yml': file(sections),
      'smoke.sh': '#!/bin/sh',
      'bin/plain.sh': 'exit 0',
      ...more.files,
    },
  });

const verifyOf = async (...request: Parameters<typeof world>) => {
  const plan = await readPlan(world(...request));
  return 'verify' in plan ? plan.verify : undefined;
};

async function problemsOf(...request: Parameters<typeof world>): Promise<string[]> {
  const thrown: unknown = await readPlan(world(...request)).catch((error: unknown) => error);
  if (!(thrown instanceof UsageError)) throw new Error('expected a UsageError', { cause: thrown });
  return thrown.problems.map(({ message, line = 0 }) => `${line}: ${message}`);
}

describe('verify in deploy.yml', () => {
  it('is a command, with five minutes', async () => {
    expect(await verifyOf('verify: { command: "./smoke.sh --only \'the cart\'" }')).toEqual({
      kind: 'command',
      command: ['./smoke.sh', '--only', 'the cart'],
      timeoutSeconds: 300,
    });
  });

  it('is an address, with what it must answer', async () => {
    const url = 'https://shop.example.com/health';
    expect(await verifyOf(`verify: { url: "${url}" }`)).toEqual({
      kind: 'url',
      url,
      statuses: [200],
      intervalSeconds: 5,
      timeoutSeconds: 300,
      headers: {},
      secretHeaders: {},
    });
    const whole = `verify: { url: "${url}", status: [200, 204], body: ok, interval: 1m, timeout: 10m, headers: { X-A: b }, secret-headers: { Authorization: TOKEN } }`;
    expect(await verifyOf(whole, { variables: ['AWS_REGION', 'TOKEN'] })).toEqual({
      kind: 'url',
      url,
      statuses: [200, 204],
      body: 'ok',
      intervalSeconds: 60,
      timeoutSeconds: 600,
      headers: { 'X-A': 'b' },
      secretHeaders: { Authorization: 'TOKEN' },
    });
  });

  it('is a task, which a cancel stops', async () => {
    expect(
      await verifyOf(
        'verify: { task: { command: bin/check, service: worker, container: app }, timeout: 2m }',
      ),
    ).toEqual({
      kind: 'task',
      task: {
        service: 'worker',
        container: 'app',
        command: ['bin/check'],
        timeoutSeconds: 120,
        onCancel: 'stop',
      },
      timeoutSeconds: 120,
    });
    expect(
      await verifyOf('verify: { task: { command: bin/check, timeout: 1m }, timeout: 2m }'),
    ).toMatchObject({
      task: { service: 'web', timeoutSeconds: 60 },
      timeoutSeconds: 60,
    });
  });

  it('is overridden by an environment: key by key, and as a whole where it is another kind', async () => {
    const both = 'verify: { url: "https://a.example.com/", body: ok, timeout: 2m }|verify: ';
    const production = { event: push('master') };
    expect(await verifyOf(`${both}{ url: "https://b.example.com/" }`, production)).toMatchObject({
      url: 'https://b.example.com/',
      body: 'ok',
      timeoutSeconds: 120,
    });
    expect(await verifyOf(`${both}{ timeout: 3m }`, production)).toMatchObject({
      url: 'https://a.example.com/',
      timeoutSeconds: 180,
    });
    expect(await verifyOf(`${both}{ command: ./smoke.sh }`, production)).toEqual({
      kind: 'command',
      command: ['./smoke.sh'],
      timeoutSeconds: 120,
    });
    expect(await verifyOf(`|verify: { command: ./smoke.sh }`)).toBeUndefined();
  });

  it.each([
    [
      'several kinds',
      'verify: { command: ./smoke.sh, url: "https://a.example.com/" }',
      ['7: `verify.url` stands beside `command`'],
    ],
    ['none', 'verify: { timeout: 2m }', ['7: `verify` does not say how']],
    [
      'a key of another kind',
      'verify: { command: ./smoke.sh, status: 200 }',
      ['7: `verify.status` belongs to `url`, not to `command`'],
    ],
    [
      'no address',
      'verify: { url: /health }',
      ['7: `verify.url` must be an address such as `https://staging.example.com/health`, not `/health`'],
    ],
    [
      'a service that is not deployed',
      'verify: { task: { command: bin/check, service: api } }',
      ['7: `verify.task.service` names `api`, which is not among the services of this run'],
    ],
    [
      'no such program',
      'verify: { command: [bin/smoke, a] }',
      ['7: `verify.command` names `bin/smoke`, which is not in the checkout'],
    ],
    [
      'a program that cannot be run',
      'verify: { command: ./bin/plain.sh }',
      ['7: `verify.command` names `./bin/plain.sh`, which is not executable'],
    ],
    [
      'a variable that is not set',
      'verify: { url: "https://a.example.com/", secret-headers: { Authorization: TOKEN } }',
      ['7: `verify.secret-headers.Authorization` names `TOKEN`, which is not set'],
    ],
  ])('is refused before anything is touched: %s', async (_what, sections, problems) => {
    expect(await problemsOf(sections)).toEqual(problems);
  });

  it.each(['sh smoke.sh', '/usr/bin/env true'])('takes a program of the machine: %s', async (command) => {
    expect(await verifyOf(`verify: { command: ${command} }`)).toMatchObject({ kind: 'command' });
  });

  it('is no part of a command that deploys nothing, and its program is not asked for', async () => {
    const missing = 'verify: { command: ./gone.sh }';
    const status = await readPlan(world(missing, { inputs: { command: 'status' } }));
    expect(status).not.toHaveProperty('verify');
    const back = await readPlan(world(missing, { inputs: { command: 'continue', rollback: 'true' } }));
    expect(back).not.toHaveProperty('verify');
    expect(await problemsOf(missing, { inputs: { command: 'continue' } })).toHaveLength(1);
  });
});
