import { DeployError, type Outcome } from '../errors.ts';
import type { Annotation, HostEvent } from '../ports/host.ts';
import type { StepLine } from '../report/log.ts';
import { bumpBranch, type CookbookPlan } from '../rules/cookbook/plan.ts';
import { pullRequestText } from '../rules/cookbook/pull-request.ts';
import type { Raise } from '../rules/cookbook/raise-plan.ts';
import type { CookbookProblem } from '../rules/cookbook/reading.ts';
import { unifiedDiff } from '../rules/cookbook/unified-diff.ts';
import type { CookbookContext } from '../steps/cookbook/context.ts';
import { findPending } from '../steps/cookbook/find-pending.ts';
import { findReleased, type Released } from '../steps/cookbook/find-released.ts';
import { deployInfrastructure, startRecord, versionsOf } from '../steps/cookbook/infra-deploy.ts';
import { keepPullRequest, type BumpOperation, type BumpResult } from '../steps/cookbook/pull-request.ts';
import { raiseFor } from '../steps/cookbook/raise.ts';

/** What the cookbook part needs to know of a run. */
export interface BumpPlan {
  readonly event: HostEvent;
  readonly environment: string;
  /** The commit that is checked out. */
  readonly commit: string;
  readonly cookbooks?: CookbookPlan;
  /** Print what would be done, and write nothing. */
  readonly dryRun?: boolean;
}

/** What is known of the cookbook part; outputs, summary and `--json` are views of it. */
export interface CookbookReport {
  operation: BumpOperation;
  pullRequest?: { number: number; url: string };
  raises: readonly Raise[];
  problems: readonly CookbookProblem[];
  /** Name → version; absent while it is not known. */
  released?: Readonly<Record<string, string>>;
  infraDeploy?: 'succeeded' | 'failed' | 'skipped';
}

export interface BumpContext extends CookbookContext {
  readonly log: CookbookContext['log'] & {
    step<T>(id: 'bump' | 'infra-deploy', title: string, body: (step: StepLine) => Promise<T>): Promise<T>;
  };
  readonly report: { cookbooks?: CookbookReport };
  readonly annotate: (annotation: Annotation) => void;
}

/** What runs now, for servers that start from the released cookbooks. */
export interface CurrentApplication {
  readonly image?: string;
  readonly commit?: string;
}

/**
 * The cookbook part alone: the one pull request, and the infrastructure deploy of what its merge released. Neither waits
 * for the other's success; what blocks the pull request fails the command at the end.
 */
export async function bump(plan: BumpPlan, context: BumpContext): Promise<Outcome> {
  const { cookbooks } = plan;
  if (cookbooks === undefined)
    throw new DeployError('CONFIG_INVALID', '`cookbooks` is missing', {
      hint: 'Write the section `cookbooks` in deploy.yml, for example `cookbooks: { paths: [cookbooks/*] }`.',
    });
  if (plan.dryRun === true || plan.event.kind === 'pull_request') return showBump(plan, cookbooks, context);
  if (!isBaseBranch(plan, cookbooks)) {
    context.report.cookbooks = { operation: 'none', raises: [], problems: [] };
    context.log.info(
      `Cookbooks are judged on ${cookbooks.branch} only${environmentsText(cookbooks)}; this is ${plan.event.branch ?? 'no branch'} for ${plan.environment}`,
    );
    return 'no-change';
  }
  if (context.github === undefined) throw noToken();
  const result = await openBump(plan, cookbooks, context);
  const deployed = await releaseInfrastructure(plan, cookbooks, context, {});
  if (result.error !== undefined) throw result.error;
  if (result.problems.length > 0) throw unreadable(result.problems);
  return deployed || !['unchanged', 'snoozed', 'none'].includes(result.operation) ? 'completed' : 'no-change';
}

function environmentsText({ environments = [] }: CookbookPlan): string {
  return environments.length === 0 ? '' : ` for ${environments.join(', ')}`;
}

/** Is this a push whose cookbooks count? Only the environment of their branch has them, not another one asked for by name. */
export function isBaseBranch(
  plan: Pick<BumpPlan, 'event' | 'environment'>,
  cookbooks: Pick<CookbookPlan, 'branch' | 'environments'>,
): boolean {
  return plan.event.kind !== 'pull_request' && isOfItsBranch(plan, cookbooks);
}

/** The same, where a pull request counts as the push that its merge would be. */
export function isOfItsBranch(
  { event, environment }: Pick<BumpPlan, 'event' | 'environment'>,
  { branch, environments = [] }: Pick<CookbookPlan, 'branch' | 'environments'>,
): boolean {
  if ((event.pullRequest?.base ?? event.branch) !== branch) return false;
  return environments.length === 0 || environments.includes(environment);
}

/**
 * The pull request as one step. It never throws for what GitHub refuses: a blocked pull request is in the result, and an
 * error annotation, so that a deploy can go on.
 */
export async function openBump(
  plan: BumpPlan,
  cookbooks: CookbookPlan,
  context: BumpContext,
): Promise<BumpResult> {
  const { github, log, report } = context;
  return log.step('bump', 'Keep the cookbook-bump pull request', async (step) => {
    const result: BumpResult =
      github === undefined
        ? { operation: 'blocked', raises: [], problems: [], notes: [], error: noToken() }
        : await keepPullRequest({ ...context, github }, { plan: cookbooks, environment: plan.environment });
    const { operation, raises, problems, notes, number, url, error } = result;
    report.cookbooks = {
      ...report.cookbooks,
      operation,
      raises,
      problems,
      ...(number === undefined || url === undefined ? {} : { pullRequest: { number, url } }),
    };
    for (const problem of problems) context.annotate(annotationOf(problem, 'error'));
    for (const note of notes) context.annotate(annotationOf(note, 'warning'));
    if (error !== undefined)
      context.annotate({
        level: 'error',
        title: 'Bump pull request',
        message: [error.message, error.hint].filter((part) => part !== undefined).join('. '),
      });
    for (const { name, from, to, level } of raises) log.info(`${name}: ${from} to ${to} (${level})`);
    step.finish(resultLine(result));
    return result;
  });
}

