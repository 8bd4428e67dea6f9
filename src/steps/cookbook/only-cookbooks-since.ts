import type { DeployPlan } from '../../config/plan.ts';
import type { Service, StoredTaskDefinition } from '../../ports/ecs.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';
import { readLedger } from '../../rules/record/ledger.ts';
import { servingRevision } from '../../rules/rollout/serving-revision.ts';
import { changedOnlyCookbooks } from './changed-only-cookbooks.ts';
import type { CookbookContext } from './context.ts';

/** A service with what it runs, or a family with its newest revision. */
export interface DeployedUnit {
  service?: Service;
  current: StoredTaskDefinition | undefined;
}

/**
 * The commits that are deployed, where nothing but cookbooks changed since: then no application is deployed. Undefined
 * where one is: something else changed, or what runs is no release of ours. What is asked for by name is deployed.
 */
export async function onlyCookbooksSince(
  { history }: Pick<CookbookContext, 'history'>,
  { environment, commit, images, force }: Pick<DeployPlan, 'environment' | 'commit' | 'images' | 'force'>,
  cookbooks: CookbookPlan,
  deployed: readonly DeployedUnit[],
): Promise<string[] | undefined> {
  if (images[0].use !== undefined || force !== undefined) return undefined;
  const known = deployed.flatMap(({ current, service }) => {
    const { commit: from, release } = readLedger(current?.tags ?? [], environment);
    const isServing = service === undefined || servingRevision(service) === service.taskDefinition;
    return release !== undefined && from !== undefined && isServing ? [from] : [];
  });
  if (known.length < deployed.length) return undefined;
  const since = new Set(known);
  return (await changedOnlyCookbooks({ history }, { cookbooks, since, commit })) ? [...since] : undefined;
}

/** How a run says so. */
export function tellOnlyCookbooks(since: readonly string[]): string {
  return `Nothing but cookbooks changed since ${since.map((commit) => commit.slice(0, 12)).join(', ')}`;
}
