import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { INPUTS } from '../../src/config/inputs.ts';
import { readPlan } from '../../src/config/read-plan.ts';
import { configWorld, push } from '../fakes/config-world.ts';

/** What docs/infrastructure.md shows, and the README in part: `npm run docs` copies these files into both. */
const EXAMPLES = ['infrastructure', 'ec2-codedeploy'];

interface Workflow {
  on: { push: { branches: string[] } };
  permissions: Record<string, string>;
  concurrency: { 'cancel-in-progress': boolean };
  jobs: {
    infrastructure: { environment: string; steps: { uses: string; with: Record<string, unknown> }[] };
  };
}

const text = (path: string) => readFileSync(path, 'utf8');

describe.each(EXAMPLES)('examples/%s', (name) => {
  const configuration = text(`examples/${name}/deploy.yml`);
  const { on, permissions, concurrency, jobs } = parse(text(`examples/${name}/workflow.yml`)) as Workflow;
  const { environment, steps } = jobs.infrastructure;
  const ours = steps.at(-1);

  it('gives the rights that the pull request and the record need, and the whole history', () => {
    expect(permissions).toMatchObject({ contents: 'write', 'pull-requests': 'write' });
    expect(steps[0]?.uses).toMatch(/^actions\/checkout@/u);
    expect(steps[0]?.with).toEqual({ 'fetch-depth': 0 });
    expect(concurrency['cancel-in-progress']).toBe(false);
    expect(ours?.uses).toBe('org/deploy-action@v1');
  });

  it('signs in to AWS where its script asks AWS, and only there', () => {
    const signsIn = steps.some(({ uses }) => uses.startsWith('aws-actions/configure-aws-credentials@'));
    expect(signsIn).toBe(name === 'ec2-codedeploy');
    expect(permissions['id-token']).toBe(signsIn ? 'write' : undefined);
  });

  it('gives no input that there is not', () => {
    const known: string[] = INPUTS.map((input) => input.name);
    expect(Object.keys(ours?.with ?? {}).filter((input) => !known.includes(input))).toEqual([]);
  });

  it('on a push to its branch is a bump of the cookbooks, with the deploy command', async () => {
    const [branch = ''] = on.push.branches;
    const plan = await readPlan(
      configWorld({
        inputs: ours?.with as Record<string, string>,
        files: { '.github/deploy.yml': configuration },
        event: push(branch),
      }),
    );
    expect(plan).toMatchObject({
      command: 'bump',
      environment,
      cookbooks: { paths: ['cookbooks/*'], branch, deploy: ['bash', 'infra/deploy.sh'] },
    });
  });
});

it('the README’s section on infrastructure has the configuration, and leads to all the rest', () => {
  const [section = ''] = /\n## Infrastructure: Chef cookbooks\n[^]*?(?=\n## )/u.exec(text('README.md')) ?? [];
  expect(section).toContain(text('examples/infrastructure/deploy.yml').trim());
  expect(section).toContain('](docs/infrastructure.md)');
});

describe('docs/infrastructure.md', () => {
  const page = text('docs/infrastructure.md');

  it.each([
    'COOKBOOKS',
    'COOKBOOK_VERSIONS',
    'DEPLOY_ENVIRONMENT',
    'DEPLOY_COMMIT',
    'CURRENT_IMAGE',
    'CURRENT_COMMIT',
    'released-cookbooks',
    'deploy-action/cookbook-bump/**',
    'refs/deploy-action/production/infra',
    'Allow GitHub Actions to create and approve pull requests',
    'GitHub App',
    'bump --dry-run',
  ])('names %s', (word) => {
    expect(page).toContain(word);
  });
});
