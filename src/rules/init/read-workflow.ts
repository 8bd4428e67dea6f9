import { branchValues } from './branch-values.ts';
import { environmentFor, type EnvironmentDraft, type InitDraft } from './draft.ts';
import { mergeDrafts } from './merge-drafts.ts';
import { readScript } from './read-script.ts';
import { readAction, type ActionStep } from './workflow-actions.ts';
import { listOf, sectionOf, textIn, type Section } from './yaml-values.ts';

/** A GitHub workflow that deploys with the official actions, or with a tool that its `run` lines call. */
export function readWorkflow(content: Section): InitDraft {
  const jobs = Object.values(sectionOf(content['jobs'])).map(sectionOf);
  const steps = jobs.flatMap((job) => listOf(job['steps']).map(sectionOf));
  const used = steps.flatMap((step): ActionStep[] => {
    const uses = textIn(step, 'uses');
    return uses === undefined ? [] : [{ uses, inputs: sectionOf(step['with']) }];
  });
  const scripts = steps.flatMap((step) => textIn(step, 'run') ?? []).map(readScript);
  const read = used.map((step) => readAction(step));
  return mergeDrafts([{ environments: environmentsOf(content, jobs, used) }, ...read, ...scripts]);
}

/** One environment for each branch that is deployed, with what the inputs are on that branch. */
function environmentsOf(
  content: Section,
  jobs: readonly Section[],
  steps: readonly ActionStep[],
): EnvironmentDraft[] {
  // YAML 1.1 reads `on` as true; the parser here does not, but keys of other writers may.
  const on = sectionOf(content['on'] ?? content['true']);
  const branches = listOf(sectionOf(on['push'])['branches']).filter((name) => typeof name === 'string');
  const inputOf = (name: string) => steps.flatMap(({ inputs }) => textIn(inputs, name) ?? [])[0];
  const jobEnvironment = jobs.flatMap(
    (job) => textIn(job, 'environment') ?? textIn(sectionOf(job['environment']), 'name') ?? [],
  )[0];
  const onBranch = (text: string | undefined, branch: string) => {
    const values = text === undefined ? undefined : branchValues(text);
    return values?.byBranch.get(branch) ?? values?.otherwise;
  };
  const perBranch = (branches.length === 0 ? ['master'] : branches).map((branch) => {
    const cluster = onBranch(inputOf('cluster'), branch);
    const region = onBranch(inputOf('aws-region'), branch);
    const role = onBranch(inputOf('role-to-assume'), branch);
    const usual = environmentFor(
      onBranch(jobEnvironment, branch) ?? (branch === 'develop' ? 'staging' : (cluster ?? 'production')),
    );
    return {
      name: usual.name,
      branches: [branch],
      ...(region === undefined ? {} : { region }),
      ...(role === undefined ? {} : { role }),
      ...(cluster === undefined ? {} : { cluster }),
    };
  });
  return perBranch
    .filter(({ name }, index) => perBranch.findIndex((one) => one.name === name) === index)
    .map((first) => ({
      ...first,
      branches: perBranch.filter(({ name }) => name === first.name).flatMap((one) => one.branches),
    }));
}
