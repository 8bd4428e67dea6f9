import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { jest } from '@jest/globals';
import { parse } from 'yaml';
import { actionPrograms } from '../e2e/support/action-definition.ts';
import { openFakeShop, type FakeShop } from './fake-shop.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

const ROLE = 'arn:aws:iam::111111111111:role/deploy';
const TOKEN = 'the.job.token';
const configuration = `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging, role: '${ROLE}' }
services: [web]
`;

interface Recipe {
  name: string;
  /** What the CI system gives a job of a push to develop; the commit is HEAD, as it checks it out. */
  variables: Record<string, string>;
  /** The lines of the job's shell, and the variables that the file itself gives it. */
  read: () => { script: string; variables: Record<string, string> };
  expected: { runId: string; actor?: string; before?: string };
}

const recipes: Recipe[] = [
  {
    name: 'gitlab',
    variables: {
      CI: 'true',
      GITLAB_CI: 'true',
      CI_COMMIT_BRANCH: 'develop',
      CI_COMMIT_BEFORE_SHA: '0'.repeat(40),
      GITLAB_USER_LOGIN: 'mika',
      CI_PIPELINE_ID: '1001',
      CI_JOB_ID: '2002',
      CI_JOB_URL: 'https://gitlab.com/acme/shop/-/jobs/2002',
    },
    read: () => {
      const { deploy } = parse(readFileSync('examples/gitlab/.gitlab-ci.yml', 'utf8')) as {
        deploy: {
          script: string[];
          variables: Record<string, string>;
          id_tokens: Record<string, { aud: string }>;
          artifacts: { reports: { dotenv: string }; paths: string[] };
        };
      };
      const { variables, id_tokens, artifacts } = deploy;
      expect(artifacts.reports.dotenv).toBe(variables['DEPLOY_OUTPUT_FILE']);
      expect(artifacts.paths).toEqual([variables['DEPLOY_SUMMARY_FILE']]);
      expect(Object.values(id_tokens)).toEqual([{ aud: 'sts.amazonaws.com' }]);
      const tokens = Object.keys(id_tokens).map((name) => [name, TOKEN]);
      return {
        script: deploy.script.join('\n'),
        variables: { ...variables, ...(Object.fromEntries(tokens) as Record<string, string>) },
      };
    },
    expected: { runId: '1001', actor: 'mika' },
  },
  {
    name: 'bitbucket',
    variables: {
      CI: 'true',
      BITBUCKET_BRANCH: 'develop',
      BITBUCKET_BUILD_NUMBER: '7',
      BITBUCKET_REPO_SLUG: 'shop',
      BITBUCKET_REPO_FULL_NAME: 'acme/shop',
      BITBUCKET_STEP_OIDC_TOKEN: TOKEN,
    },
    read: () => {
      const { pipelines } = parse(readFileSync('examples/bitbucket/bitbucket-pipelines.yml', 'utf8'), {
        merge: true,
      }) as {
        pipelines: {
          branches: Record<string, { step: { oidc: boolean; script: string[]; deployment: string } }[]>;
        };
      };
      const steps = Object.entries(pipelines.branches).map(([branch, [first]]) => ({
        branch,
        ...first!.step,
      }));
      expect(steps.map(({ branch, deployment, oidc }) => [branch, deployment, oidc])).toEqual([
        ['develop', 'staging', true],
        ['master', 'production', true],
      ]);
      return { script: steps[0]!.script.join('\n'), variables: {} };
    },
    expected: { runId: 'shop-7' },
  },
  {
    name: 'buildkite',
    variables: {
      CI: 'true',
      BUILDKITE: 'true',
      BUILDKITE_BRANCH: 'develop',
      BUILDKITE_BUILD_CREATOR: 'Mika Meer',
      BUILDKITE_BUILD_ID: 'build-1',
      BUILDKITE_RETRY_COUNT: '0',
      BUILDKITE_BUILD_URL: 'https://buildkite.com/acme/shop/builds/1',
    },
    read: () => {
      const { steps } = parse(readFileSync('examples/buildkite/pipeline.yml', 'utf8')) as {
        steps: { command: string; if: string; concurrency: number; concurrency_group: string }[];
      };
      const [step] = steps;
      expect(step!.if).toContain('build.pull_request.id == null');
      // The agent replaces variables when it uploads the file, and makes one dollar of two.
      expect(step!.command.replaceAll('$$', '')).not.toContain('$');
      return { script: step!.command.replaceAll('$$', '$'), variables: {} };
    },
    expected: { runId: 'build-1', actor: 'Mika Meer' },
  },
];

