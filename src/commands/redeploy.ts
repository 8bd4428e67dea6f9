import type { Outcome } from '../errors.ts';
import type { ServicesPlan } from '../config/plan.ts';
import type { StepContext } from '../steps/context.ts';
import { judgeRelease, rolloutChapter, servicesChapter, signInChapter } from './chapters.ts';

/** New tasks of the revision that runs: what a changed secret or a daily rotation needs. */
export async function redeploy(plan: ServicesPlan, context: StepContext): Promise<Outcome> {
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: true });
  const rollouts = services.map((live) => ({ live, taskDefinition: live.current.arn, newTasks: true }));
  return judgeRelease(await rolloutChapter(plan, context, rollouts));
}
