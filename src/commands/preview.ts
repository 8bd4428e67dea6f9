import type { PreviewPlan } from '../config/plan.ts';
import { asDeployError, CancelledError } from '../errors.ts';
import { imageText, planLines } from '../report/plan-lines.ts';
import type { PlannedImage, PlanReport } from '../report/plan-report.ts';
import { fail, inOrder, skip, tally, type Check } from '../rules/preflight/check.ts';
import type { StepContext } from '../steps/context.ts';
import { onlyCookbooksSince, tellOnlyCookbooks } from '../steps/cookbook/only-cookbooks-since.ts';
import { lintServices } from '../steps/revision/lint.ts';
import { checkAll } from '../steps/preflight/checks.ts';
import { plannedImages } from '../steps/preflight/foresee-image.ts';
import { foreseeRevisions, plannedDefinitions, type Foreseen } from '../steps/preflight/foresee-revisions.ts';
import { plannedSchedules } from '../steps/preflight/foresee-schedules.ts';
import { foreseeServices, untouchedServices } from '../steps/preflight/foresee-services.ts';
import { plannedTasks } from '../steps/preflight/foresee-tasks.ts';
import type { CheckedTask } from '../steps/preflight/subjects.ts';
import type { LiveFamily } from '../steps/revision/read-families.ts';
import type { LiveService } from '../steps/services/read-services.ts';
import { isOfItsBranch, showBump, type BumpContext } from './bump.ts';
import { servicesChapter, signInChapter } from './chapters.ts';
import { familiesChapter, imageUsers, replacedBy } from './revision-chapters.ts';

/** What is there now. */
interface Live {
  services: readonly LiveService[];
  families: readonly LiveFamily[];
}

/** Reads what a deploy would read, in its order, and fills in what it would do. */
export async function preview(
  plan: PreviewPlan,
  context: StepContext,
  infrastructure: BumpContext,
  found: PlanReport,
): Promise<void> {
  const { log } = context;
  const { account } = await signInChapter(plan, context);
  const services = await readServices(plan, context);
  const families = await familiesChapter(plan, context);
  const live = { services, families };
  const since = await onlyCookbooks(plan, infrastructure, live);
  if (since !== undefined) {
    found.onlyCookbooksSince = since;
    found.services = untouchedServices(services, 'nothing but cookbooks changed');
    await cookbooksChapter(plan, infrastructure, found);
    log.info(`${tellOnlyCookbooks(since)}: no application would be deployed`);
    log.outside(planLines(found, infrastructure.report.cookbooks));
    return;
  }
  await lintServices(context, services, plan);

  const images = await imagesChapter(plan, context, { account, live }, found);
  const foreseen = await compareChapter(plan, context, { live, images }, found);
  found.tasks = plannedTasks(plan, { services, revisions: foreseen.revisions, images });
  const { planned, checks } = await foreseeServices(context, plan, {
    services,
    revisions: foreseen.revisions,
    replaced: replacedBy(families),
  });
  found.services = planned;
  found.checks.push(...checks);

  await schedulesChapter(plan, context, { ...live, foreseen }, found);

  await cookbooksChapter(plan, infrastructure, found);

  await log.step('preflight', 'Check what a deploy needs', async (step) => {
    const tasks = checkedTasks(live, foreseen);
    const subjects = { tasks, images, plans: plan.images, account };
    found.checks = inOrder([...found.checks, ...(await checkAll(context, subjects))]);
    log.outside(planLines(found, infrastructure.report.cookbooks));
    const result = `Checks: ${tally(found.checks)}`;
    if (found.checks.some(({ state }) => state === 'fail')) step.fail(result);
    else step.finish(result);
  });
}

/** Where there is none, no cluster is asked for anything. */
async function readServices(plan: PreviewPlan, context: StepContext): Promise<LiveService[]> {
  const { cluster } = plan.target;
  if (cluster === undefined || plan.services.length === 0) return [];
  return servicesChapter({ ...plan, target: { cluster } }, context, { guarded: false });
}

/** The deployed commits, where a deploy would find nothing but cookbooks to do. */
async function onlyCookbooks(
  plan: PreviewPlan,
  infrastructure: BumpContext,
  { services, families }: Live,
): Promise<string[] | undefined> {
  const { cookbooks } = plan;
  if (cookbooks === undefined || !isOfItsBranch(plan, cookbooks)) return undefined;
  return onlyCookbooksSince(infrastructure, plan, cookbooks, services.length > 0 ? services : families);
}

