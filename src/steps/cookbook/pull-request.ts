import { DeployError } from '../../errors.ts';
import type { GitHub, PullRequest } from '../../ports/github.ts';
import { isGitHubError } from '../../rules/cookbook/github-error.ts';
import { bumpBranch, type CookbookPlan } from '../../rules/cookbook/plan.ts';
import { contentFingerprint, pullRequestText, readMarker } from '../../rules/cookbook/pull-request.ts';
import type { Raise, RaisePlan } from '../../rules/cookbook/raise-plan.ts';
import type { CookbookProblem } from '../../rules/cookbook/reading.ts';
import { bringBranch } from './bump-branch.ts';
import { bringPull, tellOfKeptCommits } from './bump-pull.ts';
import type { WritingContext } from './context.ts';
import { findPending, type CookbookWork } from './find-pending.ts';
import { finishBump } from './finish-bump.ts';
import { raiseFor } from './raise.ts';

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

/**
 * Makes the one pull request what it should be: opened, updated, left alone or closed. It is judged at the head of the
 * base branch as GitHub has it, with a lease on the branch; when either moves meanwhile, everything is judged once more.
 */
export async function keepPullRequest(context: WritingContext, request: BumpRequest): Promise<BumpResult> {
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
  context: WritingContext,
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
      return { ...(await finishBump(context, base, head, open, newest)), ...facts() };

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
    const branch = await bringBranch(context, request.plan, {
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

function noBase(github: GitHub, branch: string): DeployError {
  return new DeployError('BUMP_BLOCKED', `cookbooks: ${github.repository} has no branch ${branch}`, {
    hint: 'Set `cookbooks.branch` to the branch that the pull request goes to. Where that is right, the token does not belong to this repository, which GitHub then does not show.',
  });
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
