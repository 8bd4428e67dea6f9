import { DeployError } from '../../errors.ts';
import type { GitHub, GitHubCommit, PullRequest } from '../../ports/github.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';
import { changesFingerprint, changesOfCommit, commitMessage } from '../../rules/cookbook/pull-request.ts';
import type { RaisePlan } from '../../rules/cookbook/raise-plan.ts';
import type { WritingContext } from './context.ts';
import type { CookbookWork } from './find-pending.ts';
import { filesFor } from './raise.ts';

/** Taking the branch away from people is asked for with one of these labels. */
const REBUILD_LABELS = new Set(['rebase', 'rebuild']);

export interface BranchRequest {
  base: string;
  head: string;
  work: CookbookWork;
  raised: RaisePlan;
  open: PullRequest | undefined;
  newest: PullRequest | undefined;
  title: string;
  /** Of the content that waits. */
  fingerprint: string;
}

export type BranchState =
  | { state: 'written' | 'same'; verified?: boolean }
  | { state: 'stale' }
  | { state: 'kept'; pull: PullRequest };

/** The branch: one commit of ours on the head of the base branch, written only when it would say something else. */
export async function bringBranch(
  context: WritingContext,
  plan: CookbookPlan,
  { base, head, work, raised, open, newest, title, fingerprint }: BranchRequest,
): Promise<BranchState> {
  const { github } = context;
  if (head === plan.branch) throw new Error('the bump branch is the base branch');
  const ref = `refs/heads/${head}`;
  const tip = await github.refCommit(ref);
  const wanted = changesFingerprint(raised.edits, raised.locks, fingerprint);
  if (tip !== undefined && !(newest?.merged === true && newest.headCommit === tip)) {
    const commits = await github.commitsBetween(base, tip);
    const people = commits.filter(isOfPeople);
    if (people.length > 0 && open === undefined) throw peopleWithoutPull(head);
    if (people.length > 0 && open !== undefined && !open.labels.some((label) => REBUILD_LABELS.has(label)))
      return { state: 'kept', pull: open };
    const [only, ...more] = commits;
    if (only !== undefined && more.length === 0 && changesOfCommit(only) === wanted) return { state: 'same' };
  }
  const files = await filesFor(context, work, raised, plan.lockCommand);
  const { tree: baseTree } = await github.commit(base);
  const tree = await github.createTree(baseTree, files);
  const commit = await github.createCommit({
    message: commitMessage(title, wanted, tree),
    tree,
    parents: [base],
  });
  if ((await github.moveRefs([{ ref, before: tip, after: commit.id }])) === 'stale')
    return { state: 'stale' };
  const isStill = (await github.refCommit(`refs/heads/${plan.branch}`)) === base;
  return isStill ? { state: 'written', verified: commit.verified } : { state: 'stale' };
}

function peopleWithoutPull(head: string): DeployError {
  return new DeployError(
    'BUMP_BLOCKED',
    `cookbooks: the branch ${head} has commits of people and no pull request`,
    {
      hint: 'Open the pull request by hand, or delete the branch.',
    },
  );
}

/** The commits of the branch that are none of ours. */
export async function peoplesCommits(github: GitHub, base: string, tip: string): Promise<GitHubCommit[]> {
  return (await github.commitsBetween(base, tip)).filter(isOfPeople);
}

function isOfPeople(commit: GitHubCommit): boolean {
  return changesOfCommit(commit) === undefined;
}
