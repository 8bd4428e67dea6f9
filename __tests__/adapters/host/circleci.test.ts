import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { circleciHost } from '../../../src/adapters/host/circleci.ts';
import { circleciToken } from '../../../src/adapters/host/circleci-oidc.ts';
import type { Git } from '../../../src/ports/git.ts';

const COMMIT = 'c'.repeat(40);
const GIT: Git = {
  headCommit: async () => 'd'.repeat(40),
  currentBranch: async () => 'checked-out',
  originRepository: async () => undefined,
  isAncestor: async () => undefined,
  deepen: async () => false,
  subject: async () => undefined,
};

/** What a job of a push to develop finds. */
const PUSH = {
  CIRCLECI: 'true',
  CIRCLE_BRANCH: 'develop',
  CIRCLE_SHA1: COMMIT,
  CIRCLE_REPOSITORY_URL: 'git@github.com:acme/shop.git',
  CIRCLE_PROJECT_USERNAME: 'acme',
  CIRCLE_PROJECT_REPONAME: 'shop',
  CIRCLE_USERNAME: 'mika',
  CIRCLE_BUILD_NUM: '42',
  CIRCLE_BUILD_URL: 'https://circleci.com/gh/acme/shop/42',
  CIRCLE_PIPELINE_ID: 'pipeline',
  CIRCLE_WORKFLOW_ID: 'workflow',
  CIRCLE_WORKFLOW_WORKSPACE_ID: 'workspace',
  CIRCLE_PULL_REQUEST: 'https://github.com/acme/shop/pull/7',
};

function circleci(environment: Record<string, string> = PUSH, argv: string[] = [], folder = '/nowhere') {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: true,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const host = circleciHost({
    argv,
    environment,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    inputs: [{ name: 'cluster', kind: 'name', description: 'The cluster.' }],
    commands: [],
    version: '1.2.3',
    outputNames: ['image', 'failed-step'],
    git: GIT,
    signal: new AbortController().signal,
    temporaryFolder: folder,
  });
  return { host, printed };
}

const without = (...names: (keyof typeof PUSH)[]) =>
  Object.fromEntries(Object.entries(PUSH).filter(([name]) => !names.includes(name as keyof typeof PUSH)));

