import { jest } from '@jest/globals';
import { containersOf } from '../../src/rules/task-definition/task-definition.ts';
import { breaker, REGISTRY_PASSWORD } from '../fakes/aws/fake-aws.ts';
import type { ActionRun } from '../e2e/support/runner.ts';
import { inputs, openFakeShop, type FakeShop } from './fake-shop.ts';
import { runInTerminal } from './terminal.ts';

// Each test starts Node several times, beside others.
jest.setTimeout(120_000);

/** A marked secret for each place where one can be. None may be in anything that is written. */
const PLANTED = {
  accessKey: 'planted-secret-access-key',
  sessionToken: 'planted-session-token',
  githubToken: 'planted-github-token',
  environmentValue: 'planted-environment-value',
  runEnvironment: 'planted-run-environment',
  buildSecret: 'planted-build-secret',
  webhook: 'planted-webhook-path',
};
const ALL = [...Object.values(PLANTED), REGISTRY_PASSWORD];

const environment = {
  AWS_SECRET_ACCESS_KEY: PLANTED.accessKey,
  AWS_SESSION_TOKEN: PLANTED.sessionToken,
  NPM_TOKEN: PLANTED.buildSecret,
  SLACK_WEBHOOK_URL: `http://127.0.0.1:9/${PLANTED.webhook}`,
  RUNNER_DEBUG: '1',
  DEPLOY_DEBUG: '1',
};

/** What the runner itself takes away: it hides these values in all that follows. */
const withoutMasks = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');

function found(text: string): string[] {
  return ALL.filter((secret) => text.includes(secret));
}

function everythingOf(run: ActionRun): string {
  const { stdout, outputs, state, summary, left, post } = run;
  return [
    withoutMasks(stdout),
    JSON.stringify({ outputs, state, left }),
    summary,
    withoutMasks(post.stdout),
  ].join('\n');
}

async function openShopWithSecrets(rollout?: ReturnType<typeof breaker>): Promise<FakeShop> {
  const shop = await openFakeShop(rollout === undefined ? {} : { rollout });
  const [container] = containersOf(shop.aws.ecs.taskDefinitions.find('web:1')?.definition ?? {});
  if (container === undefined) throw new Error('web:1 has no container');
  Object.assign(container, { environment: [{ name: 'DB_PASSWORD', value: PLANTED.environmentValue }] });
  return shop;
}

describe('R53 no secret is printed', () => {
  it.each([
    ['a deploy that completes', { ...inputs, migrate: 'bin/migrate' }, undefined],
    ['a deploy that is rolled back', inputs, breaker({ afterSeconds: 0.5, rollbackSeconds: 0.2 })],
    ['a plan', { ...inputs, command: 'plan' }, undefined],
    ['status', { cluster: 'staging', services: 'web', command: 'status' }, undefined],
    [
      'a task with variables of its own',
      {
        cluster: 'staging',
        services: 'web',
        repository: 'shop',
        command: 'run',
        'run-command': 'bin/report',
        'run-environment': `TOKEN=${PLANTED.runEnvironment}`,
      },
      undefined,
    ],
    ['a wrong input', { ...inputs, timeout: 'soon' }, undefined],
  ])('by %s, in the runner', async (_, given, rollout) => {
    const shop = await openShopWithSecrets(rollout);
    try {
      const run = await shop.run({
        inputs: { ...given, environment: 'staging', 'github-token': PLANTED.githubToken },
        environment: { ...shop.environment, ...environment },
      });
      expect(run.stdout).not.toBe('');
      expect(found(everythingOf(run))).toEqual([]);
    } finally {
      await shop.close();
    }
  });

  it.each([
    ['deploy', '--image', 'v2', '--repository', 'shop'],
    ['plan', '--image', 'v2', '--repository', 'shop'],
    ['status', '--json'],
  ])('by %s %s, in a terminal, where nothing is hidden afterwards', async (...words) => {
    const shop = await openShopWithSecrets();
    try {
      const run = await runInTerminal(
        shop.checkout.folder,
        [...words, '--cluster', 'staging', '--services', 'web', '--environment', 'staging'],
        { ...shop.environment, ...environment, DEPLOY_GITHUB_TOKEN: PLANTED.githubToken },
      );
      expect(run.stdout + run.stderr).not.toBe('');
      expect(found(run.stdout + run.stderr)).toEqual([]);
    } finally {
      await shop.close();
    }
  });
});
