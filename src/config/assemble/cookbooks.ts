import { environmentsOf, plainBranchOf } from '../../rules/input/branch-map.ts';
import { DEFAULT_PATHS, type CookbookPlan } from '../../rules/cookbook/plan.ts';
import { branchMap } from '../environments.ts';
import type { DeployConfig } from '../schema.ts';
import { report, type Draft } from './draft.ts';

const PRODUCTION = 'production';

/** The branch whose pushes are judged, as the file says it for all environments. */
export function cookbookBranch(config: Partial<DeployConfig> | undefined): string | undefined {
  return config?.cookbooks?.branch ?? plainBranchOf(branchMap(config?.environments), PRODUCTION);
}

export function cookbooksOf(draft: Draft): CookbookPlan | undefined {
  const { cookbooks } = draft.sections;
  if (cookbooks === undefined) return undefined;
  const branch = cookbooks.branch ?? cookbookBranch(draft.file?.config);
  if (branch === undefined) {
    report(draft, '`cookbooks.branch` is missing', {
      at: draft.pathTo('cookbooks'),
      hint: `Write the branch that the pull request goes to. It goes without saying only where \`environments.${PRODUCTION}\` has one branch, by its plain name.`,
    });
    return undefined;
  }
  const { 'lock-command': lockCommand, deploy } = cookbooks;
  return {
    paths: cookbooks.paths ?? DEFAULT_PATHS,
    branch,
    environments: environmentsOf(branchMap(draft.file?.config?.environments), { branch }),
    level: cookbooks.level ?? 'patch',
    pins: cookbooks.pins ?? [],
    dependants: cookbooks.dependants ?? 'excluding',
    ...(lockCommand === undefined ? {} : { lockCommand }),
    ...(deploy === undefined ? {} : { deploy }),
  };
}
