import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistory } from '../../src/adapters/git/history.ts';
import { createGitHub } from '../../src/adapters/github/github-api.ts';
import { createRunCommand } from '../../src/adapters/run-command.ts';
import type { PlanReport } from '../../src/report/plan-report.ts';
import { cookbook, cookbookWorld, type CookbookWorld } from '../fakes/github/cookbook-world.ts';
import { gitIn } from '../fakes/github/git.ts';
import { PUSH_TO_DEVELOP } from '../fakes/host.ts';
import { REGISTRY, Shop } from '../fakes/shop.ts';

const TOKEN = 'ghs_bot';
const DEPLOY =
  'printf "%s\\n" "$COOKBOOK_VERSIONS $DEPLOY_ENVIRONMENT $CURRENT_IMAGE $CURRENT_COMMIT" >> "$DEPLOYS"; exit "$(cat "$EXIT_CODE" 2>/dev/null || echo 0)"';
const change = (text: string) => ({ 'cookbooks/nginx/recipes/default.rb': text });

/** A shop whose repository holds cookbooks too; pushes to develop deploy staging and judge the cookbooks. */
class Company {
  readonly shop = new Shop();
  readonly world: CookbookWorld;
  readonly #folder = mkdtempSync(join(tmpdir(), 'company-'));
  #runs = 0;
  #before: string | undefined;