describe.each(recipes)('the recipe for $name', ({ name: system, variables, read, expected }) => {
  let shop: FakeShop;
  let home: string;

  beforeEach(async () => {
    shop = await openFakeShop({ files: { 'deploy.yml': configuration } });
    // CI systems check out a commit, not a branch.
    execFileSync('git', ['-C', shop.checkout.folder, 'checkout', '--quiet', '--detach']);
    home = mkdtempSync(join(tmpdir(), 'other-ci-'));
    mkdirSync(join(home, 'bin'));
    program(
      'npx',
      `[ "$1 $2" = "--yes deploy-action@1" ] || exit 64; shift 2\nexec '${process.execPath}' '${actionPrograms().main}' "$@"`,
    );
    program(
      'buildkite-agent',
      `[ "$*" = "oidc request-token --audience sts.amazonaws.com" ] && echo ${TOKEN}`,
    );
  });
  afterEach(async () => {
    rmSync(home, { recursive: true });
    await shop.close();
  });

  const program = (name: string, does: string) => {
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${does}\n`);
    chmodSync(join(home, 'bin', name), 0o755);
  };

  /** `$NAME` in the variables of a file, as GitLab replaces it. */
  const replaced = (value: string) =>
    value.replaceAll(/\$(\w+)/gu, (_all, name: string) => variables[name] ?? '');

  async function runJob(more: Record<string, string> = {}) {
    const job = read();
    const child = spawn('bash', ['-eo', 'pipefail', '-c', job.script], {
      cwd: shop.checkout.folder,
      env: {
        ...withoutKeys(shop.environment),
        HOME: home,
        PATH: [join(home, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
        ...variables,
        ...Object.fromEntries(Object.entries(job.variables).map(([name, value]) => [name, replaced(value)])),
        // The image is in the registry already: nothing is to be built here.
        DEPLOY_IMAGE: 'v2',
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { exitCode, output: stdout + stderr };
  }

  it('deploys the branch in the role of deploy.yml, with the token of the job', async () => {
    const { exitCode, output } = await runJob();
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/\/web:2$/u);
    const [exchange] = shop.aws.calls.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity');
    expect(exchange?.input).toMatchObject({ RoleArn: ROLE, WebIdentityToken: TOKEN });
    expect(output).not.toContain(TOKEN);
    const registered = shop.aws.calls.find(({ operation }) => operation === 'RegisterTaskDefinition');
    const { tags } = registered!.input as { tags: { key: string; value: string }[] };
    const tagged = (key: string) => tags.find((tag) => tag.key === `deploy-action:${key}`)?.value;
    expect(tagged('run')).toBe(expected.runId);
    if (expected.actor !== undefined) expect(tagged('actor')).toBe(expected.actor);
    if (system === 'gitlab') {
      // GitLab's report takes no spaces and no empty lines.
      const outputs = readFileSync(join(shop.checkout.folder, 'deploy-outputs.env'), 'utf8').trimEnd();
      expect(outputs.split('\n').filter((line) => !/^DEPLOYED_[A-Z_]+=\S+$/u.test(line))).toEqual([]);
    }
    expect(readFileSync(join(shop.checkout.folder, 'deploy-summary.md'), 'utf8')).toContain('staging');
  });

  it('deploys nothing where the run is for no branch', async () => {
    const branches = ['CI_COMMIT_BRANCH', 'BITBUCKET_BRANCH', 'BUILDKITE_BRANCH'];
    const none = Object.fromEntries(branches.map((name) => [name, '']));
    const { exitCode, output } = await runJob({ ...none, DEPLOY_BRANCH: '' });
    expect(exitCode).toBe(2);
    expect(output).toContain('BRANCH_NOT_MAPPED');
    expect(shop.aws.calls).toEqual([]);
  });
});

function withoutKeys({
  AWS_ACCESS_KEY_ID: _id,
  AWS_SECRET_ACCESS_KEY: _key,
  ...rest
}: Record<string, string>): Record<string, string> {
  return rest;
}
