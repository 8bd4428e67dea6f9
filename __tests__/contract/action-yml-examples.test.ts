import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseConfigFile } from '../../src/config/file.ts';
import { INPUTS } from '../../src/config/inputs.ts';
import { readPlan } from '../../src/config/read-plan.ts';
import { configWorld, push } from '../fakes/config-world.ts';

interface Workflow {
  on: { push: { branches: string[] } };
  permissions: Record<string, string>;
  concurrency: { group: string; 'cancel-in-progress'?: boolean };
  jobs: { deploy: { environment: string; steps: { uses: string; with?: Record<string, string> }[] } };
}

const SIMPLE = 'examples/simple/deploy-workflow.yml';
const WEB_AND_WORKER = 'examples/web-and-worker/workflow.yml';
const CONFIG = 'examples/web-and-worker/deploy.yml';

const text = (path: string) => readFileSync(path, 'utf8');
const workflow = (path: string) => parse(text(path)) as Workflow;
const CHOICE = "${{ github.ref_name == 'master' && 'production' || 'staging' }}";

/** The inputs of our step as the runner hands them over for a push to a branch. */
function inputsOf(path: string, branch: string): Record<string, string> {
  const given = workflow(path).jobs.deploy.steps[1]?.with ?? {};
  const values: Record<string, string> = {
    [CHOICE]: branch === 'master' ? 'production' : 'staging',
    '${{ vars.DEPLOY_ROLE }}': 'arn:aws:iam::111111111111:role/deploy',
  };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, values[value] ?? value]));
}

describe.each([SIMPLE, WEB_AND_WORKER, CONFIG])('%s', (path) => {
  it('is at most 20 lines long', () => {
    const lines = text(path)
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeLessThanOrEqual(20);
  });
});

describe.each([SIMPLE, WEB_AND_WORKER])('%s', (path) => {
  const { on, permissions, concurrency, jobs } = workflow(path);

  it('has two steps: checkout and us', () => {
    expect(jobs.deploy.steps.map(({ uses }) => uses.split('@')[0])).toEqual([
      'actions/checkout',
      'org/deploy-action',
    ]);
  });

  it('runs on both branches, one deploy at a time, with no more rights than it needs', () => {
    expect(on).toEqual({ push: { branches: ['develop', 'master'] } });
    expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(concurrency.group).toBe('deploy-${{ github.ref_name }}');
    // GitHub's default is not to cancel.
    expect(concurrency['cancel-in-progress'] ?? false).toBe(false);
    expect(jobs.deploy.environment).toBe(CHOICE);
  });

  it('gives no input that there is not', () => {
    const known: string[] = INPUTS.map(({ name }) => name);
    const given = Object.keys(jobs.deploy.steps[1]?.with ?? {});
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });

  it.each([
    ['develop', 'staging'],
    ['master', 'production'],
  ])('on a push to %s it deploys %s to the cluster of that name', async (branch, environment) => {
    const files: Record<string, string> = path === SIMPLE ? {} : { '.github/deploy.yml': text(CONFIG) };
    const plan = await readPlan(configWorld({ inputs: inputsOf(path, branch), files, event: push(branch) }));
    expect(plan).toMatchObject({
      environment,
      target: {
        cluster: environment,
        region: 'ap-northeast-1',
        role: 'arn:aws:iam::111111111111:role/deploy',
      },
      images: [{ repository: 'shop', dockerfile: 'Dockerfile' }],
      services: path === SIMPLE ? [{ name: 'web' }] : [{ name: 'web' }, { name: 'worker' }],
      migrate: { service: 'web', command: ['node', 'bin/migrate.js'] },
    });
  });
});

it('the example deploy.yml is sound', () => {
  expect(parseConfigFile(CONFIG, text(CONFIG)).problems).toEqual([]);
});
