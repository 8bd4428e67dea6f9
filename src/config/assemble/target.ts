import type { TargetPlan } from '../plan.ts';
import { missing, type Draft } from './draft.ts';

export function targetOf(draft: Draft): TargetPlan | undefined {
  const { inputs, sections, environment, file } = draft;
  const cluster = inputs.cluster ?? sections.cluster;
  if (cluster === undefined) {
    const section =
      file?.config?.environments === undefined ? undefined : `environments.${String(environment)}.cluster`;
    missing(draft, 'cluster', section, ['environments', environment ?? '']);
    return undefined;
  }
  return { cluster, ...accountOf(draft) };
}

/** Where to sign in, for what needs no cluster. */
export function accountOf({ inputs, sections }: Draft): Omit<TargetPlan, 'cluster'> {
  const region = inputs.region ?? sections.region;
  const role = inputs.role ?? sections.role;
  return { ...(region === undefined ? {} : { region }), ...(role === undefined ? {} : { role }) };
}
