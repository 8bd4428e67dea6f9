import type { ContinuePlan } from '../../src/config/plan.ts';
import { readPlan } from '../../src/config/read-plan.ts';
import type { PlanSources } from '../../src/config/read-plan.ts';
import { UsageError } from '../../src/errors.ts';
import type { Problem } from '../../src/errors.ts';
import type { HostEvent } from '../../src/ports/host.ts';
import { COMMIT, configWorld, push } from '../fakes/config-world.ts';

const RUN = { runId: '1', runAttempt: 1 };
const SIMPLE = { cluster: 'staging', services: 'web', repository: 'shop' };

const FILE = `
version: 1
image: { repository: shop, context: app, build-args: { A: one, B: one } }
environments:
  staging: { branch: develop, region: eu-west-1, cluster: stg }
  production:
    branch: master
    role: arn:aws:iam::222222222222:role/deploy
    cluster: prd
    image: { dockerfile: Dockerfile.production, build-args: { B: two } }
    migrate: { timeout: 2h }
    rollout: { on-failure: leave }
    before-deploy: []
services: [web, { name: worker, container: app, minimum-tasks: 0 }]
before-deploy: [{ command: bin/assets sync }]
migrate: { service: worker, command: [bin/rails, "db:migrate"], on-cancel: stop }
rollout: { timeout: 20m, minimum-tasks: 2 }
`;

async function problemsOf(world: PlanSources): Promise<readonly Problem[]> {
  const thrown: unknown = await readPlan(world).catch((error: unknown) => error);
  if (!(thrown instanceof UsageError)) throw new Error('expected a UsageError', { cause: thrown });
  return thrown.problems;
}

const messagesOf = async (world: PlanSources) => (await problemsOf(world)).map(({ message }) => message);

describe('without a file', () => {
  it('cluster, services and repository are enough', async () => {
    expect(await readPlan(configWorld({ inputs: SIMPLE }))).toEqual({
      command: 'deploy',
      environment: 'staging',
      event: push('develop'),
      commit: COMMIT,
      target: { cluster: 'staging' },
      images: [
        {
          repository: 'shop',
          context: '.',
          dockerfile: 'Dockerfile',
          buildArguments: {},
          secrets: [],
          cache: 'registry',
          reuse: { mode: 'content' },
        },
      ],
      services: [{ name: 'web', minimumTasks: 1 }],
      families: [],
      beforeDeploy: [],
      rollout: {
        timeoutSeconds: 1800,
        onFailure: 'rollback',
        onCancel: 'keep',
        onPause: 'wait',
        otherDeployment: 'wait',
      },
    });
  });

  it('each input has its place in the plan', async () => {
    const inputs = {
      ...SIMPLE,
      services: 'web, worker',
      environment: 'production',
      region: 'eu-west-1',
      role: 'arn:aws:iam::111111111111:role/deploy',
      migrate: 'bin/rails db:migrate',
      image: 'current',
      force: 'the outage',
      timeout: '90s',
    };
    expect(await readPlan(configWorld({ inputs }))).toMatchObject({
      environment: 'production',
      target: { cluster: 'staging', region: 'eu-west-1', role: 'arn:aws:iam::111111111111:role/deploy' },
      images: [{ repository: 'shop', use: 'current' }],
      services: [{ name: 'web' }, { name: 'worker' }],
      migrate: {
        service: 'web',
        command: ['bin/rails', 'db:migrate'],
        timeoutSeconds: 1800,
        onCancel: 'keep',
      },
      rollout: { timeoutSeconds: 90 },
      force: 'the outage',
    });
  });

  it('what is missing is told together, with the two places to write it', async () => {
    expect(await problemsOf(configWorld({}))).toEqual([
      {
        code: 'INPUT_INVALID',
        message: '`services` is missing',
        hint: 'Give the input `services`, or write `services` in .github/deploy.yml.',
      },
      { code: 'INPUT_INVALID', message: '`cluster` is missing', hint: 'Give the input `cluster`.' },
      {
        code: 'INPUT_INVALID',
        message: '`repository` is missing',
        hint: 'Give the input `repository`, or write `image.repository` in .github/deploy.yml.',
      },
    ]);
  });

  it('a region that nothing names is missing like the rest', async () => {
    expect(await messagesOf(configWorld({ variables: [] }))).toEqual([
      '`services` is missing',
      '`cluster` is missing',
      '`region` is missing',
      '`repository` is missing',
    ]);
    const build = { command: 'build', repository: 'shop' };
    expect(await problemsOf(configWorld({ variables: [], inputs: build }))).toEqual([
      { code: 'INPUT_INVALID', message: '`region` is missing', hint: 'Give the input `region`.' },
    ]);
  });

  it.each(['AWS_REGION', 'AWS_DEFAULT_REGION'])('%s names the region', async (name) => {
    expect(await readPlan(configWorld({ inputs: SIMPLE, variables: [name] }))).toMatchObject({
      target: { cluster: 'staging' },
    });
  });

  it('an input that is wrong is not called missing as well', async () => {
    expect(
      await messagesOf(configWorld({ inputs: { cluster: '-x', services: ',', repository: 'A' } })),
    ).toEqual([
      expect.stringMatching(/^input `cluster` must be/),
      expect.stringMatching(/^input `repository` must be/),
      'input `services` is an empty list',
    ]);
  });
});

