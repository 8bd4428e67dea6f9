import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { jest } from '@jest/globals';
import { packOrb } from '../../scripts/orb/pack.ts';
import { VERSION } from '../../src/version.ts';
import { githubRepository } from '../e2e/support/runner.ts';
import { actionPrograms } from '../e2e/support/action-definition.ts';
import { expand, runSteps, type CircleConfig, type ExpandedJob } from './circleci-config.ts';
import { shiftsTraffic } from '../fakes/aws/fake-aws.ts';
import { openFakeShop, startFakeAws, type FakeShop } from './fake-shop.ts';
import { callsOf } from './recorded-calls.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

const orb = packOrb('orb/src');
const configuration = `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging }
services: [web]
`;

describe('the orb, its jobs run as CircleCI would', () => {
  let shop: FakeShop;
  let home: string;

  beforeEach(async () => {
    shop = await openFakeShop({ files: { '.circleci/deploy.yml': configuration } });
    home = mkdtempSync(join(tmpdir(), 'orb-'));
    installing(`
[ "$1" = install ] && [ "$2" = --prefix ] || exit 64
mkdir -p "$3/node_modules/.bin"
ln -s '${actionPrograms().main}' "$3/node_modules/.bin/deploy-action"
`);
  });
  afterEach(async () => {
    rmSync(home, { recursive: true });
    await shop.close();
  });

  /** Puts an `npm` on the PATH that writes down what it is asked, and does this in the place of a download. */
  const installing = (does: string) => {
    mkdirSync(join(home, 'bin'), { recursive: true });
    writeFileSync(join(home, 'bin', 'npm'), `#!/bin/sh\necho "$@" >> '${join(home, 'npm.log')}'\n${does}`);
    chmodSync(join(home, 'bin', 'npm'), 0o755);
  };
  const job = (more: Record<string, string> = {}) => ({
    ...shop.environment,
    HOME: home,
    PATH: [join(home, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
    BASH_ENV: join(home, 'bash-env'),
    CIRCLECI: 'true',
    CIRCLE_BRANCH: 'develop',
    CIRCLE_SHA1: shop.event.sha,
    CIRCLE_PIPELINE_ID: 'pipeline-1',
    CIRCLE_BUILD_NUM: '42',
    DEPLOY_OUTPUT_FILE: join(home, 'outputs.env'),
    DEPLOY_SUMMARY_FILE: join(home, 'summary.md'),
    // The image is in the registry already: nothing is to be built here.
    DEPLOY_IMAGE: 'v2',
    ...more,
  });
  const run = (expanded: ExpandedJob, more?: Record<string, string>) =>
    runSteps(expanded, { folder: shop.checkout.folder, environment: job(more) });
  const example = (name: string) => expand(orb.examples[name]?.usage as CircleConfig, orb);
  const usage = (jobs: CircleConfig['workflows'][string]['jobs']) =>
    expand({ workflows: { test: { jobs } } }, orb);
  const running = (service = 'web') => shop.aws.ecs.service(service).taskDefinition.split('/').at(-1);

  const succeeds = async (expanded: ExpandedJob | undefined, more?: Record<string, string>) => {
    const { exitCode, output } = await run(expanded!, more);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    return output;
  };

  /** Each example as somebody who copied it would meet it: its jobs, one after the other, and what is true then. */
  const MEETINGS: Record<string, (jobs: ExpandedJob[]) => Promise<void>> = {
    deploy: async ([deploy]) => {
      expect(deploy!.steps.map((step) => Object.keys(step)[0])).toEqual([
        'checkout',
        'setup_remote_docker',
        'run',
        'store_artifacts',
      ]);
      await succeeds(deploy);
      expect(running()).toBe('web:2');
      expect(readFileSync(join(home, 'npm.log'), 'utf8')).toContain(`deploy-action@${VERSION}`);
      expect(readFileSync(join(home, 'summary.md'), 'utf8')).toContain('staging');
    },

    'without-a-file': async ([, deploy]) => {
      rmSync(join(shop.checkout.folder, '.circleci'), { recursive: true });
      await succeeds(deploy);
      const [task] = shop.aws.ecs.tasks({ group: 'family:web' });
      expect(task?.overrides).toMatchObject({ containerOverrides: [{ command: ['bin/migrate'] }] });
    },

    'own-job': async ([own]) => {
      expect(await succeeds(own)).toMatch(/^completed: \S+\/shop@sha256:1{64}$/mu);
    },

    rollback: async ([rollback]) => {
      const [deploy] = example('deploy');
      for (const image of ['v1', 'v2']) await succeeds(deploy, { DEPLOY_IMAGE: image });
      const before = running();
      await succeeds(rollback);
      expect(running()).not.toBe(before);
    },

    'person-at-the-gate': async ([deploy, go]) => {
      pauseForAPerson();
      expect(await succeeds(deploy)).toContain('paused');
      expect(shop.aws.ecs.service('gate').deployments).toHaveLength(2);
      await succeeds(go);
      expect(shop.aws.ecs.service('gate').deployments).toMatchObject([{ status: 'PRIMARY' }]);
      expect(running('gate')).toBe('web:2');
      // Where nobody is needed any more, the job after the approval says so and fails.
      const { exitCode, output } = await run(go!);
      expect(exitCode).toBe(1);
      expect(output).toContain('NOTHING_PAUSED');
    },
  };

  /** A service whose traffic waits for a person, and a deploy.yml that hands over to the job after the approval. */
  const pauseForAPerson = () => {
    const paused = configuration.replace('[web]', '[gate]\nrollout: { on-pause: hand-over }');
    writeFileSync(join(shop.checkout.folder, '.circleci/deploy.yml'), paused);
    shop.aws.ecs.addService({
      cluster: 'staging',
      name: 'gate',
      taskDefinition: 'web',
      desiredCount: 1,
      launchType: 'FARGATE',
      serviceDeployments: true,
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'] }],
      },
    });
    shop.aws.ecs.nextRollout('gate', shiftsTraffic({ stageSeconds: 0.1 }));
  };

  it.each(Object.keys(orb.examples))('does what the example `%s` says', async (name) => {
    const meet = MEETINGS[name];
    if (meet === undefined) throw new Error(`no test runs the example ${name}: add it to MEETINGS`);
    await meet(example(name));
  });

  it('R23 makes the calls that the action makes', async () => {
    const other = await startFakeAws();
    try {
      const action = await shop.run({
        inputs: { config: '.circleci/deploy.yml', image: 'v2' },
        environment: other.environment,
      });
      const [deploy] = example('deploy');
      const { exitCode } = await run(deploy!, {
        CIRCLE_REPOSITORY_URL: `git@github.com:${githubRepository}.git`,
      });
      expect([action.exitCode, exitCode]).toEqual([0, 0]);
      expect(callsOf(shop)).toEqual(callsOf(other));
    } finally {
      await other.close();
    }
  });

  it('hands flags and lists on', async () => {
    const [go] = usage([
      { 'deploy-action/continue': { environment: 'staging', services: 'nope', rollback: true } },
    ]);
    const { output } = await run(go!);
    expect(output).toContain('nope');
    const [bump] = usage([{ 'deploy-action/bump': { 'dry-run': true } }]);
    expect((await run(bump!)).output).toContain('`cookbooks` is missing');
  });

  it('does not hide a variable of the project by a parameter that was not given', async () => {
    rmSync(join(shop.checkout.folder, '.circleci'), { recursive: true });
    const [status] = usage(['deploy-action/status']);
    const { exitCode, output } = await run(status!, { DEPLOY_CLUSTER: 'staging', DEPLOY_SERVICES: 'web' });
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain('web:1');
  });

  it('takes every value as it is: nothing of it is a command of the shell', async () => {
    const owned = join(home, 'owned');
    const [deploy] = usage([
      { 'deploy-action/deploy': { force: `because $(touch ${owned}) \`touch ${owned}\` "'` } },
    ]);
    const { exitCode, output } = await run(deploy!);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(home, 'summary.md'), 'utf8')).toContain('touch');
    expect(() => readFileSync(owned)).toThrow('ENOENT');
  });

  it('installs once in a job, passes on the exit code, and fails where nothing can be installed', async () => {
    const [status] = usage([{ 'deploy-action/status': { environment: 'nowhere' } }]);
    expect((await run(status!)).exitCode).toBe(2);
    expect((await run(status!)).exitCode).toBe(2);
    expect(readFileSync(join(home, 'npm.log'), 'utf8').trim().split('\n')).toHaveLength(1);
    rmSync(join(home, '.deploy-action'), { recursive: true });
    installing('exit 7\n');
    expect((await run(status!)).exitCode).toBe(7);
  });

  it('takes the token from the variable that is named', async () => {
    const [bump] = usage([{ 'deploy-action/bump': { 'github-token': 'BOT_TOKEN' } }]);
    const seen = join(home, 'seen');
    installing(`
mkdir -p "$3/node_modules/.bin"
printf '#!/bin/sh\\nprintf %%s "$DEPLOY_GITHUB_TOKEN" > ${seen}\\n' > "$3/node_modules/.bin/deploy-action"
chmod +x "$3/node_modules/.bin/deploy-action"
`);
    expect((await run(bump!, { BOT_TOKEN: 'a secret' })).exitCode).toBe(0);
    expect(readFileSync(seen, 'utf8')).toBe('a secret');
  });
});
