import { DeployError } from '../../errors.ts';
import type { CookbookContext } from './context.ts';

/** Makes sure that the commit and its whole history are here; what a shallow clone lacks is fetched, never guessed. */
export async function requireHistory({ history, log }: CookbookContext, commit: string): Promise<void> {
  if (await history.isComplete(commit)) return;
  log.info('Fetching the history: the checkout has only a part of it');
  await history.fetch(commit);
  if (await history.isComplete(commit)) return;
  throw new DeployError(
    'HISTORY_INCOMPLETE',
    `cookbooks: the history of commit ${commit.slice(0, 12)} is not in the checkout and could not be fetched`,
    { hint: 'Check out with `fetch-depth: 0`, or give `github-token` a token that may read the repository.' },
  );
}
