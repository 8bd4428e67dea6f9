import type { TargetPlan } from '../plan.ts';
import { missing, type Draft } from './draft.ts';

export function targetOf(draft: Draft): TargetPlan | undefined {
  const { inputs, sections } = draft;
  const cluster = inputs.cluster ?? sections.cluster;
  if (cluster === undefined) missingHere(draft, 'cluster');
  const account = accountOf(draft);
  return cluster === undefined ? undefined : { cluster, ...account };
}

/** What names the region for every AWS tool of a job. */
const REGION_VARIABLES = ['AWS_REGION', 'AWS_DEFAULT_REGION'];

/** Something that belongs to the environment, where the file has environments. */
function missingHere(draft: Draft, name: 'cluster' | 'region'): void {
  const { environment, file } = draft;
  const section =
    file?.config?.environments === undefined ? undefined : `environments.${String(environment)}.${name}`;
  missing(draft, name, section, ['environments', environment ?? '']);
}

/** Where to sign in, for what needs no cluster. */
export function accountOf(draft: Draft): Omit<TargetPlan, 'cluster'> {
  const { inputs, sections, hasEnvironmentVariable } = draft;
  const region = inputs.region ?? sections.region;
  if (region === undefined && !REGION_VARIABLES.some(hasEnvironmentVariable)) missingHere(draft, 'region');
  const role = inputs.role ?? sections.role;
  return { ...(region === undefined ? {} : { region }), ...(role === undefined ? {} : { role }) };
}
