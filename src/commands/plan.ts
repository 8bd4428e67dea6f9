import type { PreviewPlan } from '../config/plan.ts';
import { asDeployError, CancelledError, DeployError, type Outcome } from '../errors.ts';
import { planComment } from '../report/plan-comment.ts';
import { planLines } from '../report/plan-lines.ts';
import type { PlannedImage, PlanReport } from '../report/plan-report.ts';
import { commentMarker } from '../rules/preflight/comment-marker.ts';
import { fail, inOrder, skip, tally, type Check } from '../rules/preflight/check.ts';
import type { StepContext } from '../steps/context.ts';
import { lintServices } from '../steps/lint.ts';
import { checkAll } from '../steps/preflight/checks.ts';
import { plannedImages } from '../steps/preflight/foresee-image.ts';
import {
  foreseeRevisions,
  plannedDefinitions,
  type ForeseenRevision,
} from '../steps/preflight/foresee-revisions.ts';
import { plannedSchedules } from '../steps/preflight/foresee-schedules.ts';
import { foreseeServices } from '../steps/preflight/foresee-services.ts';
import { keepComment } from '../steps/preflight/keep-comment.ts';
import { plannedTasks } from '../steps/preflight/foresee-tasks.ts';
import type { LiveService } from '../steps/read-services.ts';
import { showBump, type BumpContext } from './bump.ts';
import { servicesChapter, signInChapter } from './chapters.ts';
import { imageUsers } from './revision-chapters.ts';

/**
 * What `deploy` would do, and whether it could: the same things are read, everything is checked, and nothing is
 * written. A check that fails ends the run as refused, after all of them were told.
 */
export async function plan(
  plan: PreviewPlan,
  context: StepContext,
  infrastructure: BumpContext,
): Promise<Outcome> {
  const found: PlanReport = {
    images: [],
    definitions: [],
    tasks: [],
    services: [],
    schedules: [],
    checks: [],
  };
  context.report.plan = found;
  const error = await problemOf(async () => {
    await preview(plan, context, infrastructure, found);
    const failed = found.checks.filter(({ state }) => state === 'fail');
    if (failed.length > 0) throw preflightFailed(failed);
  });
  await commentChapter(plan, context, infrastructure, error);
  if (error !== undefined) throw error;
  return 'no-change';
}

/** A cancelled run does nothing more. */
async function problemOf(body: () => Promise<void>): Promise<DeployError | undefined> {
  try {
    await body();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof CancelledError) throw thrown;
    return asDeployError(thrown);
  }
}

/**
 * Keeps the comment on the pull request. It is the only thing that a plan ever writes, and nothing depends on it: where
 * it cannot be written, that is said.
 */
async function commentChapter(
  { event, environment, target, images }: PreviewPlan,
  { log, report, shareable }: StepContext,
  { github }: BumpContext,
  error: DeployError | undefined,
): Promise<void> {
  const { pullRequest } = event;
  if (pullRequest === undefined || report.plan === undefined) return;
  const found = report.plan;
  await log.step('comment', 'Keep the comment on the pull request', async (step) => {
    const reason =
      github === undefined
        ? 'there is no github-token'
        : pullRequest.isFork && event.name !== 'pull_request_target'
          ? 'the branch is in a fork, where GitHub gives the run no rights to write'
          : undefined;
    if (reason !== undefined || github === undefined) {
      found.comment = { operation: 'skipped', reason: reason ?? '' };
      step.skip(`No comment: ${reason ?? ''}`);
      return;
    }
    const marker = commentMarker({
      environment,
      cluster: target.name ?? target.cluster,
      repository: images[0].repository,
    });
    const place = target.name === undefined ? environment : `${environment}, ${target.name}`;
    const body = shareable(planComment({ ...report, environment: place }, marker, error));
    try {
      found.comment = await keepComment(github, { number: pullRequest.number, marker, body });
      step.finish(`The comment on pull request ${pullRequest.number} is ${found.comment.operation}`);
    } catch (thrown) {
      if (thrown instanceof CancelledError) throw thrown;
      const { message, hint = '' } = asDeployError(thrown);
      found.comment = { operation: 'skipped', reason: message };
      log.warn('No comment', `${message}. ${hint}`);
      step.skip(`No comment: ${message}`);
    }
  });
}