describe('several problems', () => {
  it('of inputs, of the file and of what is missing are told together, before any call', async () => {
    const file = `version: 1
image: { repository: shop, reuse: sometimes }
environments:
  staging: { branch: develop, clutser: stg }
migrate: { command: bin/migrate, timeout: soon }
lint: { ignore: [nothing] }
`;
    const world = configWorld({
      files: { 'deploy.yml': file },
      inputs: { timeout: 'later', force: 'true', services: '-x' },
      variables: [],
    });
    expect(await messagesOf(world)).toEqual([
      expect.stringMatching(/^input `services`/),
      expect.stringMatching(/^input `force`/),
      expect.stringMatching(/^input `timeout`/),
      expect.stringContaining('image.reuse'),
      expect.stringContaining('unknown key `clutser`'),
      expect.stringContaining('migrate.timeout'),
      expect.stringContaining('lint.ignore[0]'),
      '`region` is missing',
    ]);
  });

  it('a section that is wrong is not called missing as well', async () => {
    const file = `version: 1
image: { repository: "UPPER" }
environments: { staging: { branch: develop, cluster: stg, services: web } }
`;
    expect(await messagesOf(configWorld({ files: { 'deploy.yml': file } }))).toEqual([
      expect.stringContaining('image.repository'),
      expect.stringContaining('environments.staging.services'),
    ]);
  });

  it.each([
    ['is missing beside a problem elsewhere', 'staging: { branch: develop }', ['`cluster` is missing']],
    ['cannot be told where the branch itself is wrong', 'staging: { branch: 3, cluster: stg }', []],
    ['cannot be told where the branch is misspelt', 'staging: { brnach: develop, cluster: stg }', []],
  ])('the environment %s', async (_what, environment, more) => {
    const file = `version: 1\nrollout: { timeout: soon }\nservices: [web]\nimage: { repository: shop }\nenvironments: { ${environment} }\n`;
    const messages = await messagesOf(configWorld({ files: { 'deploy.yml': file } }));
    expect(messages[0]).toContain('rollout.timeout');
    expect(messages.filter((message) => / is missing$|belongs to no environment/.test(message))).toEqual(
      more,
    );
  });
});