  constructor(world: CookbookWorld) {
    this.world = world;
    this.configure(DEPLOY);
    this.shop.host.inputs = { 'github-token': TOKEN };
    this.shop.connectRepository = async ({ repository, token }) => {
      const checkout = join(this.#folder, `checkout-${(this.#runs += 1)}`);
      const { origin } = world.github.state;
      await gitIn(this.#folder)('clone', '--quiet', '--branch=develop', `file://${origin}`, checkout);
      const environment = {
        PATH: process.env['PATH'],
        HOME: this.#folder,
        DEPLOYS: this.#deploys,
        EXIT_CODE: this.#exitCode,
      };
      const options = { apiUrl: world.github.url, serverUrl: 'https://github.com', clock: this.shop.clock };
      return {
        history: createHistory({ folder: checkout, environment }),
        runCommand: createRunCommand({ folder: checkout, environment }),
        ...(token === undefined || repository === undefined
          ? {}
          : { github: createGitHub({ ...options, token, repository }) }),
      };
    };
  }

  configure(deploy: string): void {
    this.shop.configure(
      (yaml) => `${yaml}cookbooks: { branch: develop, deploy: [sh, -c, ${JSON.stringify(deploy)}] }\n`,
    );
  }

  get #deploys(): string {
    return join(this.#folder, 'deploys');
  }

  get #exitCode(): string {
    return join(this.#folder, 'exit-code');
  }

  /** The infrastructure deploys that ran: versions, environment, current image and commit. */
  deploys(): string[] {
    return existsSync(this.#deploys) ? readFileSync(this.#deploys, 'utf8').trim().split('\n') : [];
  }

  /** The job of a push that brought the branch to where it is. */
  async job(event: Partial<typeof PUSH_TO_DEVELOP> = {}): Promise<number> {
    const { shop, world } = this;
    const commit = (await world.github.state.refCommit('refs/heads/develop')) ?? '';
    shop.host.forget();
    shop.host.currentEvent = {
      ...PUSH_TO_DEVELOP,
      repository: 'acme/infra',
      commit,
      before: this.#before ?? commit,
      runId: `run-${(this.#runs += 1)}`,
      ...event,
    };
    this.#before = commit;
    return shop.deploy();
  }

  /** What a person does on the page. */
  async merge(number: number): Promise<void> {
    await this.world.github.state.merge(number, 'squash');
    await this.world.pull();
  }

  /** The service's image, as the revision that it runs has it. */
  get runningImage(): string {
    const revision = this.shop.aws.ecs.service('web').taskDefinition.split('/').at(-1) ?? '';
    return `${REGISTRY}/shop@${this.shop.digestOf(revision)}`;
  }

  async close(): Promise<void> {
    await this.world.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

let company: Company;

/** The application and the cookbooks are deployed; what comes next is a push of its own. */
beforeEach(async () => {
  const files = { ...cookbook('nginx', '1.2.3'), 'server.js': 'serve()\n' };
  company = new Company(await cookbookWorld(files, 'develop'));
  expect(await company.job()).toBe(0);
});
afterEach(() => company.close());

const steps = () => company.shop.host.lines.filter((line) => /^[✓✗–] /u.test(line));
const mutations = () => company.shop.aws.mutations().length;
const openPulls = () => company.world.github.state.openPulls().map(({ title }) => title);
const outputs = () => company.shop.host.outputs;
const errors = () =>
  company.shop.host.annotations
    .filter(({ level }) => level === 'error')
    .map(({ title, message }) => `${title}: ${message}`);

async function pushApplication(files: Record<string, string> = {}): Promise<string> {
  const text = `serve(${company.shop.clock.now()})`;
  company.shop.files.entries.set('server.js', text);
  return company.world.push({ 'server.js': text, ...files }, 'Change the application');
}

describe('a push to the base branch', () => {
  it('keeps the pull request first, then deploys the application', async () => {
    await pushApplication(change('one\n'));
    expect(await company.job()).toBe(0);
    expect(outputs()).toMatchObject({
      outcome: 'completed',
      'bump-operation': 'created',
      'bump-pull-request': '1',
      'bump-pull-request-url': 'https://github.com/acme/infra/pull/1',
      'released-cookbooks': '{}',
    });
    expect(openPulls()).toEqual(['Bump cookbooks: nginx 1.2.4']);
    expect(steps()[1]).toMatch(/^✓ Pull request #1 created: nginx 1\.2\.4/u);
    expect(company.shop.host.summaries.join()).toContain(
      '[Pull request 1](https://github.com/acme/infra/pull/1): opened.',
    );
    expect(company.deploys()).toEqual([]);
  });

  it('deploys no application where nothing but cookbooks changed, and says so in one line', async () => {
    const deployed = await company.world.git('rev-parse', 'HEAD');
    await company.world.push(change('one\n'), 'Change nginx');
    const before = mutations();
    expect(await company.job()).toBe(0);
    expect(mutations()).toBe(before);
    expect(outputs()).toMatchObject({ outcome: 'no-change', 'bump-operation': 'created' });
    expect(company.shop.host.infos.filter((line) => line.includes('no application is deployed'))).toEqual([
      `Nothing but cookbooks changed since ${deployed.slice(0, 12)}: no application is deployed`,
    ]);
  });

  it('deploys the application all the same where the ledger does not know every service', async () => {
    for (const { tags } of [company.shop.aws.ecs.taskDefinitions.find('worker:2')!]) tags.length = 0;
    await company.world.push(change('one\n'), 'Change nginx');
    await company.job();
    expect(company.shop.host.infos.join('\n')).not.toContain('no application is deployed');
  });

  it('judges the change since what is deployed, not since the push before', async () => {
    await pushApplication();
    company.shop.aws.ecs.nextTask({}, { exitCode: 3 });
    expect(await company.job()).toBe(1);
    await company.world.push(change('one\n'), 'Change nginx');
    expect(await company.job()).toBe(0);
    expect(outputs()['outcome']).toBe('completed');
  });
});

describe('the merge of the pull request', () => {
  const mergeBump = async () => {
    await company.world.push(change('one\n'), 'Change nginx');
    await company.job();
    await company.merge(1);
  };

  it('runs the infrastructure deploy once, told what runs now, and opens no new pull request', async () => {
    const deployed = await company.world.git('rev-parse', 'HEAD');
    await mergeBump();
    expect(await company.job()).toBe(0);
    expect(company.deploys()).toEqual([`{"nginx":"1.2.4"} staging ${company.runningImage} ${deployed}`]);
    expect(outputs()).toMatchObject({ 'released-cookbooks': '{"nginx":"1.2.4"}', 'bump-operation': 'none' });
    expect(openPulls()).toEqual([]);

    expect(await company.job()).toBe(0);
    expect(company.deploys()).toHaveLength(1);
    expect(outputs()['released-cookbooks']).toBe('{}');
  });

  it('names the image that the application part of the same run brought', async () => {
    await mergeBump();
    const before = company.runningImage;
    const commit = await pushApplication();
    expect(await company.job()).toBe(0);
    expect(company.runningImage).not.toBe(before);
    expect(company.deploys()).toEqual([`{"nginx":"1.2.4"} staging ${company.runningImage} ${commit}`]);
  });

  it('deploys the infrastructure where the application fails too, with what still runs; the run is red', async () => {
    const deployed = await company.world.git('rev-parse', 'HEAD');
    await mergeBump();
    const before = company.runningImage;
    await pushApplication({ ...change('two\n') });
    company.shop.aws.ecs.nextTask({}, { exitCode: 3 });
    expect(await company.job()).toBe(1);
    expect(company.deploys()).toEqual([`{"nginx":"1.2.4"} staging ${before} ${deployed}`]);
    expect(outputs()).toMatchObject({
      outcome: 'failed',
      'failed-step': 'migrate',
      'bump-operation': 'created',
    });
    expect(openPulls()).toEqual(['Bump cookbooks: nginx 1.2.5']);
  });

  it('is red where the infrastructure deploy fails, and the next run makes up for it', async () => {
    await mergeBump();
    company.configure('exit 7');
    expect(await company.job()).toBe(1);
    expect(outputs()).toMatchObject({ outcome: 'failed', 'failed-step': 'infra-deploy' });
    expect(errors().join()).toContain('exited with code 7');

    company.configure(DEPLOY);
    expect(await company.job()).toBe(0);
    expect(company.deploys()).toEqual([expect.stringContaining('{"nginx":"1.2.4"} staging ')]);
  });

  it('tells both failures where both fail', async () => {
    await mergeBump();
    await pushApplication();
    company.configure('exit 7');
    company.shop.aws.ecs.nextTask({}, { exitCode: 3 });
    expect(await company.job()).toBe(1);
    expect(outputs()['failed-step']).toBe('migrate');
    expect(errors()).toHaveLength(2);
    expect(errors().join('\n')).toMatch(/Infrastructure deploy: .*code 7/u);
  });
});

describe('what stands in the way of the pull request', () => {
  it('is an error annotation and leaves the result of the deploy', async () => {
    company.world.github.state.actionsMayOpenPullRequests = false;
    await pushApplication(change('one\n'));
    expect(await company.job()).toBe(0);
    expect(outputs()).toMatchObject({ outcome: 'completed', 'bump-operation': 'blocked' });
    expect(outputs()['failed-step']).toBeUndefined();
    expect(errors()).toEqual([expect.stringMatching(/^Bump pull request: /u)]);
  });

  it('may be that there is no token', async () => {
    company.shop.host.inputs = {};
    await pushApplication(change('one\n'));
    expect(await company.job()).toBe(0);
    expect(outputs()).toMatchObject({ outcome: 'completed', 'bump-operation': 'blocked' });
    expect(errors().join()).toContain('there is no token');
  });
});

it('another branch deploys its application and asks GitHub nothing', async () => {
  company.shop.configure((yaml) => `${yaml}cookbooks: { branch: master, deploy: [false] }\n`);
  const before = company.world.github.requests.length;
  await pushApplication(change('one\n'));
  expect(await company.job()).toBe(0);
  expect(company.world.github.requests).toHaveLength(before);
  expect(outputs()['outcome']).toBe('completed');
});

it('the token is hidden, and in nothing that the run leaves behind', async () => {
  await company.world.push(change('one\n'), 'Change nginx');
  await company.job();
  const { host } = company.shop;
  expect(host.masked).toContain(TOKEN);
  const left = [host.lines, host.debugLines, host.results, host.summaries, host.outputs, host.states];
  expect(JSON.stringify(left)).not.toContain(TOKEN);
});

describe('bump', () => {
  const bump = async (inputs: Record<string, string>, event: Partial<typeof PUSH_TO_DEVELOP> = {}) => {
    const { host } = company.shop;
    host.inputs = { command: 'bump', ...inputs };
    const calls = company.shop.aws.calls.length;
    const code = await company.job(event);
    expect(company.shop.aws.calls).toHaveLength(calls);
    return code;
  };

  it('keeps the pull request without a word to AWS', async () => {
    await company.world.push(change('one\n'), 'Change nginx');
    expect(await bump({ 'github-token': TOKEN })).toBe(0);
    expect(openPulls()).toEqual(['Bump cookbooks: nginx 1.2.4']);
    expect(outputs()).toMatchObject({ environment: 'staging', outcome: 'completed' });
  });

  it.each([
    ['--dry-run', { 'dry-run': 'true' }, {}],
    ['a pull request', {}, { kind: 'pull_request', name: 'pull_request' }],
    [
      'a pull request from a fork, with a token',
      { 'github-token': TOKEN },
      { kind: 'pull_request', name: 'pull_request_target' },
    ],
  ] as const)('%s shows the diff and writes nothing', async (_what, inputs, event) => {
    await company.world.push(change('one\n'), 'Change nginx');
    const before = company.world.github.requests.length;
    expect(await bump(inputs, event)).toBe(0);
    expect(company.shop.host.outsideLines).toContain("+version '1.2.4'");
    expect(company.world.github.requests).toHaveLength(before);
  });

  it('is red where the pull request is blocked', async () => {
    company.world.github.state.actionsMayOpenPullRequests = false;
    await company.world.push(change('one\n'), 'Change nginx');
    expect(await bump({ 'github-token': TOKEN })).toBe(1);
    expect(outputs()['bump-operation']).toBe('blocked');
  });
});

it('R3, R34 diff and lint: plan shows the diff and the pull request of the cookbooks, and writes nothing', async () => {
  await company.world.push(change('one\n'), 'Change nginx');
  const [aws, requests] = [mutations(), company.world.github.requests.length];
  company.shop.host.inputs = { command: 'plan' };
  // What its other checks find on this shop is told elsewhere.
  await company.job();
  expect(company.shop.host.outsideLines).toEqual(
    expect.arrayContaining(['Bump cookbooks: nginx 1.2.4', "-version '1.2.3'", "+version '1.2.4'"]),
  );
  expect(mutations()).toBe(aws);
  expect(company.world.github.requests).toHaveLength(requests);
  expect(company.deploys()).toEqual([]);
});

describe('a plan where nothing but cookbooks changed', () => {
  const planReport = () =>
    (JSON.parse(company.shop.host.results.at(-1) ?? '{}') as { plan: PlanReport }).plan;
  const PULL_REQUEST = {
    kind: 'pull_request',
    name: 'pull_request',
    pullRequest: { number: 9, base: 'develop', isFork: false },
  } as const;

  it.each([
    ['of a push', {}],
    ['of a pull request', PULL_REQUEST],
  ])('says that no application would be deployed: %s', async (_what, event) => {
    const deployed = await company.world.git('rev-parse', 'HEAD');
    await company.world.push(change('one\n'), 'Change nginx');
    const before = mutations();
    company.shop.host.inputs = { command: 'plan' };
    expect(await company.job(event)).toBe(0);
    expect(mutations()).toBe(before);
    expect(planReport()).toMatchObject({
      onlyCookbooksSince: [deployed],
      images: [],
      definitions: [],
      tasks: [],
      checks: [],
      services: [
        { name: 'web', from: 'web:2', action: 'unchanged', reason: 'nothing but cookbooks changed' },
        { name: 'worker', from: 'worker:2', action: 'unchanged', reason: 'nothing but cookbooks changed' },
      ],
    });
    const summary = company.shop.host.summaries.join();
    expect(summary).toContain(
      `Nothing but cookbooks changed since \`${deployed.slice(0, 12)}\`: no application would be deployed.`,
    );
    expect(summary).not.toContain('not known');
    expect(summary).toMatch(/`nginx`.*`1\.2\.3`.*`1\.2\.4`/u);
    expect(company.shop.host.outsideLines).toContainEqual(
      expect.stringMatching(/^cookbook +raise +nginx: 1\.2\.3 → 1\.2\.4$/u),
    );
  });

  it('plans the application where something else changed too', async () => {
    await pushApplication(change('one\n'));
    company.shop.host.inputs = { command: 'plan' };
    await company.job(PULL_REQUEST);
    expect(planReport()).not.toHaveProperty('onlyCookbooksSince');
    expect(planReport().images).toMatchObject([{ action: 'build' }]);
  });
});

it('families alone are registered beside cookbooks, but not where nothing but those changed', async () => {
  const { shop } = company;
  shop.files.entries.set(
    '.github/deploy.yml',
    [
      'version: 1',
      'image: { repository: shop, platform: linux/amd64 }',
      'environments: { staging: { branch: develop } }',
      'services: []',
      'families: [worker]',
      `cookbooks: { branch: develop, deploy: [sh, -c, ${JSON.stringify(DEPLOY)}] }`,
      '',
    ].join('\n'),
  );
  const commit = await pushApplication(change('one\n'));
  expect(await company.job()).toBe(0);
  expect(outputs()).toMatchObject({
    outcome: 'completed',
    'task-definitions': '{"worker":"worker:3"}',
    'bump-operation': 'created',
  });

  await company.merge(1);
  const registered = shop.aws.callsOf('RegisterTaskDefinition').length;
  expect(await company.job()).toBe(0);
  expect(shop.aws.callsOf('RegisterTaskDefinition')).toHaveLength(registered);
  expect(shop.host.infos.join('\n')).toContain('no application is deployed');
  const image = `${REGISTRY}/shop@${shop.digestOf('worker:3')}`;
  expect(company.deploys()).toEqual([`{"nginx":"1.2.4"} staging ${image} ${commit}`]);
});