async function preview(
  plan: PreviewPlan,
  context: StepContext,
  infrastructure: BumpContext,
  found: PlanReport,
): Promise<void> {
  const { log } = context;
  const { account } = await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: false });
  await lintServices(context, services, plan);

  const images = await log.step('image', 'Look for the image', async (step) => {
    const users = await imageUsers(context, services, []);
    const planned = await plannedImages(context, plan, { account, users });
    const unknown = planned.filter((one) => 'check' in one);
    found.checks.push(...unknown);
    found.images = planned.filter((one) => 'action' in one);
    if (unknown.length > 0) step.skip(unknown.map(({ message }) => message).join('; '));
    else step.finish(found.images.map(imageLine).join('; '));
    return unknown.length > 0 ? [] : found.images;
  });

  const revisions = await compareChapter(plan, context, { services, images }, found);
  found.tasks = plannedTasks(plan, { services, revisions, images });
  const foreseen = await foreseeServices(context, plan, { services, revisions });
  found.services = foreseen.planned;
  found.checks.push(...foreseen.checks);

  await schedulesChapter(plan, context, { services, revisions }, found);

  await cookbooksChapter(plan, infrastructure, found);

  await log.step('preflight', 'Check what a deploy needs', async (step) => {
    const subjects = services.map((live) => ({
      live,
      definition:
        revisions.find(({ service }) => service === live.plan.name)?.definition ?? live.current.definition,
    }));
    found.checks = inOrder([
      ...found.checks,
      ...(await checkAll(context, { services: subjects, images, account })),
    ]);
    log.outside(planLines(found));
    const result = `Checks: ${tally(found.checks)}`;
    if (found.checks.some(({ state }) => state === 'fail')) step.fail(result);
    else step.finish(result);
  });
}

async function compareChapter(
  { environment }: PreviewPlan,
  context: StepContext,
  { services, images }: { services: readonly LiveService[]; images: readonly PlannedImage[] },
  found: PlanReport,
): Promise<ForeseenRevision[]> {
  const { log } = context;
  return log.step('compare', 'Compare the task definitions', async (step) => {
    if (images.length === 0) {
      step.skip('Not compared: the image is not known');
      return [];
    }
    const { revisions, checks } = await foreseeRevisions(context, { services, images, environment });
    found.checks.push(...checks);
    found.definitions = plannedDefinitions(revisions);
    for (const { services: of, diff } of found.definitions) {
      if (diff.length === 0) continue;
      log.info(`${of.join(', ')}:`);
      log.outside(diff);
    }
    const changing = revisions.filter(({ action }) => action !== 'unchanged');
    step.finish(
      changing.length === 0
        ? 'No task definition would change'
        : `Would change for ${changing.map(({ service }) => service).join(', ')}`,
    );
    return revisions;
  });
}

async function schedulesChapter(
  plan: PreviewPlan,
  context: StepContext,
  known: { services: readonly LiveService[]; revisions: readonly ForeseenRevision[] },
  found: PlanReport,
): Promise<void> {
  if (plan.schedules === undefined || known.revisions.length === 0) return;
  await context.log.step('schedules', 'Find the scheduled tasks', async (step) => {
    const { planned, checks } = await plannedSchedules(context, plan, known);
    found.schedules = planned;
    found.checks.push(...checks);
    const behind = planned.filter(({ isBehind }) => isBehind).length;
    const lagging = behind === 0 ? '' : `, of which ${behind} lag behind what runs`;
    step.finish(`${planned.length} would move${lagging}`);
  });
}

/** Judged on one branch only; a pull request is judged by the branch that it goes to. */
async function cookbooksChapter(
  plan: PreviewPlan,
  infrastructure: BumpContext,
  found: PlanReport,
): Promise<void> {
  const { cookbooks, event } = plan;
  if (cookbooks === undefined || (event.pullRequest?.base ?? event.branch) !== cookbooks.branch) return;
  try {
    await showBump(plan, cookbooks, infrastructure);
  } catch (thrown) {
    if (thrown instanceof CancelledError) throw thrown;
    found.checks.push({
      check: 'cookbooks',
      subject: cookbooks.paths.join(', '),
      ...cookbookFinding(thrown),
    });
  }
}

function cookbookFinding(thrown: unknown): Pick<Check, 'state' | 'message'> {
  const { code, message, hint } = asDeployError(thrown);
  const text = [message, ...(hint === undefined ? [] : [hint])].join('. ');
  return code === 'COOKBOOK_UNREADABLE' ? fail(text) : skip(text);
}

function imageLine({ action, uri, tag, digest }: PlannedImage): string {
  return action === 'build'
    ? `Would build and push ${uri}:${tag ?? ''}`
    : `Would reuse ${uri}@${digest ?? ''}`;
}

function preflightFailed(failed: readonly Check[]): DeployError {
  const [first] = failed;
  const one = first === undefined ? '' : `${first.check} ${first.subject}: ${first.message}`;
  return new DeployError(
    'PREFLIGHT_FAILED',
    failed.length === 1 ? `a check failed: ${one}` : `${failed.length} checks failed`,
    {
      hint: 'Mend what is listed, or the deploy of this commit fails on it.',
      details:
        failed.length === 1
          ? []
          : failed.map(({ check, subject, message }) => `${check} ${subject}: ${message}`),
    },
  );
}
