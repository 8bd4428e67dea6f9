import type { Outcome } from '../errors.ts';
import type { RollbackPlan } from '../config/plan.ts';
import { revisionName, splitRevision } from '../rules/aws/ecs-names.ts';
import type { StepContext } from '../steps/context.ts';
import { requireImages } from '../steps/image/require-images.ts';
import { recordRollback } from '../steps/record/record.ts';
import { familiesToReturn } from '../steps/record/release-families.ts';
import { findRollbackTargets } from '../steps/record/rollback-targets.ts';
import { judgeRelease, rolloutChapter, servicesChapter, signInChapter } from './chapters.ts';
import { findSchedulesChapter, moveSchedulesChapter } from './schedules-chapter.ts';

/**
 * Ends the deployment in flight with a rollback, or puts the release before (or a named revision) back, and waits for
 * it. What cannot run any more, a deregistered revision or a vanished image, is refused before anything is touched.
 */
export async function rollback(plan: RollbackPlan, context: StepContext): Promise<Outcome> {
  const { log } = context;
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: true });
  const { targets, families } = await log.step('target', 'Find the release to go back to', async (step) => {
    const found = await findRollbackTargets(context, {
      cluster: plan.target.cluster,
      environment: plan.environment,
      services,
      revision: plan.revision,
    });
    const alone = await familiesToReturn(context, plan, found);
    await requireImages(context, [
      ...found.map(({ taskDefinition }) => taskDefinition),
      ...alone.map(({ arn }) => arn),
    ]);
    const told = [
      ...found.map(({ live, taskDefinition }) => [live.plan.name, taskDefinition] as const),
      ...alone.map(({ family, arn }) => [family, arn] as const),
    ];
    step.finish(told.map(([name, arn]) => `${name} → ${revisionName(arn)}`).join(', '));
    return { targets: found, families: alone };
  });
  const revisions = [
    ...targets.map(({ taskDefinition: arn }) => ({ arn, family: splitRevision(arn).family })),
    ...families,
  ];
  const schedules = await findSchedulesChapter(plan, context, revisions);
  // A rollback that fails or is cancelled is left where it is: there is nothing better known to go to.
  const leaving = {
    ...plan,
    rollout: { ...plan.rollout, onFailure: 'leave' as const, onCancel: 'keep' as const },
  };
  const ends = await rolloutChapter(
    leaving,
    context,
    targets.map((target) => ({ ...target, passHooks: true })),
    { goesOn: schedules.length > 0 },
  );
  const outcome = judgeRelease(ends);
  await moveSchedulesChapter(leaving, context, { schedules, revisions, ends });
  await log.step('record', 'Record the release', async (step) => {
    const release = await recordRollback(context, { plan, targets, families });
    step.finish(`Release ${release} of ${plan.environment}`);
  });
  return outcome;
}