describe('the event of a CircleCI job', () => {
  it('is what its variables tell', async () => {
    expect(await circleci().host.event()).toEqual({
      kind: 'other',
      name: 'pipeline',
      repository: 'acme/shop',
      commit: COMMIT,
      branch: 'develop',
      actor: 'mika',
      runId: 'pipeline',
      runAttempt: 42,
      runUrl: 'https://circleci.com/gh/acme/shop/42',
      commitUrl: `https://github.com/acme/shop/commit/${COMMIT}`,
    });
  });

  it('is the same run, another attempt, when the workflow is run again from its failed jobs', async () => {
    const first = await circleci().host.event();
    const again = await circleci({
      ...PUSH,
      CIRCLE_WORKFLOW_ID: 'another',
      CIRCLE_BUILD_NUM: '43',
    }).host.event();
    expect(again.runId).toBe(first.runId);
    expect(again.runAttempt).not.toBe(first.runAttempt);
  });

  it.each([
    [without(), 'pipeline'],
    [without('CIRCLE_PIPELINE_ID'), 'workspace'],
    [without('CIRCLE_PIPELINE_ID', 'CIRCLE_WORKFLOW_WORKSPACE_ID'), 'workflow'],
    [{ ...PUSH, DEPLOY_RUN_ID: 'given' }, 'given'],
  ])('takes the run id that lasts longest', async (environment, runId) => {
    expect((await circleci(environment).host.event()).runId).toBe(runId);
  });

  it('has a tag and no branch for a pushed tag', async () => {
    const event = await circleci({ ...without('CIRCLE_BRANCH'), CIRCLE_TAG: 'v1' }).host.event();
    expect(event.tag).toBe('v1');
    expect(event).not.toHaveProperty('branch');
  });

  it.each<[Record<string, string>, string]>([
    [{ CIRCLE_PR_NUMBER: '7' }, 'its number'],
    [{ CIRCLE_PR_USERNAME: 'eve' }, 'its author'],
    [{ CIRCLE_BRANCH: 'pull/7' }, 'its branch'],
  ])('is a pull request for a fork, known by %j', async (more) => {
    expect(await circleci({ ...PUSH, ...more }).host.event()).toMatchObject({
      kind: 'pull_request',
      name: 'pull_request',
    });
  });

  it.each([
    ['https://github.com/acme/shop', 'acme/shop', `https://github.com/acme/shop/commit/${COMMIT}`],
    ['git@bitbucket.org:acme/shop.git', 'acme/shop', `https://bitbucket.org/acme/shop/commits/${COMMIT}`],
    ['git@gitlab.com:a/b/shop.git', 'a/b/shop', `https://gitlab.com/a/b/shop/-/commit/${COMMIT}`],
    ['ssh://git@git.acme.dev:2222/team/shop.git', 'team/shop', undefined],
    ['nonsense', 'acme/shop', undefined],
  ])('of %s knows the repository and the page of the commit', async (address, repository, commitUrl) => {
    const event = await circleci({ ...PUSH, CIRCLE_REPOSITORY_URL: address }).host.event();
    expect([event.repository, event.commitUrl]).toEqual([repository, commitUrl]);
  });

  it('knows the commit before from DEPLOY_BEFORE alone, and none for a new branch', async () => {
    const before = 'b'.repeat(40);
    expect((await circleci({ ...PUSH, DEPLOY_BEFORE: before }).host.event()).before).toBe(before);
    expect(await circleci({ ...PUSH, DEPLOY_BEFORE: '0'.repeat(40) }).host.event()).not.toHaveProperty(
      'before',
    );
    expect(await circleci({ ...PUSH, DEPLOY_BEFORE: '' }).host.event()).not.toHaveProperty('before');
  });
});

describe('what a CircleCI job shows and leaves', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'circleci-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is plain text, on the TTY that the step has too; a mask prints nothing', () => {
    const { host, printed } = circleci();
    host.mask('hunter2');
    host.openGroup('Migrate');
    host.outside(['::error::hunter2']);
    host.closeGroup();
    host.annotate({ level: 'error', title: 'T', message: 'm', file: 'deploy.yml', line: 3 });
    expect(printed).toEqual({
      stdout: 'Migrate\n  │ ::error::***\nError: T (deploy.yml:3): m\n',
      stderr: '',
    });
  });

  it('leaves outputs and summary outside of the checkout', async () => {
    const { host } = circleci(PUSH, [], folder);
    host.setOutput('image', 'shop@sha256:1');
    await host.writeSummary('# Done');
    expect(readFileSync(join(folder, 'deploy-action/outputs.env'), 'utf8')).toBe(
      'DEPLOYED_IMAGE=shop@sha256:1\n',
    );
    expect(readFileSync(join(folder, 'deploy-action/summary.md'), 'utf8')).toBe('# Done\n');
  });

  it('hands outputs to later steps through $BASH_ENV, whatever characters they have', () => {
    const bashEnv = join(folder, 'bash-env');
    writeFileSync(bashEnv, 'export KEPT=1\n');
    const value = `it's "$(touch ${join(folder, 'owned')})" \\ \`x\`\nsecond line`;
    const environment = { ...PUSH, BASH_ENV: bashEnv };
    circleci(environment, [], folder).host.setOutput('failed-step', 'of the run before');
    circleci(environment, [], folder).host.setOutput('image', value);
    const seen = execFileSync(
      'bash',
      ['-c', 'printf "%s|%s|%s" "$KEPT" "$DEPLOYED_IMAGE" "${DEPLOYED_FAILED_STEP-none}"'],
      {
        env: { PATH: process.env['PATH'], BASH_ENV: bashEnv },
        encoding: 'utf8',
        // Bash takes a socket for a remote shell, and reads other files then.
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    expect(seen).toBe(`1|${value}|none`);
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });
});

