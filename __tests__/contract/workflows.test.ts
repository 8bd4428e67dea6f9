import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<
    string,
    {
      'timeout-minutes'?: number | string;
      permissions?: Record<string, string>;
      steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
    }
  >;
}

const names = readdirSync('.github/workflows');
const read = (name: string) => readFileSync(`.github/workflows/${name}`, 'utf8');
const isOurs = (value: string) => value.startsWith('org/deploy-action@v1 ');

describe.each(names)('.github/workflows/%s', (name) => {
  const text = read(name);
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('names every action by its full commit, with the version beside it', () => {
    const uses = [...text.matchAll(/^ +(?:- )?uses: (.+)/gm)].map(([, value = '']) => value);
    expect(
      uses.filter(
        (value) => !isOurs(value) && !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(value),
      ),
    ).toEqual([]);
  });

  it('may only read unless a job says more, keeps no credentials, and ends by itself', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false));
    const limits = Object.values(workflow.jobs).map((job) => job['timeout-minutes']);
    expect(limits.filter((limit) => limit === undefined || Number(limit) > 60)).toEqual([]);
  });
});

describe('what has rights', () => {
  it('runs no code of a pull request: dist-commit has no checkout, and installs nothing', () => {
    const { jobs } = parse(read('dist-commit.yml')) as Workflow;
    const [job] = Object.values(jobs);
    expect(job?.permissions).toEqual({ actions: 'write', contents: 'write' });
    expect(job?.steps.map(({ uses }) => uses)).toEqual([undefined, undefined]);
    expect(job?.steps.map(({ run }) => run).join('\n')).not.toMatch(/\b(?:npm|npx|node|git clone)\b/);
  });

  it('has CI run on the commit that it makes, which starts nothing by itself', () => {
    const { jobs } = parse(read('dist-commit.yml')) as Workflow;
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run = '' }) => run));
    expect(scripts.at(-1)).toMatch(/--field force=false\n[^]*gh workflow run ci\.yml /u);
    const { on } = parse(read('ci.yml')) as { on: object };
    expect(Object.keys(on)).toContain('workflow_dispatch');
  });

  it('is not given to the run that builds dist/ from a pull request', () => {
    const { permissions, jobs } = parse(read('dist-build.yml')) as Workflow;
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual([undefined]);
  });
});

describe('a release', () => {
  const { jobs } = parse(read('release.yml')) as { jobs: Record<string, { needs?: string; if?: string }> };

  it('is made of main, whatever branch it is started from', () => {
    expect(jobs['build']?.if).toBe("github.ref == 'refs/heads/main'");
  });

  it('is drafted with all its files, published, tested, and only then is the major tag moved', () => {
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['build', undefined],
      ['draft', 'build'],
      ['publish', 'draft'],
      ['self-test', 'publish'],
      ['move-major', 'self-test'],
    ]);
  });
});

describe('dependabot', () => {
  const { updates } = parse(readFileSync('.github/dependabot.yml', 'utf8')) as {
    updates: { 'package-ecosystem': string; cooldown: { 'default-days': number } }[];
  };

  it('covers npm and the actions, with a cooldown of a week', () => {
    expect(updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions']);
    expect(updates.map((one) => one.cooldown['default-days'])).toEqual([7, 7]);
  });
});
