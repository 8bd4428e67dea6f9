import type { PullRequest } from '../../ports/github.ts';
import { closedBody } from '../../rules/cookbook/pull-request.ts';
import { peoplesCommits } from './bump-branch.ts';
import type { WritingContext } from './context.ts';

/** Nothing is pending: an open pull request is closed, and a branch of ours goes. */
export async function finishBump(
  { github, log }: WritingContext,
  base: string,
  head: string,
  open: PullRequest | undefined,
  newest: PullRequest | undefined,
): Promise<{ operation: 'none' | 'unchanged' | 'closed' }> {
  if (newest === undefined) return { operation: 'none' };
  const ref = `refs/heads/${head}`;
  const tip = await github.refCommit(ref);
  const isMerged = newest.merged && newest.headCommit === tip;
  const people = tip === undefined || isMerged ? [] : await peoplesCommits(github, base, tip);
  if (people.length > 0) {
    log.warn(
      'Bump pull request',
      `nothing is pending, but ${head} has commits of people; it is left as it is`,
    );
    return { operation: open === undefined ? 'none' : 'unchanged' };
  }
  if (open !== undefined)
    await github.updatePullRequest(open.number, { state: 'closed', body: closedBody(open.body) });
  if (tip !== undefined) await github.moveRefs([{ ref, before: tip, after: undefined }]);
  return { operation: open === undefined ? 'none' : 'closed' };
}