describe('the OIDC token of a CircleCI job', () => {
  const ORGANISATION = '11111111-2222-3333-4444-555555555555';
  const NOW = Date.parse('2026-01-01T00:00:00Z');
  const token = (claims: object) =>
    ['{"alg":"none"}', JSON.stringify(claims), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  const expires = (seconds: number) => NOW / 1000 + seconds;
  const given = token({ aud: ORGANISATION, exp: expires(3600) });

  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'circleci-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A program `circleci` that writes down how it was called, and answers. */
  const program = (answer: string, exitCode = 0) => {
    const path = join(folder, 'circleci');
    writeFileSync(
      path,
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${join(folder, 'called')}'\nprintf '%s\\n' '${answer}'\nexit ${exitCode}\n`,
    );
    chmodSync(path, 0o755);
  };
  const called = () => readFileSync(join(folder, 'called'), 'utf8');
  const ask = (audience: string, environment: Record<string, string> = { CIRCLE_OIDC_TOKEN_V2: given }) =>
    circleciToken({
      environment: {
        PATH: [folder, '/usr/bin', '/bin', dirname(process.execPath)].join(delimiter),
        ...environment,
      },
      audience,
      signal: new AbortController().signal,
      now: () => NOW,
    });

  it('is the one that the job was given, for the audience that it has', async () => {
    expect(await ask(ORGANISATION)).toBe(given);
    const first = token({ aud: ORGANISATION, v: 1 });
    expect(await ask(ORGANISATION, { CIRCLE_OIDC_TOKEN: first })).toBe(first);
    expect(await ask(ORGANISATION, { CIRCLE_OIDC_TOKEN: first, CIRCLE_OIDC_TOKEN_V2: given })).toBe(given);
  });

  it('is a new one for another audience', async () => {
    program('new.to.ken');
    expect(await ask('sts.amazonaws.com')).toBe('new.to.ken');
    expect(called()).toBe('run\noidc\nget\n--claims\n{"aud":"sts.amazonaws.com"}\n');
  });

  it('is a new one when the given one is about to end', async () => {
    program('new.to.ken');
    const old = token({ aud: ORGANISATION, exp: expires(59) });
    expect(await ask(ORGANISATION, { CIRCLE_OIDC_TOKEN_V2: old })).toBe('new.to.ken');
    expect(called()).toContain(ORGANISATION);
  });

  it.each([
    ['fails', () => program('a.secret.token', 1)],
    ['prints something else', () => program('usage: circleci')],
    ['is not there', () => undefined],
  ])('is told to be missing where `circleci` %s, and what it printed is not shown', async (_how, prepare) => {
    prepare();
    const error: unknown = await ask('sts.amazonaws.com').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'OIDC_UNAVAILABLE' });
    expect(JSON.stringify(error)).not.toContain('secret');
    expect((error as Error).message).toContain('circleci run oidc get');
  });

  it('is none in a job of a fork', async () => {
    expect(await ask('sts.amazonaws.com', {})).toBeUndefined();
  });

  it.each<[Record<string, string>, string | undefined]>([
    [{ CIRCLE_OIDC_TOKEN_V2: given }, ORGANISATION],
    [{ CIRCLE_OIDC_TOKEN_V2: given, DEPLOY_OIDC_AUDIENCE: 'sts.amazonaws.com' }, 'sts.amazonaws.com'],
    [{ CIRCLE_OIDC_TOKEN_V2: 'unreadable', CIRCLE_ORGANIZATION_ID: ORGANISATION }, ORGANISATION],
    [{}, undefined],
  ])(
    'has the audience that AWS was told of in CircleCI’s guide, unless another is named',
    (environment, audience) => {
      expect(circleci(environment).host.oidcAudience).toBe(audience);
    },
  );

  it('is never shown', async () => {
    const { host, printed } = circleci({ ...PUSH, CIRCLE_OIDC_TOKEN_V2: token({ aud: ORGANISATION }) });
    host.info((await host.oidcToken(ORGANISATION)) ?? '');
    expect(printed.stdout).toBe('***\n');
  });
});
