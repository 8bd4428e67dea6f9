import { jest } from '@jest/globals';
import { githubRepository } from '../e2e/support/runner.ts';
import { openFakeShop, startFakeAws, type FakeShop } from './fake-shop.ts';
import { callsOf } from './recorded-calls.ts';
import { runInTerminal } from './terminal.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

const args = ['--cluster', 'staging', '--repository', 'shop', '--services', 'web', '--image', 'v2'];
const configuration = `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging }
services: [web]
`;

describe('the same bundle in a terminal', () => {
  let shop: FakeShop;

  beforeEach(async () => {
    shop = await openFakeShop({ files: { '.github/deploy.yml': configuration } });
  });

  afterEach(() => shop.close());

  it('R23 makes the calls that the action makes', async () => {
    const other = await startFakeAws();
    try {
      const { folder } = shop.checkout;
      await shop.git.git(
        '-C',
        folder,
        'remote',
        'set-url',
        'origin',
        `git@github.com:${githubRepository}.git`,
      );
      const action = await shop.run({ inputs: { environment: 'staging', image: 'v2' } });
      const terminal = await runInTerminal(
        folder,
        ['deploy', '--environment', 'staging', '--image', 'v2'],
        other.environment,
      );

      expect([action.exitCode, terminal.exitCode]).toEqual([0, 0]);
      expect(callsOf(other)).toEqual(callsOf(shop));
    } finally {
      await other.close();
    }
  });

  it('prints a log that is for people, and no command for a runner', async () => {
    const { exitCode, stdout } = await runInTerminal(
      shop.checkout.folder,
      ['deploy', ...args],
      shop.environment,
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('staging: completed');
    expect(stdout).not.toMatch(/^\s*::|##\[/mu);
    expect(stdout).not.toContain('\u001b');
  });

  it('with --json, prints the result object and nothing else on standard output', async () => {
    const { exitCode, stdout, stderr } = await runInTerminal(
      shop.checkout.folder,
      ['deploy', ...args, '--json'],
      shop.environment,
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ environment: 'staging', outcome: 'completed' });
    expect(stderr).toContain('staging: completed');
  });

  it('refuses an option there is none of, before the first AWS call', async () => {
    const { exitCode, stdout, stderr } = await runInTerminal(
      shop.checkout.folder,
      ['deploy', '--clustr', 'staging'],
      shop.environment,
    );
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain('--cluster');
    expect(shop.aws.calls).toEqual([]);
  });
});

describe('questions about the program', () => {
  const ask = (...args: string[]) => runInTerminal(process.cwd(), args, { PATH: process.env['PATH']! });

  it.each([
    [['--help'], 'Usage: deploy-action [COMMAND] [OPTIONS]'],
    [['help', 'rollback'], 'Usage: deploy-action rollback [OPTIONS]'],
    [['rollback', '--help'], 'Usage: deploy-action rollback [OPTIONS]'],
    [['completion', 'fish'], 'complete -c deploy-action'],
  ])('%j is answered on standard output', async (args, text) => {
    const { exitCode, stdout, stderr } = await ask(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(text);
  });

  it.each([
    ['help', 'rolback'],
    ['completion', 'tcsh'],
  ])('%s %s is an error of usage, told on standard error', async (...args) => {
    const { exitCode, stdout, stderr } = await ask(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('there is no');
  });
});
