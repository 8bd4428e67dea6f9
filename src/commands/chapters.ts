import type { Outcome } from '../errors.ts';
import type { BuildPlan, EcsPlan, PreviewPlan, RegisterPlan, ServicePlan } from '../config/plan.ts';
import {
  isGood,
  isHandedOver,
  releaseError,
  releaseOutcome,
  tellServices,
} from '../rules/rollout/release-verdict.ts';
import type { StepLine } from '../report/log.ts';
import type { ServiceReport, VerifyReport } from '../report/run-report.ts';
import { someNames } from '../rules/text/some-names.ts';
import { verifyError } from '../rules/verify/verify-error.ts';
import type { StepContext } from '../steps/context.ts';
import { asForced, guardServices } from '../steps/services/guard-services.ts';
import type { DecideAtHook } from '../steps/rollout/hook-decisions.ts';
import { lookAgain } from '../steps/rollout/look-again.ts';
import { readServices, type LiveService } from '../steps/services/read-services.ts';
import { returnServices, servicesToReturn } from '../steps/rollout/return-services.ts';
import { rollOut, type ServiceEnd, type ServiceRollout } from '../steps/rollout/roll-out.ts';
import { forgetRollout } from '../steps/rollout/rollout-state.ts';
import { signIn } from '../steps/sign-in.ts';

// The chapters that several commands tell.

export async function signInChapter(
  plan: EcsPlan | PreviewPlan | RegisterPlan | BuildPlan,
  context: StepContext,
): Promise<{ account: string }> {
  return context.log.step('sign-in', 'Sign in to AWS', async (step) => {
    const caller = await signIn(context, plan.target);
    step.finish(`Signed in to account ${caller.account}, region ${context.region}`);
    return caller;
  });
}

/** Reads the services; `guarded` when something is going to be changed. */
export async function servicesChapter(
  plan: { target: { cluster: string }; services: readonly ServicePlan[]; force?: string },
  context: StepContext,
  { guarded }: { guarded: boolean },
): Promise<LiveService[]> {
  const { cluster } = plan.target;
  return context.log.step('services', `Read the services of cluster ${cluster}`, async (step) => {
    const services = await readServices(context, cluster, plan.services);
    if (guarded) guardServices(context, services, plan.force);
    step.finish(`${nameAll(services)} in cluster ${cluster}`);
    return asForced(services, plan.force);
  });
}

export interface RolloutOptions {
  /** Time has passed since the services were read. */
  isLate?: boolean;
  /** Decides at PAUSE hooks, in place of a person. */
  decide?: DecideAtHook | undefined;
  /** More of the release follows: until then the services may have to go back. */
  goesOn?: boolean;
}

/** Rolls out, and on a failure sends back what the plan says (law 5: one release). */
export async function rolloutChapter(
  plan: EcsPlan,
  context: StepContext,
  rollouts: readonly ServiceRollout[],
  { isLate = false, decide, goesOn = false }: RolloutOptions = {},
): Promise<ServiceEnd[]> {
  const { cluster } = plan.target;
  const title = `Roll out to ${nameAll(rollouts.map(({ live }) => live))}`;
  const ends = await context.log.step('rollout', title, async (step) => {
    const still = isLate ? await lookAgain(context, cluster, rollouts, plan.force) : rollouts;
    const rolled = await rollOut(context, cluster, still, {
      ...plan.rollout,
      ...(decide === undefined ? {} : { decide }),
    });
    tellRollout(
      step,
      rolled.map(({ report }) => report),
    );
    return rolled;
  });
  await returnChapter(plan, context, ends);
  if (!goesOn || !isGood(releaseOutcome(ends.map(({ report }) => report)))) forgetRollouts(context, ends);
  return ends;
}

/** Nothing is left of the rollouts for the post step to finish. */
export function forgetRollouts(context: StepContext, ends: readonly ServiceEnd[]): void {
  for (const { live } of ends) forgetRollout(context, live.plan.name);
}

/** The result line of a step that followed rollouts. */
export function tellRollout(step: StepLine, reports: readonly ServiceReport[]): void {
  const outcome = releaseOutcome(reports);
  if (isGood(outcome) || isHandedOver(outcome)) step.finish(tellServices(reports));
  else step.fail(tellServices(reports));
}

/** Sends back what the plan says where a service, or what follows them (`failed`), failed (law 5: one release). */
export async function returnChapter(
  plan: Pick<EcsPlan, 'target' | 'rollout'>,
  context: StepContext,
  ends: readonly ServiceEnd[],
  { failed = false } = {},
): Promise<void> {
  const { cluster } = plan.target;
  const returning = servicesToReturn(ends, plan.rollout.onFailure, { failed });
  if (returning.length > 0) {
    await context.log.step('rollback', 'Send the services back', async (step) => {
      await returnServices(context, cluster, returning, plan.rollout);
      step.finish(tellServices(returning.map(({ report }) => report)));
    });
  }
}

/** The outcome of a release, or its error. */
export function judgeRelease(
  ends: readonly ServiceEnd[],
  { migrated = false, verified = [] }: { migrated?: boolean; verified?: readonly VerifyReport[] } = {},
): Outcome {
  const reports = ends.map(({ report }) => report);
  const outcome = releaseOutcome(reports);
  if (isGood(outcome) || isHandedOver(outcome)) return outcome;
  const failed = verified.findLast(({ state }) => state === 'failed' || state === 'timed-out');
  if (failed !== undefined) throw verifyError(reports, failed, { migrated });
  throw releaseError(reports, { migrated, cause: ends.find(({ error }) => error !== undefined)?.error });
}

export function nameAll(services: readonly LiveService[]): string {
  return someNames(services.map(({ plan: { name } }) => name));
}
