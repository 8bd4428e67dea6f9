import type { Problem, UsageError } from '../../src/errors.ts';
import { readPlan } from '../../src/config/read-plan.ts';
import { configWorld, push } from '../fakes/config-world.ts';

const BASE = `version: 1
image: { repository: shop }
services: [web]
environments:
  staging: { branch: develop, cluster: staging }
  production: { branch: master, cluster: production }
`;

type Wanted = Partial<Parameters<typeof configWorld>[0]>;
const read = (yaml: string, more: Wanted = {}) =>
  readPlan(configWorld({ files: { '.github/deploy.yml': yaml }, event: push('master'), ...more }));
const problemsOf = (yaml: string, more: Wanted = {}): Promise<readonly Problem[]> =>
  read(yaml, more).then(
    () => [],
    (error: unknown) => (error as UsageError).problems,
  );

describe('the section `cookbooks`', () => {
  it('needs no key: everything has a default', async () => {
    expect(await read(`${BASE}cookbooks: {}\n`)).toMatchObject({
      command: 'deploy',
      cookbooks: {
        paths: ['cookbooks/*'],
        branch: 'master',
        level: 'patch',
        pins: [],
        dependants: 'excluding',
      },
    });
  });

  it('takes commands as words, split once and never by a shell', async () => {
    const yaml = `${BASE}cookbooks: { deploy: ./infra/deploy.sh --all, lock-command: [chef, update] }\n`;
    expect(await read(yaml)).toMatchObject({
      cookbooks: { deploy: ['./infra/deploy.sh', '--all'], lockCommand: ['chef', 'update'] },
    });
  });

  it.each([
    ['a glob', BASE.replace('branch: master', 'branch: "rel/*"'), 'rel/1'],
    ['a list', BASE.replace('branch: master', 'branch: [master, main]'), 'main'],
    ['the default map', BASE.replace(/environments:\n(?: .*\n)+/u, ''), 'master'],
  ])('asks for the branch where production has no plain one: %s', async (_what, yaml, branch) => {
    const inputs = { cluster: 'production' };
    expect(await problemsOf(`${yaml}cookbooks: {}\n`, { event: push(branch), inputs })).toMatchObject([
      { code: 'CONFIG_INVALID', message: '`cookbooks.branch` is missing' },
    ]);
    expect(await read(`${yaml}cookbooks: { branch: main }\n`, { event: push(branch), inputs })).toMatchObject(
      { cookbooks: { branch: 'main' } },
    );
  });

  it('says where an unknown key or a wrong value stands', async () => {
    expect(await problemsOf(`${BASE}cookbooks: { path: x, level: huge }\n`)).toMatchObject([
      { code: 'CONFIG_INVALID', line: 7 },
      { code: 'CONFIG_INVALID', line: 7 },
    ]);
  });
});

describe('bump', () => {
  const cookbooksAlone = 'version: 1\nenvironments: { production: { branch: master } }\ncookbooks: {}\n';
  const bump = { inputs: { command: 'bump' } };

  it('needs no cluster, no services and no repository', async () => {
    const plan = await read(cookbooksAlone, bump);
    expect(plan).toMatchObject({ command: 'bump', environment: 'production', dryRun: false });
    expect(Object.keys(plan).sort()).toEqual([
      'command',
      'commit',
      'cookbooks',
      'dryRun',
      'environment',
      'event',
    ]);
  });

  it('belongs to the environment of its branch, wherever it is tried from', async () => {
    const inputs = { command: 'bump', 'dry-run': 'true' };
    expect(await read(cookbooksAlone, { inputs, event: push('my-change') })).toMatchObject({
      environment: 'production',
      dryRun: true,
    });
  });

  it('may look at a pull request, as nothing else may', async () => {
    const event = { ...push('x'), kind: 'pull_request' as const, name: 'pull_request' };
    expect(await read(cookbooksAlone, { ...bump, event })).toMatchObject({ command: 'bump' });
    expect(await problemsOf(`${BASE}cookbooks: {}\n`, { event })).toMatchObject([
      { code: 'EVENT_NOT_ALLOWED' },
    ]);
  });

  it('needs the section', async () => {
    expect(await problemsOf(BASE, bump)).toMatchObject([
      { code: 'CONFIG_INVALID', message: '`cookbooks` is missing' },
    ]);
  });

  it('is the only command that can be tried', async () => {
    expect(await problemsOf(BASE, { inputs: { 'dry-run': 'true' } })).toMatchObject([
      { code: 'INPUT_INVALID', message: 'input `dry-run` belongs to the command `bump`, not to `deploy`' },
    ]);
  });
});

it('the token is no part of a plan, whatever it looks like', async () => {
  const inputs = { 'github-token': 'ghs_secret' };
  expect(JSON.stringify(await read(`${BASE}cookbooks: {}\n`, { inputs }))).not.toContain('ghs_secret');
});
