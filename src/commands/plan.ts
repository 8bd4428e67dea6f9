import type { PreviewPlan } from '../config/plan.ts';
import { asDeployError, CancelledError, DeployError, type Outcome } from '../errors.ts';
import { planComment } from '../report/plan-comment.ts';
import type { PlanReport } from '../report/plan-report.ts';
import type { Check } from '../rules/preflight/check.ts';
import { commentMarker } from '../rules/preflight/comment-marker.ts';
import type { StepContext } from '../steps/context.ts';
import { keepComment } from '../steps/preflight/keep-comment.ts';
import type { BumpContext } from './bump.ts';
import { preview } from './preview.ts';

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
      cluster: target.name ?? target.cluster ?? '',
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
