import type { Outcome } from '../errors.ts';
import type { ServicesPlan } from '../config/plan.ts';
import type { StepContext } from '../steps/context.ts';
import { followInFlight } from '../steps/rollout/roll-out.ts';
import { judgeRelease, nameAll, servicesChapter, signInChapter, tellRollout } from './chapters.ts';

/** Attaches to what is in flight, after a cancel, a time-out or a pause, and tells its truth. Changes nothing. */
export async function wait(plan: ServicesPlan, context: StepContext): Promise<Outcome> {
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: false });
  const ends = await context.log.step('rollout', `Wait for ${nameAll(services)}`, async (step) => {
    const followed = await followInFlight(context, plan.target.cluster, services, plan.rollout);
    tellRollout(
      step,
      followed.map(({ report }) => report),
    );
    return followed;
  });
  return judgeRelease(ends);
}
