import type { PullRequest } from '../../ports/github.ts';
import { isGitHubError } from '../../rules/cookbook/github-error.ts';
import { readMarker, type PullRequestText } from '../../rules/cookbook/pull-request.ts';
import type { CookbookContext, WritingContext } from './context.ts';

/** The pull request of a branch that is right: opened, or brought up to date where its text would change. */
export async function bringPull(
  { github, log }: WritingContext,
  request: { head: string; base: string; open: PullRequest | undefined; text: PullRequestText },
): Promise<{ operation: 'created' | 'updated' | 'unchanged'; pull: PullRequest }> {
  const { head, base, text } = request;
  let { open } = request;
  if (open === undefined) {
    try {
      const pull = await github.createPullRequest({ head, base, ...text });
      tellOfChecks(log, pull);
      return { operation: 'created', pull };
    } catch (error) {
      // Another run was faster, or the answer was lost: then it is there.
      if (!isGitHubError(error, 'already-exists') && !isGitHubError(error, 'unavailable')) throw error;
      open = (await github.pullRequests(head, base)).find(({ state }) => state === 'open');
      if (open === undefined) throw error;
      if (isGitHubError(error, 'unavailable') && isSameText(open, text))
        return { operation: 'created', pull: open };
    }
  }
  if (isSameText(open, text)) return { operation: 'unchanged', pull: open };
  return { operation: 'updated', pull: await github.updatePullRequest(open.number, { ...text }) };
}

/** What we would write is what we wrote; a person may have edited it since, and that stays. */
function isSameText(open: PullRequest, text: PullRequestText): boolean {
  const [was, is] = [readMarker(open.body), readMarker(text.body)];
  return was !== undefined && was.text === is?.text && was.fingerprint === is.fingerprint;
}

function tellOfChecks(log: CookbookContext['log'], { number, author }: PullRequest): void {
  if (author !== 'github-actions[bot]') return;
  log.warn(
    'Bump pull request',
    `#${number} was opened with GITHUB_TOKEN: its checks wait until a person with write access approves them. The token of a GitHub App avoids that.`,
  );
}

const KEPT_NOTE = '<!-- deploy-action:cookbook-bump kept -->';

/** Said in the log each time, and on the pull request once. */
export async function tellOfKeptCommits(
  { github, log }: WritingContext,
  { number, url }: PullRequest,
): Promise<void> {
  log.warn('Bump pull request', `#${number} has commits of people and is left as it is: ${url}`);
  const comments = await github.comments(number);
  if (comments.some((body) => body.includes(KEPT_NOTE))) return;
  await github.comment(
    number,
    `This branch has commits of people, so deploy-action does not touch it any more. The label \`rebase\` lets it build the branch anew, without those commits.\n\n${KEPT_NOTE}`,
  );
}
