import { asDeployError, CancelledError } from '../errors.ts';
import type { ContinuePlan, DeployPlan, VerifyPlan } from '../config/plan.ts';
import { readLedger } from '../rules/record/ledger.ts';
import { isGood, releaseOutcome } from '../rules/rollout/release-verdict.ts';
import { needsVerify } from '../rules/verify/needs-verify.ts';
import type { StepContext } from '../steps/context.ts';
import type { DecideAtHook } from '../steps/rollout/hook-decisions.ts';
import { leaveOpen, leaveOrReturn } from '../steps/rollout/leave-rollouts.ts';
import type { ServiceEnd } from '../steps/rollout/roll-out.ts';
import { verify, verifyTitle, type VerifySubject } from '../steps/verify/verify.ts';
import { lookWhoServes } from '../steps/rollout/who-serves.ts';
import { forgetRollouts, judgeRelease, returnChapter } from './chapters.ts';

/** Decides at the PAUSE hooks of a rollout: a person is not asked where there is a verification. */
export function decideByVerify(
  { verify: plan }: { verify?: VerifyPlan },
  context: StepContext,
  subject: VerifySubject,
): DecideAtHook | undefined {
  if (plan === undefined) return undefined;
  return (at, signal) => {
    const title = `Verify ${at.service} at its lifecycle hook: ${verifyTitle(plan)}`;
    return context.log.step('verify', title, async (step) => {
      try {
        const of = at.hook.hookId;
        const { state, reason } = await verify({ ...context, signal }, { plan, subject, of, at });
        if (state === 'passed') step.finish(`${at.service} passed: ${verifyTitle(plan)}`);
        else step.fail(`${at.service} did not pass: ${verifyTitle(plan)} ${reason ?? state}`);
        return state === 'passed' ? 'CONTINUE' : 'ROLLBACK';
      } catch (thrown) {
        // Somebody else acted on the hook: that is no failure of this step.
        if (!signal.aborted || context.signal.aborted) throw thrown;
        step.skip(`${at.service} is not verified: ${asDeployError(thrown).message}`);
        return 'ROLLBACK';
      }
    });
  };
}

export interface ReleaseToVerify {
  verify: VerifyPlan;
  ends: readonly ServiceEnd[];
  subject: VerifySubject;
  /** The migration of this run has succeeded. */
  migrated: boolean;
  /** More of the release follows. */
  goesOn: boolean;
}

/**
 * Verifies a release whose rollouts have completed, before it is recorded, unless that is done or nothing was changed.
 * When it does not pass, the services that this run changed go back as after a failed rollout, and the run is red.
 */
export async function verifyChapter(
  plan: DeployPlan | ContinuePlan,
  context: StepContext,
  { verify: how, ends, subject, migrated, goesOn }: ReleaseToVerify,
): Promise<void> {
  const { log, report } = context;
  const { cluster } = plan.target;
  const title = verifyTitle(how);
  await log.step('verify', `Verify: ${title}`, async (step) => {
    const needed = needsVerify(ends.map(rolledService(plan.environment)), passedAtHooks(context));
    if (!needed.needed) {
      step.skip(`Not verified again: ${needed.reason}`);
      return;
    }
    try {
      const { state, reason = state } = await verify(context, { plan: how, subject, of: keyOf(ends) });
      if (state === 'passed') {
        await lookWhoServes(context, cluster, ends);
        step.finish(`Passed: ${title}`);
        return;
      }
      step.fail(`Did not pass: ${title} ${reason}`);
      for (const end of ends.filter(({ report: { outcome } }) => outcome === 'completed'))
        Object.assign(end.report, { outcome: 'failed', reason: 'the verification did not pass' });
    } catch (thrown) {
      if (thrown instanceof CancelledError) await leaveOrReturn(context, cluster, ends, plan.rollout);
      else leaveOpen(context, cluster, ends);
      throw thrown;
    }
  });
  await returnChapter(plan, context, ends);
  if (!goesOn || !isGood(releaseOutcome(ends.map((end) => end.report)))) forgetRollouts(context, ends);
  judgeRelease(ends, { migrated, verified: report.verify ?? [] });
}

function rolledService(environment: string) {
  return ({ live, report: { name, outcome } }: ServiceEnd) => ({
    name,
    outcome,
    isRecorded: isGood(outcome) && readLedger(live.current.tags, environment).release !== undefined,
  });
}

function passedAtHooks({ report }: Pick<StepContext, 'report'>): string[] {
  return (report.verify ?? []).flatMap(({ state, service }) =>
    state === 'passed' && service !== undefined ? [service] : [],
  );
}

/** The same deployments are the same verification in another attempt of the run. */
function keyOf(ends: readonly ServiceEnd[]): string {
  return ends.map(({ rollout }) => rollout?.deploymentId ?? '').join(',');
}
