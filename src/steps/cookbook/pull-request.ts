import { DeployError } from '../../errors.ts';
import type { GitHub, GitHubCommit, PullRequest } from '../../ports/github.ts';
import { isGitHubError } from '../../rules/cookbook/github-error.ts';
import { bumpBranch, type CookbookPlan } from '../../rules/cookbook/plan.ts';
import {
  changesFingerprint,
  changesOfCommit,
  closedBody,
  commitMessage,
  contentFingerprint,
  pullRequestText,
  readMarker,
  type PullRequestText,
} from '../../rules/cookbook/pull-request.ts';
import type { Raise, RaisePlan } from '../../rules/cookbook/raise.ts';
import type { CookbookProblem } from '../../rules/cookbook/reading.ts';
import type { CookbookContext } from './context.ts';
import { findPending, type CookbookWork } from './find-pending.ts';
import { filesFor, raiseFor } from './raise.ts';

export type BumpOperation = 'created' | 'updated' | 'unchanged' | 'closed' | 'snoozed' | 'blocked' | 'none';

export interface BumpResult {
  readonly operation: BumpOperation;
  readonly number?: number;
  readonly url?: string;
  /** What the pull request raises, or would. */
  readonly raises: readonly Raise[];
  readonly problems: readonly CookbookProblem[];
  readonly notes: readonly CookbookProblem[];
  /** Why it is blocked. */
  readonly error?: DeployError;
  /** GitHub signed the commit; absent where none was made. */
  readonly verified?: boolean;
}

export interface BumpRequest {
  readonly plan: CookbookPlan;
  /** The environment that the merge deploys, where an infrastructure deploy is configured. */
  readonly environment: string;
}

type Round = Omit<BumpResult, 'operation'> & { operation: BumpOperation | 'stale' };
type Writing = CookbookContext & { github: GitHub };

/** Taking the branch away from people is asked for with one of these labels. */
const REBUILD_LABELS = new Set(['rebase', 'rebuild']);

/**
 * Makes the one pull request what it should be: opened, updated, left alone or closed. It is judged at the head of the
 * base branch as GitHub has it, with a lease on the branch; when either moves meanwhile, everything is judged once more.
 */
export async function keepPullRequest(context: Writing, request: BumpRequest): Promise<BumpResult> {
  const { github, log } = context;
  const { branch } = request.plan;
  let last: Round | undefined;
  for (const isLastRound of [false, true]) {
    const base = await github.refCommit(`refs/heads/${branch}`).catch(blockedBy);
    if (base instanceof DeployError) return { ...nothing, operation: 'blocked', error: base };
    if (base === undefined) return { ...nothing, operation: 'blocked', error: noBase(github, branch) };
    if (!(await context.history.has(base))) await context.history.fetch(base);
    const work = await findPending(context, request.plan, base).catch(blockedBy);
    if (work instanceof DeployError) return { ...nothing, operation: 'blocked', error: work };
    const result = await bring(context, request, base, work);
    if (result.operation !== 'stale') return { ...result, operation: result.operation };
    last = result;
    if (!isLastRound) log.info('The branch moved in the meantime: everything is judged once more');
  }
  return { ...nothing, ...last, operation: 'blocked', error: movedAgain(branch) };
}

const nothing = { raises: [], problems: [], notes: [] } as const;

/** GitHub's refusals block the pull request; they never end the run. Anything else is thrown on. */
function blockedBy(thrown: unknown): DeployError {
  if (isGitHubError(thrown) || isBlocking(thrown)) return thrown;
  throw thrown;
}

function isBlocking(thrown: unknown): thrown is DeployError {
  const codes = ['HISTORY_INCOMPLETE', 'COOKBOOK_LOCK_FAILED', 'BUMP_BLOCKED'];
  return thrown instanceof DeployError && codes.includes(thrown.code);
}

