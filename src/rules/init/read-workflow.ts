import { branchValues } from './branch-values.ts';
import { environmentFor, type EnvironmentDraft, type InitDraft } from './draft.ts';
import { mergeDrafts } from './merge-drafts.ts';
import { readScript } from './read-script.ts';
import { readAction, type ActionStep } from './workflow-actions.ts';
import { jobsOf, type WorkflowJob } from './workflow-jobs.ts';
import { listOf, sectionOf, textIn, type Section } from './yaml-values.ts';

/** A GitHub workflow that deploys with the official actions, or with a tool that its `run` lines call. */
export function readWorkflow(content: Section): InitDraft {
  const jobs = jobsOf(content);
  const drafts = jobs.flatMap((job) => [
    ...stepsOf(job).map((step) => readAction(step)),
    ...scriptsOf(job).map(readScript),
    { notes: calledWorkflow(job) },
  ]);
  const environments = environmentsOf(content, jobs);
  return mergeDrafts([{ environments, notes: severalClusters(environments, jobs) }, ...drafts]);
}

function stepsOf({ job }: WorkflowJob): ActionStep[] {
  return listOf(job['steps'])
    .map(sectionOf)
    .flatMap((step) => {
      const uses = textIn(step, 'uses');
      return uses === undefined ? [] : [{ uses, inputs: sectionOf(step['with']) }];
    });
}

function scriptsOf({ job }: WorkflowJob): string[] {
  return listOf(job['steps'])
    .map(sectionOf)
    .flatMap((step) => textIn(step, 'run') ?? []);
}

/** A job that is another workflow says nothing of what that does. */
function calledWorkflow({ name, job }: WorkflowJob): string[] {
  const uses = textIn(job, 'uses');
  return uses === undefined
    ? []
    : [
        `The job ${name} is the workflow \`${uses}\`: where that deploys, run \`init --from\` on its file too.`,
      ];
}

/** One environment for each branch that is deployed, with what the inputs are on that branch. */
function environmentsOf(content: Section, jobs: readonly WorkflowJob[]): EnvironmentDraft[] {
  // YAML 1.1 reads `on` as true; the parser here does not, but keys of other writers may.
  const on = sectionOf(content['on'] ?? content['true']);
  const branches = listOf(sectionOf(on['push'])['branches']).filter((name) => typeof name === 'string');
  const pushed = branches.length === 0 ? ['master'] : branches;
  // A job that only builds has no environment of its own; what it says of region and role is for all.
  const deploying = jobs.filter((job) => inputOf([job], 'cluster') ?? environmentOfJob([job]));
  const groups = deploying.length === 0 ? [jobs] : deploying.map((job) => [job]);
  const found = groups.flatMap((group) => {
    const only = group.flatMap(({ onlyBranches }) => onlyBranches);
    return (only.length === 0 ? pushed : only).map((branch) => environmentOn(branch, group, jobs));
  });
  return found
    .filter(({ name }, index) => found.findIndex((one) => one.name === name) === index)
    .map((first) => {
      const same = found.filter(({ name }) => name === first.name);
      return { ...first, branches: [...new Set(same.flatMap((one) => one.branches))] };
    });
}

function environmentOn(
  branch: string,
  group: readonly WorkflowJob[],
  all: readonly WorkflowJob[],
): EnvironmentDraft {
  const onBranch = (text: string | undefined) => {
    const values = text === undefined ? undefined : branchValues(text);
    return values?.byBranch.get(branch) ?? values?.otherwise;
  };
  const cluster = onBranch(inputOf(group, 'cluster'));
  const region = onBranch(inputOf(group, 'aws-region') ?? inputOf(all, 'aws-region'));
  const role = onBranch(inputOf(group, 'role-to-assume') ?? inputOf(all, 'role-to-assume'));
  const named = onBranch(environmentOfJob(group) ?? environmentOfJob(all));
  return {
    name: environmentFor(named ?? (branch === 'develop' ? 'staging' : (cluster ?? 'production'))).name,
    branches: [branch],
    ...(region === undefined ? {} : { region }),
    ...(role === undefined ? {} : { role }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

function inputOf(jobs: readonly WorkflowJob[], name: string): string | undefined {
  return jobs.flatMap(stepsOf).flatMap(({ inputs }) => textIn(inputs, name) ?? [])[0];
}

function environmentOfJob(jobs: readonly WorkflowJob[]): string | undefined {
  return jobs.flatMap(
    ({ job }) => textIn(job, 'environment') ?? textIn(sectionOf(job['environment']), 'name') ?? [],
  )[0];
}

/** An environment has one cluster: where jobs name others beside those that were taken, a person has to look. */
function severalClusters(taken: readonly EnvironmentDraft[], jobs: readonly WorkflowJob[]): string[] {
  const named = jobs
    .flatMap(stepsOf)
    .flatMap(({ inputs }) => textIn(inputs, 'cluster') ?? [])
    .filter((text) => !text.includes('${{'));
  const left = [...new Set(named)].filter((one) => !taken.some(({ cluster }) => cluster === one));
  return left.map(
    (one) =>
      `The cluster ${one} is deployed too: give it an environment of its own, or a target (docs/targets.md).`,
  );
}