async function imagesChapter(
  plan: PreviewPlan,
  context: StepContext,
  { account, live }: { account: string; live: Live },
  found: PlanReport,
): Promise<readonly PlannedImage[]> {
  return context.log.step('image', 'Look for the image', async (step) => {
    const users = await imageUsers(context, live.services, live.families);
    const planned = await plannedImages(context, plan, { account, users });
    const unknown = planned.filter((one) => 'check' in one);
    found.checks.push(...unknown);
    found.images = planned.filter((one) => 'action' in one);
    if (unknown.length > 0) step.skip(unknown.map(({ message }) => message).join('; '));
    else step.finish(found.images.map(imageLine).join('; '));
    return unknown.length > 0 ? [] : found.images;
  });
}

async function compareChapter(
  { environment }: PreviewPlan,
  context: StepContext,
  { live, images }: { live: Live; images: readonly PlannedImage[] },
  found: PlanReport,
): Promise<Foreseen> {
  const { log } = context;
  return log.step('compare', 'Compare the task definitions', async (step) => {
    if (images.length === 0) {
      step.skip('Not compared: the image is not known');
      return { revisions: [], families: [], checks: [] };
    }
    const foreseen = await foreseeRevisions(context, { ...live, images, environment });
    found.checks.push(...foreseen.checks);
    found.definitions = plannedDefinitions(foreseen);
    for (const { services, family, diff } of found.definitions) {
      if (diff.length === 0) continue;
      log.info(`${services.length === 0 ? `family ${family}` : services.join(', ')}:`);
      log.outside(diff);
    }
    const changing = [
      ...foreseen.revisions.map(({ service, action }) => ({ name: service, action })),
      ...foreseen.families.map(({ family, action }) => ({ name: `family ${family}`, action })),
    ].filter(({ action }) => action !== 'unchanged');
    step.finish(
      changing.length === 0
        ? 'No task definition would change'
        : `Would change for ${changing.map(({ name }) => name).join(', ')}`,
    );
    return foreseen;
  });
}

async function schedulesChapter(
  plan: PreviewPlan,
  context: StepContext,
  known: Live & { foreseen: Foreseen },
  found: PlanReport,
): Promise<void> {
  const { revisions, families } = known.foreseen;
  if (plan.schedules === undefined || revisions.length + families.length === 0) return;
  await context.log.step('schedules', 'Find the scheduled tasks', async (step) => {
    const { planned, checks } = await plannedSchedules(context, plan, known);
    found.schedules = planned;
    found.checks.push(...checks);
    const behind = planned.filter(({ isBehind }) => isBehind).length;
    const lagging = behind === 0 ? '' : `, of which ${behind} lag behind already`;
    step.finish(`${planned.length} would move${lagging}`);
  });
}

/** Judged on one branch only; a pull request is judged by the branch that it goes to. */
async function cookbooksChapter(
  plan: PreviewPlan,
  infrastructure: BumpContext,
  found: PlanReport,
): Promise<void> {
  const { cookbooks } = plan;
  if (cookbooks === undefined || !isOfItsBranch(plan, cookbooks)) return;
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

/** Each with the definition that it would be given; where that is not known, with what it has. */
function checkedTasks({ services, families }: Live, foreseen: Foreseen): CheckedTask[] {
  return [
    ...services.map(({ plan: { name }, service, current }) => ({
      name,
      service,
      definition:
        foreseen.revisions.find((revision) => revision.service === name)?.definition ?? current.definition,
    })),
    ...families
      .filter(({ plan: { family } }) => !foreseen.revisions.some((revision) => revision.family === family))
      .flatMap(({ plan: { family: name }, current }) => {
        const definition =
          foreseen.families.find(({ family }) => family === name)?.definition ?? current?.definition;
        return definition === undefined ? [] : [{ name, definition }];
      }),
  ];
}

function imageLine(image: PlannedImage): string {
  const words = { build: 'build and push', copy: 'copy', reuse: 'reuse' } as const;
  return `Would ${words[image.action]} ${imageText(image)}`;
}