/** One round, with a refusal turned into a result that keeps what is known. */
async function bring(
  context: Writing,
  request: BumpRequest,
  base: string,
  work: CookbookWork,
): Promise<Round> {
  const { github } = context;
  const head = bumpBranch(request.plan);
  const known: { pull?: PullRequest; raised?: RaisePlan; pushed?: boolean } = {};
  const facts = () => ({
    raises: known.raised?.raises ?? [],
    problems: [...work.snapshot.problems, ...(known.raised?.problems ?? [])],
    notes: [...work.snapshot.notes, ...(known.raised?.notes ?? [])],
    ...(known.pull === undefined ? {} : { number: known.pull.number, url: known.pull.url }),
  });
  try {
    const [newest, ...older] = await github.pullRequests(head, request.plan.branch);
    const open = [newest, ...older].find((pull) => pull?.state === 'open');
    if (open !== undefined) known.pull = open;
    const raised = raiseFor(work, request.plan, open?.labels ?? []);
    known.raised = raised;
    if (raised.raises.length === 0)
      return { ...(await finish(context, base, head, open, newest)), ...facts() };

    const fingerprint = contentFingerprint(
      work.pending.map(({ cookbook: { name }, content }) => ({ name, content })),
    );
    if (open === undefined && isSnoozed(newest, fingerprint)) {
      if (newest !== undefined) known.pull = newest;
      return { operation: 'snoozed', ...facts() };
    }
    const text = pullRequestText({
      raises: raised.raises,
      problems: facts().problems,
      pulls: pullNumbers(work),
      fingerprint,
      ...(request.plan.deploy === undefined ? {} : { deploys: request.environment }),
    });
    const branch = await bringBranch(context, request, {
      base,
      head,
      work,
      raised,
      open,
      newest,
      title: text.title,
      fingerprint,
    });
    if (branch.state === 'stale') return { operation: 'stale', ...facts() };
    known.pushed = true;
    if (branch.state === 'kept') {
      await tellOfKeptCommits(context, branch.pull);
      return { operation: 'unchanged', ...facts() };
    }
    const done = await bringPull(context, { head, base: request.plan.branch, open, text });
    known.pull = done.pull;
    const operation =
      done.operation === 'unchanged' && branch.state === 'written' ? 'updated' : done.operation;
    return { operation, ...facts(), ...(branch.verified === undefined ? {} : { verified: branch.verified }) };
  } catch (thrown) {
    const error = blockedBy(thrown);
    const link = github.compareUrl(request.plan.branch, head);
    return {
      operation: 'blocked',
      ...facts(),
      error:
        known.pushed === true && known.pull === undefined
          ? new DeployError('BUMP_BLOCKED', error.message, {
              cause: error,
              hint: `The branch ${head} is pushed and kept; a person can open the pull request: ${link} ${error.hint ?? ''}`.trim(),
            })
          : error,
    };
  }
}

function isSnoozed(newest: PullRequest | undefined, fingerprint: string): boolean {
  if (newest === undefined || newest.merged) return false;
  const marker = readMarker(newest.body);
  return marker?.fingerprint === fingerprint && !marker.closedByUs;
}

function pullNumbers({ pending }: CookbookWork): number[] {
  return [...new Set(pending.flatMap(({ pulls }) => pulls.map(({ number }) => number)))].sort(
    (a, b) => a - b,
  );
}

/** Nothing is pending: an open pull request is closed, and a branch of ours goes. */
async function finish(
  { github, log }: Writing,
  base: string,
  head: string,
  open: PullRequest | undefined,
  newest: PullRequest | undefined,
): Promise<{ operation: BumpOperation }> {
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

async function peoplesCommits(github: GitHub, base: string, tip: string): Promise<GitHubCommit[]> {
  const commits = await github.commitsBetween(base, tip);
  return commits.filter((commit) => changesOfCommit(commit) === undefined);
}

interface BranchRequest {
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

type BranchState =
  | { state: 'written' | 'same'; verified?: boolean }
  | { state: 'stale' }
  | { state: 'kept'; pull: PullRequest };

/** The branch: one commit of ours on the head of the base branch, written only when it would say something else. */
async function bringBranch(
  context: Writing,
  { plan }: BumpRequest,
  { base, head, work, raised, open, newest, title, fingerprint }: BranchRequest,
): Promise<BranchState> {
  const { github } = context;
  if (head === plan.branch) throw new Error('the bump branch is the base branch');
  const ref = `refs/heads/${head}`;
  const tip = await github.refCommit(ref);
  const wanted = changesFingerprint(raised.edits, raised.locks, fingerprint);
  if (tip !== undefined && !(newest?.merged === true && newest.headCommit === tip)) {
    const commits = await github.commitsBetween(base, tip);
    const people = commits.filter((commit) => changesOfCommit(commit) === undefined);
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

async function bringPull(
  { github, log }: Writing,
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

async function tellOfKeptCommits({ github, log }: Writing, { number, url }: PullRequest): Promise<void> {
  log.warn('Bump pull request', `#${number} has commits of people and is left as it is: ${url}`);
  const comments = await github.comments(number);
  if (comments.some((body) => body.includes(KEPT_NOTE))) return;
  await github.comment(
    number,
    `This branch has commits of people, so deploy-action does not touch it any more. The label \`rebase\` lets it build the branch anew, without those commits.\n\n${KEPT_NOTE}`,
  );
}

function noBase(github: GitHub, branch: string): DeployError {
  return new DeployError('BUMP_BLOCKED', `cookbooks: ${github.repository} has no branch ${branch}`, {
    hint: 'Set `cookbooks.branch` to the branch that the pull request goes to.',
  });
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

function movedAgain(branch: string): DeployError {
  return new DeployError(
    'BUMP_BLOCKED',
    `cookbooks: ${branch} or its bump branch moved twice while the pull request was written`,
    {
      hint: 'Other runs are at work on it; the last of them leaves it right. Run the job again if none follows.',
    },
  );
}