describe('with a file', () => {
  it('the sections hold for every environment', async () => {
    expect(await readPlan(configWorld({ files: { 'deploy.yml': FILE } }))).toEqual({
      command: 'deploy',
      environment: 'staging',
      event: push('develop'),
      commit: COMMIT,
      target: { region: 'eu-west-1', cluster: 'stg' },
      images: [
        {
          repository: 'shop',
          context: 'app',
          dockerfile: 'app/Dockerfile',
          buildArguments: { A: 'one', B: 'one' },
          secrets: [],
          cache: 'registry',
          reuse: { mode: 'content' },
        },
      ],
      services: [
        { name: 'web', minimumTasks: 2 },
        { name: 'worker', container: 'app', minimumTasks: 0 },
      ],
      families: [],
      beforeDeploy: [
        { service: 'web', command: ['bin/assets', 'sync'], timeoutSeconds: 1800, onCancel: 'keep' },
      ],
      migrate: {
        service: 'worker',
        command: ['bin/rails', 'db:migrate'],
        timeoutSeconds: 1800,
        onCancel: 'stop',
      },
      rollout: {
        timeoutSeconds: 1200,
        onFailure: 'rollback',
        onCancel: 'keep',
        onPause: 'wait',
        otherDeployment: 'wait',
      },
    });
  });

  it('an environment overrides sections key by key, build arguments by name, lists as a whole', async () => {
    const plan = await readPlan(configWorld({ files: { 'deploy.yml': FILE }, event: push('master') }));
    expect(plan).toMatchObject({
      environment: 'production',
      target: { role: 'arn:aws:iam::222222222222:role/deploy', cluster: 'prd' },
      images: [
        {
          repository: 'shop',
          context: 'app',
          dockerfile: 'Dockerfile.production',
          buildArguments: { A: 'one', B: 'two' },
        },
      ],
      beforeDeploy: [],
      migrate: {
        service: 'worker',
        command: ['bin/rails', 'db:migrate'],
        timeoutSeconds: 7200,
        onCancel: 'stop',
      },
      rollout: { timeoutSeconds: 1200, onFailure: 'leave' },
    });
    expect('target' in plan && plan.target).not.toHaveProperty('region');
  });

  it('inputs override it', async () => {
    const inputs = {
      cluster: 'other',
      region: 'us-east-1',
      repository: 'other/shop',
      services: 'worker, api',
      migrate: 'bin/other',
      timeout: '5m',
    };
    expect(await readPlan(configWorld({ inputs, files: { 'deploy.yml': FILE } }))).toMatchObject({
      target: { cluster: 'other', region: 'us-east-1' },
      images: [{ repository: 'other/shop', context: 'app' }],
      services: [
        { name: 'worker', container: 'app', minimumTasks: 0 },
        { name: 'api', minimumTasks: 2 },
      ],
      migrate: { service: 'worker', command: ['bin/other'], onCancel: 'stop' },
      rollout: { timeoutSeconds: 300 },
    });
  });

  it('without environments, the default map and the inputs fill the gap', async () => {
    const files = { 'deploy.yml': 'version: 1\nservices: [web]\nimage: { repository: shop }' };
    expect(await readPlan(configWorld({ files, inputs: { cluster: 'c' } }))).toMatchObject({
      environment: 'staging',
      target: { cluster: 'c' },
    });
  });

  it.each([
    [
      'a task of a service that is not deployed',
      FILE,
      { services: 'web' },
      '16:21 `migrate.service` names `worker`, which is not among the services of this run',
    ],
    [
      'a cluster that nobody gives',
      'version: 1\nenvironments:\n  s: { branch: develop }\nservices: [a]\nimage: { repository: b }',
      {},
      '3:6 `cluster` is missing',
    ],
    [
      'services that nobody gives',
      'version: 1\nimage: { repository: b }',
      { cluster: 'c' },
      '1:1 `services` is missing',
    ],
    [
      'a repository that nobody gives',
      'version: 1\nimage: { context: b }\nservices: [a]',
      { cluster: 'c' },
      '2:8 `repository` is missing',
    ],
    [
      'a migration without a command',
      'version: 1\nmigrate: { timeout: 1h }\nservices: [a]',
      { cluster: 'c', repository: 'b' },
      '2:10 `migrate.command` is missing',
    ],
    [
      'a command before the deploy in another service',
      'version: 1\nbefore-deploy:\n  - { service: b, command: x }\nservices: [a]',
      { cluster: 'c', repository: 'b' },
      '3:16 `before-deploy[0].service` names `b`, which is not among the services of this run',
    ],
  ])('%s is told with its place', async (_, text, inputs, expected) => {
    const [problem, ...others] = await problemsOf(
      configWorld({ files: { 'deploy.yml': text }, inputs: { ...inputs } }),
    );
    expect(others).toEqual([]);
    expect(`${String(problem?.line)}:${String(problem?.column)} ${String(problem?.message)}`).toBe(expected);
    expect(problem).toMatchObject({ code: 'CONFIG_INVALID', file: 'deploy.yml' });
  });

  it('a file that was asked for and is not there ends the run, and nothing takes its place', async () => {
    const world = configWorld({ inputs: { ...SIMPLE, config: 'x.yml' }, files: { 'deploy.yml': FILE } });
    expect(await problemsOf(world)).toMatchObject([{ code: 'CONFIG_NOT_FOUND' }]);
    expect(world.reads).toEqual(['x.yml']);
  });
});

describe('a wrong input', () => {
  it('that names the file does not let another file take its place', async () => {
    const world = configWorld({ inputs: { ...SIMPLE, config: '--x' }, files: { 'deploy.yml': FILE } });
    expect(await messagesOf(world)).toEqual(['input `config` must be a path, not `--x`']);
    expect(world.reads).toEqual([]);
  });

  it('that names the environment does not let the branch choose, nor complain', async () => {
    const world = configWorld({ inputs: { ...SIMPLE, environment: 'a b' }, event: push('feature/x') });
    expect(await messagesOf(world)).toEqual([expect.stringMatching(/^input `environment` must be/)]);
  });
});

