import { jest } from '@jest/globals';
import { readAsRunner } from '../e2e/support/runner-commands.ts';
import type { ActionRequest, ActionRun } from '../e2e/support/runner.ts';
import { inputs, openFakeShop } from './fake-shop.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

const configuration = `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging }
services: [web]
`;

/** Runs a request that cannot be meant, and makes sure of what holds for every one of them. */
async function refuse(
  request: Partial<ActionRequest>,
  files: Record<string, string> = {},
): Promise<ActionRun & { errors: string[] }> {
  const shop = await openFakeShop({ files });
  try {
    const event = { ...shop.event, ...request.event };
    const run = await shop.run({ ...request, event });
    expect({ exitCode: run.exitCode, calls: shop.aws.calls.length, stdout: run.stdout }).toMatchObject({
      exitCode: 2,
      calls: 0,
    });
    expect(run.stdout).not.toMatch(/^\s+at /mu);
    const { commands } = readAsRunner(run.stdout);
    return { ...run, errors: commands.filter(({ name }) => name === 'error').map(({ value }) => value) };
  } finally {
    await shop.close();
  }
}

describe('a request that cannot be meant ends with exit code 2, before the first AWS call', () => {
  it('names everything that is missing at once, where neither inputs nor a file say what to deploy', async () => {
    const { stdout, errors } = await refuse({ inputs: {} });
    for (const missing of ['cluster', 'services', 'repository']) expect(stdout).toContain(missing);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('names the branch that no environment has, and those that some have', async () => {
    const ref = 'refs/heads/feature/cart';
    const { stdout } = await refuse(
      { inputs: {}, event: { name: 'push', ref, sha: 'a'.repeat(40), payload: { ref } } },
      { '.github/deploy.yml': configuration },
    );
    expect(stdout).toContain('feature/cart');
    expect(stdout).toContain('develop');
  });

  it('says that a pull request deploys nothing', async () => {
    const { stdout } = await refuse({
      event: { name: 'pull_request', ref: 'refs/pull/7/merge', sha: 'a'.repeat(40), payload: { number: 7 } },
    });
    expect(stdout).toContain('pull_request');
  });

  it('points at an unknown key, with the key that was meant', async () => {
    const { stdout, stdout: text } = await refuse(
      { inputs: {} },
      { '.github/deploy.yml': configuration.replace('services:', 'servces:') },
    );
    const { commands } = readAsRunner(text);
    expect(stdout).toContain('servces');
    expect(stdout).toMatch(/did you mean .?services/iu);
    expect(
      commands.filter(({ name }) => name === 'error').map(({ properties }) => properties),
    ).toContainEqual(expect.objectContaining({ file: '.github/deploy.yml', line: '5' }));
  });

  it.each([
    ['a file that is not there', { ...inputs, config: 'no/such.yml' }, 'no/such.yml'],
    ['a duration that is none', { ...inputs, timeout: 'soon' }, 'soon'],
    ['a service named twice', { ...inputs, services: 'web,web' }, 'web'],
    ['a command there is none of', { ...inputs, command: 'depoly' }, 'deploy'],
  ])('refuses %s', async (_reason, wrong, named) => {
    expect((await refuse({ inputs: wrong })).stdout).toContain(named);
  });

  it('tells the job summary and the outputs', async () => {
    const { summary, outputs } = await refuse({ inputs: {} });
    expect(outputs['outcome']).toBe('failed');
    expect(outputs['failed-step']).toBe('configure');
    expect(summary).toContain('cluster');
  });
});