/** Runs the infrastructure deploy where versions were released; answers whether it ran. Its failure is thrown. */
export async function releaseInfrastructure(
  plan: BumpPlan,
  cookbooks: CookbookPlan,
  context: BumpContext,
  current: CurrentApplication,
): Promise<boolean> {
  const { log, report } = context;
  return log.step('infra-deploy', 'Deploy the infrastructure', async (step) => {
    const { environment, commit, event } = plan;
    const released = await findReleased(context, {
      plan: cookbooks,
      environment,
      commit,
      ...(event.before === undefined ? {} : { before: event.before }),
      // A push without a before made its branch.
      isNewBranch: event.kind === 'push' && event.before === undefined,
    });
    const known = { ...(report.cookbooks ?? { operation: 'none', raises: [], problems: [] }) };
    report.cookbooks = { ...known, released: versionsOf(released.cookbooks), infraDeploy: 'skipped' };
    const { deploy } = cookbooks;
    if (deploy !== undefined) await startRecord(context, { environment, released });
    const names = namesOf(released);
    if (released.cookbooks.length === 0 || deploy === undefined) {
      step.skip(
        names === ''
          ? 'No cookbook version was released'
          : `Released ${names}; no deploy command is configured`,
      );
      return false;
    }
    log.info(`Released: ${names}`);
    try {
      await deployInfrastructure(context, { command: deploy, environment, commit, released, current });
      report.cookbooks.infraDeploy = 'succeeded';
    } catch (error) {
      report.cookbooks.infraDeploy = 'failed';
      throw error;
    }
    step.finish(`Deployed ${names} to ${environment}`);
    return true;
  });
}

/** What `bump` would do, from the checkout alone: no token, no write. */
export async function showBump(
  plan: BumpPlan,
  cookbooks: CookbookPlan,
  context: BumpContext,
): Promise<Outcome> {
  const { log, report } = context;
  return log.step<Outcome>('bump', 'Show the cookbook-bump pull request', async (step) => {
    const { history, runCommand, clock, signal } = context;
    const work = await findPending({ history, runCommand, clock, log, signal }, cookbooks, plan.commit);
    const raised = raiseFor(work, cookbooks, []);
    const problems = [...work.snapshot.problems, ...raised.problems];
    report.cookbooks = { operation: 'none', raises: raised.raises, problems };
    for (const problem of problems) context.annotate(annotationOf(problem, 'error'));
    if (raised.raises.length > 0) {
      const { title, body } = pullRequestText({
        raises: raised.raises,
        problems,
        pulls: [],
        fingerprint: '0'.repeat(64),
        ...(cookbooks.deploy === undefined ? {} : { deploys: plan.environment }),
      });
      log.info(`Would open a pull request from ${bumpBranch(cookbooks)} to ${cookbooks.branch}:`);
      log.outside([title, '', ...body.split('\n').filter((line) => !line.startsWith('<!--'))]);
      log.outside(unifiedDiff(raised.edits).split('\n'));
      for (const lock of raised.locks) log.info(`Would let the lock command write ${lock}`);
    }
    step.finish(
      raised.raises.length === 0
        ? 'No cookbook version must rise'
        : `Would raise ${raised.raises.map(nameTo).join(', ')}`,
    );
    if (problems.length > 0) throw unreadable(problems);
    return 'no-change';
  });
}

function resultLine({ operation, number, raises, error }: BumpResult): string {
  const pull = number === undefined ? 'The pull request' : `Pull request #${number}`;
  switch (operation) {
    case 'none':
      return 'No cookbook version must rise';
    case 'blocked':
      return `The pull request is blocked: ${error?.message ?? 'unknown reason'}`;
    case 'closed':
      return `${pull} is closed: nothing is pending any more`;
    case 'snoozed':
      return `${pull} was closed by a person and stays closed until the cookbooks change`;
    case 'created':
    case 'updated':
    case 'unchanged':
      return `${pull} ${operation}: ${raises.map(nameTo).join(', ')}`;
  }
}

function nameTo({ name, to }: Raise): string {
  return `${name} ${to}`;
}

function namesOf({ cookbooks }: Released): string {
  return cookbooks.map(({ name, version }) => `${name} ${version}`).join(', ');
}

function annotationOf(
  { file, line, message, hint }: CookbookProblem,
  level: 'error' | 'warning',
): Annotation {
  return {
    level,
    title: 'Cookbook',
    message: `${file}${line === undefined ? '' : `:${line}`} ${message}. ${hint}`,
    file,
    ...(line === undefined ? {} : { line }),
  };
}

function unreadable(problems: readonly CookbookProblem[]): DeployError {
  const lines = problems.map(
    ({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`} ${message}`,
  );
  return new DeployError('COOKBOOK_UNREADABLE', `cookbooks: ${lines[0] ?? 'something cannot be read'}`, {
    hint: 'Everything that can be read was taken care of. Mend what is listed, or take it out of `cookbooks.paths`.',
    details: lines,
  });
}

function noToken(): DeployError {
  return new DeployError('GITHUB_TOKEN_MISSING', 'cookbooks: there is no token for the pull request', {
    hint: 'Give `github-token` a token with contents: write and pull-requests: write. On GitHub that is `github-token: ${{ github.token }}`; elsewhere the token of a GitHub App.',
  });
}