describe('the event', () => {
  it('of a pull request may not deploy, forced or not', async () => {
    const event = push('master', { kind: 'pull_request', name: 'pull_request_target' });
    const inputs = { ...SIMPLE, environment: 'production', force: 'please do' };
    expect(await problemsOf(configWorld({ event, inputs }))).toMatchObject([{ code: 'EVENT_NOT_ALLOWED' }]);
  });

  it('of an unmapped branch deploys nothing', async () => {
    const world = configWorld({ event: push('feature/x'), inputs: SIMPLE });
    expect(await problemsOf(world)).toMatchObject([{ code: 'BRANCH_NOT_MAPPED' }]);
  });

  it('without a commit deploys nothing', async () => {
    const event: HostEvent = { kind: 'push', name: 'push', branch: 'develop', ...RUN };
    expect(await messagesOf(configWorld({ event, inputs: SIMPLE }))).toEqual([
      'the commit to deploy is unknown',
    ]);
  });

  it('of a deleted branch deploys nothing', async () => {
    const event = push('develop', { commit: '0'.repeat(40) });
    expect(await messagesOf(configWorld({ event, inputs: SIMPLE }))).toEqual([
      expect.stringMatching(/^the commit of the `push` event must be a full commit id/),
    ]);
  });

  it('on a terminal does not let a name send a branch where it does not belong', async () => {
    const event = push('feature/x', { kind: 'manual', name: 'terminal' });
    const world = configWorld({ event, inputs: { ...SIMPLE, environment: 'staging' } });
    expect(await messagesOf(world)).toEqual([
      'environment `staging` is not deployed from branch `feature/x`',
    ]);
  });

  it('that does not know its branch deploys nothing by itself', async () => {
    const event: HostEvent = { kind: 'other', name: 'workflow_dispatch', commit: COMMIT, ...RUN };
    expect(await messagesOf(configWorld({ event, inputs: SIMPLE }))).toEqual([
      'an unknown branch belongs to no environment',
    ]);
  });

  it('of a host that misread its arguments is one problem among the others', async () => {
    const world = configWorld({ inputs: { ...SIMPLE, timeout: 'soon' } });
    const unknown = { code: 'INPUT_INVALID', message: 'unknown option `--clustr`' } as const;
    const host = { ...world.host, event: () => Promise.reject(new UsageError([unknown])) };
    expect(await messagesOf({ ...world, host })).toEqual([
      expect.stringMatching(/^input `timeout`/),
      'unknown option `--clustr`',
    ]);
  });

  it('that cannot be read is a defect, not an error of usage', async () => {
    const world = configWorld({ inputs: SIMPLE });
    const host = { ...world.host, event: () => Promise.reject(new Error('no event file')) };
    await expect(readPlan({ ...world, host })).rejects.toThrow('no event file');
  });
});

describe('a plan', () => {
  it('is refused for all its problems at once: inputs, commit, file and branch', async () => {
    const event: HostEvent = { kind: 'push', name: 'push', branch: 'feature/x', ...RUN };
    const world = configWorld({
      event,
      inputs: { timeout: 'soon', services: ',' },
      files: {
        '.github/deploy.yml': 'version: 1\nmigrat: {}\nenvironments: { staging: { branch: develop } }',
      },
    });
    expect(await messagesOf(world)).toEqual([
      'input `services` is an empty list',
      expect.stringMatching(/^input `timeout` must be a duration/),
      'the commit to deploy is unknown',
      'unknown key `migrat`, did you mean `migrate`?',
      'branch `feature/x` belongs to no environment',
    ]);
  });

  it('is refused as an error of usage, for which nothing was touched', async () => {
    const thrown: unknown = await readPlan(configWorld({})).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ isUsage: true, message: '3 problems in the configuration' });
  });

  it('cannot be changed afterwards, at any depth', async () => {
    const event = push('develop');
    const plan = await readPlan(configWorld({ files: { 'deploy.yml': FILE }, event }));
    const loose: string[] = [];
    const look = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) loose.push(path);
      Object.entries(value).forEach(([key, part]) => look(part, `${path}.${key}`));
    };
    look(plan, 'plan');
    expect(loose).toEqual([]);
    expect(Object.isFrozen(event)).toBe(false);
  });
});

describe('the command continue', () => {
  it.each([
    [{}, { action: 'continue' }],
    [{ rollback: 'false' }, { action: 'continue' }],
    [
      { rollback: 'true', 'hook-id': 'ecs-pause-a_b' },
      { action: 'rollback', hookId: 'ecs-pause-a_b' },
    ],
  ])('with %j is %j', async (inputs: Record<string, string>, wanted) => {
    const { action, hookId } = (await readPlan(
      configWorld({ inputs: { ...SIMPLE, ...inputs, command: 'continue' } }),
    )) as ContinuePlan;
    expect({ action, ...(hookId === undefined ? {} : { hookId }) }).toEqual(wanted);
  });

  it('alone takes `rollback`: a deploy that was told to roll back is refused', async () => {
    await expect(readPlan(configWorld({ inputs: { ...SIMPLE, rollback: 'true' } }))).rejects.toThrow(
      'input `rollback` belongs to the command `continue`, not to `deploy`',
    );
  });
});
