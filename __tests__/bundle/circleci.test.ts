import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readCall } from '../fakes/aws/protocols.ts';
import { openFakeShop, type FakeShop } from './fake-shop.ts';
import { runInTerminal, type TerminalRun } from './terminal.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

const ORGANISATION = '11111111-2222-3333-4444-555555555555';
const ROLE = 'arn:aws:iam::111111111111:role/deploy';
const configuration = `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging, role: '${ROLE}' }
services: [web]
migrate: { service: web, command: [bin/migrate], on-cancel: stop }
`;
const ARGS = ['--cluster', 'staging', '--repository', 'shop', '--services', 'web', '--image', 'v2'];

describe('the bundle in a CircleCI job', () => {
  let shop: FakeShop;
  let folder: string;

  beforeEach(async () => {
    shop = await openFakeShop();
    folder = mkdtempSync(join(tmpdir(), 'circleci-'));
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await shop.close();
  });

  /** The variables of a job of the push, with keys for AWS unless `more` says otherwise. */
  const job = (more: Record<string, string> = {}): Record<string, string> => ({
    ...shop.environment,
    CIRCLECI: 'true',
    CIRCLE_BRANCH: 'develop',
    CIRCLE_SHA1: shop.event.sha,
    CIRCLE_REPOSITORY_URL: 'git@github.com:acme/shop.git',
    CIRCLE_USERNAME: 'mika',
    CIRCLE_PIPELINE_ID: 'pipeline-1',
    CIRCLE_WORKFLOW_ID: 'workflow-1',
    CIRCLE_BUILD_NUM: '42',
    CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/shop/42',
    TMPDIR: folder,
    ...more,
  });
  const withoutKeys = ({
    AWS_ACCESS_KEY_ID: _id,
    AWS_SECRET_ACCESS_KEY: _key,
    ...rest
  }: Record<string, string>) => rest;
  const run = (
    args: readonly string[],
    environment: Record<string, string>,
    terminate?: AbortSignal,
  ): Promise<TerminalRun> =>
    runInTerminal(shop.checkout.folder, args, environment, terminate === undefined ? {} : { terminate });
  const webTaskDefinition = () => shop.aws.ecs.service('web').taskDefinition.split('/').at(-1);

  it('deploys the branch, tells whose run it was, and leaves outputs and summary', async () => {
    const bashEnv = join(folder, 'bash-env');
    const { exitCode, stdout } = await run(['deploy', ...ARGS], job({ BASH_ENV: bashEnv }));

    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(webTaskDefinition()).toBe('web:2');
    expect(stdout).not.toMatch(/^\s*::/mu);
    expect(stdout).not.toContain('\u001b');
    const outputs = readFileSync(join(folder, 'deploy-action/outputs.env'), 'utf8');
    expect(outputs).toMatch(/^DEPLOYED_OUTCOME=completed$/mu);
    expect(readFileSync(bashEnv, 'utf8')).toMatch(/^export DEPLOYED_OUTCOME=completed$/mu);
    expect(readFileSync(join(folder, 'deploy-action/summary.md'), 'utf8')).toContain(
      'https://circleci.com/gh/acme/shop/42',
    );
    const registered = shop.aws.calls.find(({ operation }) => operation === 'RegisterTaskDefinition');
    expect(registered?.input).toMatchObject({
      tags: expect.arrayContaining([
        { key: 'deploy-action:run', value: 'pipeline-1' },
        { key: 'deploy-action:actor', value: 'mika' },
        { key: 'deploy-action:repository', value: 'acme/shop' },
      ]) as unknown,
    });
    expect(existsSync(join(shop.checkout.folder, 'deploy-outputs.env'))).toBe(false);
  });

  it('takes its inputs from DEPLOY_* variables', async () => {
    const { exitCode, stdout } = await run(
      [],
      job({
        DEPLOY_CLUSTER: 'staging',
        DEPLOY_REPOSITORY: 'shop',
        DEPLOY_SERVICES: 'web',
        DEPLOY_IMAGE: 'v2',
      }),
    );
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(webTaskDefinition()).toBe('web:2');
  });

  it('deploys nothing for a fork', async () => {
    const { exitCode, stdout } = await run(
      ['deploy', ...ARGS],
      job({ CIRCLE_PR_NUMBER: '7', CIRCLE_BRANCH: 'pull/7' }),
    );
    expect({ exitCode, calls: shop.aws.calls.length }).toEqual({ exitCode: 2, calls: 0 });
    expect(stdout).toContain('EVENT_NOT_ALLOWED');
  });

  const token = jwt({ aud: ORGANISATION, exp: Math.floor(Date.now() / 1000) + 3600 });

  it('signs in with the token of the job', async () => {
    const environment = withoutKeys(job({ CIRCLE_OIDC_TOKEN_V2: token }));
    const { exitCode, stdout } = await run(['deploy', ...ARGS, '--role', ROLE], environment);

    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(tokensSent()).toEqual([token]);
    expect(stdout).not.toContain(token);
  });

  it('signs in with a token for another audience, made by the program of the job', async () => {
    const other = jwt({ aud: 'sts.amazonaws.com' });
    const program = join(folder, 'circleci');
    const answer = `[ "$5" = '{"aud":"sts.amazonaws.com"}' ] && echo '${other}'`;
    writeFileSync(program, `#!/bin/sh\n${answer}\n`);
    chmodSync(program, 0o755);
    const environment = withoutKeys(
      job({
        CIRCLE_OIDC_TOKEN_V2: token,
        DEPLOY_OIDC_AUDIENCE: 'sts.amazonaws.com',
        PATH: `${folder}:${process.env['PATH']}`,
      }),
    );
    const { exitCode, stdout } = await run(['deploy', ...ARGS, '--role', ROLE], environment);

    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(tokensSent()).toEqual([other]);
    expect(stdout).not.toContain(other);
  });

  it('cancelled, finishes with the session that it has, because no post step follows', async () => {
    await shop.close();
    shop = await openFakeShop({ files: { '.circleci/deploy.yml': configuration } });
    shop.aws.ecs.nextTask('web', { runSeconds: 600 });
    const cancel = new AbortController();
    loseAnswerOf('RunTask', () => cancel.abort());
    const environment = withoutKeys(job({ CIRCLE_OIDC_TOKEN_V2: token }));
    const { exitCode, stdout } = await run(['deploy', '--image', 'v2'], environment, cancel.signal);

    expect({ exitCode, stdout }).toMatchObject({ exitCode: 143 });
    const [task] = shop.aws.ecs.tasks({ group: 'family:web' });
    expect(task?.desiredStatus).toBe('STOPPED');
    expect(tokensSent()).toEqual([token]);
  });

  /** AWS does it, and nobody hears of it. */
  function loseAnswerOf(operation: string, act: () => void): void {
    const answer = shop.aws.answer.bind(shop.aws);
    shop.aws.answer = (request) => {
      const answered = answer(request);
      if (readCall(request).operation !== operation) return answered;
      act();
      return { kind: 'reset' };
    };
  }

  function tokensSent(): unknown[] {
    return shop.aws.calls
      .filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity')
      .map(({ input }) => (input as { WebIdentityToken?: unknown }).WebIdentityToken);
  }
});

function jwt(claims: object): string {
  return ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}
