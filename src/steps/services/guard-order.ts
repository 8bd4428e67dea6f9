import { DeployError } from '../../errors.ts';
import { readLedger } from '../../rules/record/ledger.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from './read-services.ts';

export interface OrderRequest {
  environment: string;
  commit: string;
  services: readonly Pick<LiveService, 'current'>[];
  force?: string | undefined;
}

/**
 * Refuses a commit that is an ancestor of the deployed one (law 11): an old job run again would undo newer work.
 * A shallow clone is deepened first; an ancestry that stays unknown lets the deploy pass, and is said.
 */
export async function guardOrder(
  { git, log }: Pick<StepContext, 'git' | 'log'>,
  { environment, commit, services, force }: OrderRequest,
): Promise<void> {
  const deployed = new Set(
    services.flatMap(({ current }) => readLedger(current.tags, environment).commit ?? []),
  );
  deployed.delete(commit);
  for (const newer of deployed) {
    let isOlder = await git.isAncestor(commit, newer);
    if (isOlder === undefined && (await git.deepen())) isOlder = await git.isAncestor(commit, newer);
    if (isOlder === undefined) {
      log.info(
        `Whether ${short(commit)} comes after the deployed ${short(newer)} is unknown: the history of this clone does not tell (fetch-depth: 0 would)`,
      );
    }
    if (isOlder !== true) continue;
    const message = `commit ${short(commit)} is older than ${short(newer)}, which ${environment} runs`;
    if (force !== undefined) {
      log.warn('Forced', `${message} (forced: ${force})`);
      continue;
    }
    throw new DeployError('COMMIT_OLDER', message, {
      hint: 'An old job was run again? Use the command `rollback` to go back, or `force: "reason"` to deploy this commit all the same.',
    });
  }
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
