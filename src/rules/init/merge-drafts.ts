import {
  EMPTY_DRAFT,
  environmentFor,
  type EnvironmentDraft,
  type InitDraft,
  type ServiceDraft,
} from './draft.ts';

/** Parts that several steps or files say, as one draft: what comes first wins, lists add up. */
export function mergeDrafts(parts: readonly Partial<InitDraft>[]): InitDraft {
  return parts.reduce<InitDraft>(
    (merged, part) => ({
      ...part,
      ...merged,
      image: { ...part.image, ...merged.image },
      environments: mergeEnvironments(merged.environments, part.environments ?? []),
      services: mergeServices(merged.services, part.services ?? []),
      families: [...new Set([...merged.families, ...(part.families ?? [])])],
      rules: [...new Set([...merged.rules, ...(part.rules ?? [])])],
      notes: [...new Set([...merged.notes, ...(part.notes ?? [])])],
    }),
    EMPTY_DRAFT,
  );
}

function mergeEnvironments(
  known: readonly EnvironmentDraft[],
  more: readonly EnvironmentDraft[],
): EnvironmentDraft[] {
  const names = [...new Set([...known, ...more].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [first, ...rest] = [...known, ...more].filter((one) => one.name === name);
    if (first === undefined) return [];
    const branches = [first, ...rest].find((one) => one.branches.length > 0)?.branches ?? [];
    return [{ ...Object.assign({}, ...rest.toReversed(), first), branches } as EnvironmentDraft];
  });
}

/** A step that renders a definition comes before the one that names its service: it fills in the next that has a name. */
function mergeServices(known: readonly ServiceDraft[], more: readonly ServiceDraft[]): ServiceDraft[] {
  return more.reduce<ServiceDraft[]>(
    (all, service) => {
      const last = all.at(-1);
      if (last?.name === '') return [...all.slice(0, -1), { ...last, ...service }];
      const same = all.findIndex(({ name }) => name === service.name && name !== '');
      if (same >= 0) return all.map((one, index) => (index === same ? { ...service, ...one } : one));
      return [...all, service];
    },
    [...known],
  );
}

/** A draft that can be written: each environment has a branch, and what has no name is only told of. */
export function finished(draft: InitDraft): InitDraft {
  const nameless = draft.services.filter(({ name }) => name === '');
  const environments = draft.environments.length === 0 ? [environmentFor('production')] : draft.environments;
  return {
    ...draft,
    environments: environments.map((one) =>
      one.branches.length > 0 ? one : { ...one, branches: environmentFor(one.name).branches },
    ),
    services: draft.services.filter(({ name }) => name !== ''),
    notes: [
      ...draft.notes,
      ...nameless.map(
        ({ taskDefinition = 'a task definition' }) =>
          `${taskDefinition} is rendered, but no service of a fixed name is deployed with it.`,
      ),
    ],
  };
}
