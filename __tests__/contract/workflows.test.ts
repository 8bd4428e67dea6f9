import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<
    string,
    { 'timeout-minutes': number; steps: { uses?: string; with?: Record<string, unknown> }[] }
  >;
}

const files = readdirSync('.github/workflows').map((name) => `.github/workflows/${name}`);

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('names every action by its full commit, with the version beside it', () => {
    const uses = [...text.matchAll(/uses: (.+)/g)].map(([, value = '']) => value);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((value) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(value))).toEqual(
      [],
    );
  });

  it('may only read, keeps no credentials, and ends by itself', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true);
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false));
    expect(Object.values(workflow.jobs).every((job) => job['timeout-minutes'] <= 30)).toBe(true);
  });
});
