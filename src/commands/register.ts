import type { RegisterPlan } from '../config/plan.ts';
import type { Outcome } from '../errors.ts';
import type { StepContext } from '../steps/context.ts';
import { guardOrder } from '../steps/services/guard-order.ts';
import { recordSuccess } from '../steps/record/record.ts';
import { registerFamilies, type FamilyRevision } from '../steps/revision/register.ts';
import { signInChapter } from './chapters.ts';
import type { DeployOptions } from './deploy.ts';
import { findSchedulesChapter, moveSchedulesChapter } from './schedules-chapter.ts';
import {
  familiesChapter,
  imagesChapter,
  imageUsers,
  ledgerFacts,
  replacedBy,
  tellRevisions,
} from './revision-chapters.ts';

/**
 * A deploy without services: the images, and a revision of each family. Somebody else runs them: Terraform, a schedule
 * without a pinned revision, AWS Batch. No cluster is asked for anything.
 */
export async function register(
  plan: RegisterPlan,
  context: StepContext,
  { isUpToDate }: DeployOptions = {},
): Promise<Outcome> {
  const { log } = context;
  const { account } = await signInChapter(plan, context);
  const families = await familiesChapter(plan, context);
  if ((await isUpToDate?.(families)) === true) return 'no-change';
  const replaced = replacedBy(families);
  await guardOrder(context, { ...plan, services: replaced });
  const users = await imageUsers(context, [], families);
  const images = await imagesChapter(plan, context, { account, users });
  const ledger = ledgerFacts(plan, images);
  const revisions = await log.step('register', 'Register the task definitions', async (step) => {
    const brought = await registerFamilies(context, { families, images, ledger });
    step.finish(tellRevisions([], brought));
    return brought;
  });
  const moved = await moveSchedules(plan, context, revisions);
  await log.step('record', 'Record the release', async (step) => {
    const { release } = await recordSuccess(context, { revisions, services: replaced, ledger });
    step.finish(`Release ${release} of ${plan.environment}`);
  });
  return moved || revisions.some(({ state }) => state !== 'unchanged') ? 'completed' : 'no-change';
}

/** The scheduled tasks of these families. */
async function moveSchedules(
  plan: RegisterPlan,
  context: StepContext,
  revisions: readonly FamilyRevision[],
): Promise<boolean> {
  const { scheduled } = plan;
  const { cluster } = plan.target;
  // Whoever has schedules has a cluster: the configuration says so.
  if (scheduled === undefined || cluster === undefined) return false;
  const within = { ...plan, ...scheduled, target: { ...plan.target, cluster } };
  const schedules = await findSchedulesChapter(within, context, revisions);
  return moveSchedulesChapter(within, context, { schedules, revisions, ends: [] });
}
