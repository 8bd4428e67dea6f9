import { branchMap, chooseEnvironment, eventProblem } from '../../src/config/environments.ts';
import { parseConfigFile } from '../../src/config/file.ts';
import type { EnvironmentsConfig } from '../../src/config/schema.ts';

function mapOf(yaml: string) {
  return branchMap(
    parseConfigFile('f', `version: 1\nenvironments: ${yaml}`).environments as EnvironmentsConfig,
  );
}
const byDefault = branchMap(undefined);

describe('the environment of a run', () => {
  it.each([
    ['develop', 'staging'],
    ['master', 'production'],
    ['main', 'production'],
  ])('without a file, %s deploys %s', (branch, environment) => {
    expect(chooseEnvironment({ event: { branch }, map: byDefault })).toEqual({ environment });
  });

  it('the file replaces the default map', () => {
    const map = mapOf('{ qa: { branch: [qa, "release/*"] }, live: { tag: "v*" } }');
    expect(chooseEnvironment({ event: { branch: 'release/2' }, map })).toEqual({ environment: 'qa' });
    expect(chooseEnvironment({ event: { tag: 'v2' }, map })).toEqual({ environment: 'live' });
    expect(chooseEnvironment({ event: { branch: 'develop' }, map })).toHaveProperty(
      'problem.code',
      'BRANCH_NOT_MAPPED',
    );
  });

  it('an unmapped branch is told the map and what to write', () => {
    expect(chooseEnvironment({ event: { branch: 'feature/x' }, map: byDefault })).toEqual({
      problem: {
        code: 'BRANCH_NOT_MAPPED',
        message: 'branch `feature/x` belongs to no environment',
        hint:
          'Known: develop → staging; master, main → production. To deploy from here, add `branch: feature/x` to an ' +
          'environment in deploy.yml (`environments: { NAME: { branch: feature/x } }`), or leave this branch out of ' +
          "the workflow's `on:`.",
      },
    });
  });

  it('an unmapped tag is told to map a tag', () => {
    expect(chooseEnvironment({ event: { tag: 'v1' }, map: byDefault })).toMatchObject({
      problem: {
        message: 'tag `v1` belongs to no environment',
        hint: expect.stringContaining('`tag: v1`') as string,
      },
    });
  });

  it('an unknown branch, as on a detached checkout, deploys nothing by itself', () => {
    expect(chooseEnvironment({ event: {}, map: byDefault })).toMatchObject({
      problem: { code: 'BRANCH_NOT_MAPPED', message: 'an unknown branch belongs to no environment' },
    });
  });

  it('a branch of several environments asks for a name', () => {
    const map = mapOf('{ eu: { branch: main }, us: { branch: main } }');
    expect(chooseEnvironment({ event: { branch: 'main' }, map })).toMatchObject({
      problem: { message: 'branch `main` belongs to several environments: eu, us' },
    });
    expect(chooseEnvironment({ event: { branch: 'main' }, map, named: 'us' })).toEqual({ environment: 'us' });
  });

  it.each<[string | undefined, string, string | undefined, string | undefined, string]>([
    ['develop', 'staging', undefined, 'staging', 'its branch'],
    ['develop', 'production', undefined, undefined, 'another branch'],
    [undefined, 'staging', undefined, undefined, 'no branch'],
    ['develop', 'production', 'outage', 'production', 'another branch, forced'],
    [undefined, 'staging', 'outage', 'staging', 'no branch, forced'],
  ])('on %s, naming %s with force %s gives %s: %s', (branch, named, force, environment) => {
    const chosen = chooseEnvironment({
      event: branch === undefined ? {} : { branch },
      map: byDefault,
      named,
      ...(force === undefined ? {} : { force }),
    });
    if (environment === undefined) expect(chosen).toHaveProperty('problem.code', 'BRANCH_NOT_MAPPED');
    else expect(chosen).toEqual({ environment });
  });

  it('a name from another branch is told the branch and the two ways out', () => {
    expect(chooseEnvironment({ event: { branch: 'develop' }, map: byDefault, named: 'production' })).toEqual({
      problem: {
        code: 'BRANCH_NOT_MAPPED',
        message: 'environment `production` is not deployed from branch `develop`',
        hint:
          'It is deployed from master, main. To deploy it by name from any branch, write ' +
          '`any-branch: true` under `environments.production` in deploy.yml; to do so this once, give a reason in ' +
          'the input `force`.',
      },
    });
  });

  it('any-branch opens an environment to a name, but no branch chooses it', () => {
    const map = mapOf('{ demo: { any-branch: true } }');
    expect(chooseEnvironment({ event: { branch: 'feature/x' }, map, named: 'demo' })).toEqual({
      environment: 'demo',
    });
    expect(chooseEnvironment({ event: { branch: 'feature/x' }, map })).toHaveProperty('problem');
  });

  it('an unknown name is met with the nearest known one, even when forced', () => {
    expect(
      chooseEnvironment({ event: { branch: 'main' }, map: byDefault, named: 'prodction', force: 'x y' }),
    ).toMatchObject({
      problem: {
        code: 'INPUT_INVALID',
        message: 'environment `prodction` is not known, did you mean `production`?',
      },
    });
  });

  it('a name that git would not allow is refused', () => {
    expect(
      chooseEnvironment({ event: { branch: '-x' }, map: byDefault, named: 'staging', force: 'x y' }),
    ).toMatchObject({
      problem: {
        code: 'BRANCH_NOT_MAPPED',
        message: expect.stringContaining('must be a branch name as git allows it') as string,
      },
    });
  });
});

describe('an event', () => {
  it.each([
    ['pull_request', 'pull_request'],
    ['pull_request', 'pull_request_target'],
    ['pull_request', 'a name of another host'],
    ['other', 'pull_request_review'],
    ['other', 'pull_request_review_comment'],
  ] as const)('of kind %s and name %s deploys nothing', (kind, name) => {
    expect(eventProblem({ kind, name })).toMatchObject({
      code: 'EVENT_NOT_ALLOWED',
      message: expect.stringContaining(`\`${name}\` events deploy nothing`) as string,
    });
  });

  it.each([
    ['push', 'push'],
    ['other', 'workflow_dispatch'],
    ['other', 'schedule'],
    ['manual', 'terminal'],
  ] as const)('of kind %s and name %s may deploy', (kind, name) => {
    expect(eventProblem({ kind, name })).toBeUndefined();
  });
});
