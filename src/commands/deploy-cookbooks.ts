import type { DeployPlan, RegisterPlan } from '../config/plan.ts';
import type { StoredTaskDefinition } from '../ports/ecs.ts';
import { asDeployError, type DeployError, type Outcome } from '../errors.ts';
import { readLedger } from '../rules/record/ledger.ts';
import type { CookbookPlan } from '../rules/cookbook/plan.ts';
import { runningImage } from '../rules/image/running-image.ts';
import { servingRevision } from '../rules/rollout/serving-revision.ts';
import type { StepContext } from '../steps/context.ts';
import {
  onlyCookbooksSince,
  tellOnlyCookbooks,
  type DeployedUnit,
} from '../steps/cookbook/only-cookbooks-since.ts';
import { readFamilies } from '../steps/revision/read-families.ts';
import { readServices } from '../steps/services/read-services.ts';
import {
  isBaseBranch,
  openBump,
  releaseInfrastructure,
  type BumpContext,
  type CurrentApplication,
} from './bump.ts';
import type { DeployOptions } from './deploy.ts';

export interface Application {
  /** Of the first target, where there are several. */
  context: StepContext;
  /** To all targets. */
  deploy: (options: DeployOptions) => Promise<Outcome>;
}

/**
 * The application and the cookbooks of one push. On the base branch the pull request comes first, then the application,
 * then the infrastructure deploy of what was released. None depends on the others' results: what fails is thrown at the
 * end, the application's failure before the infrastructure's. Other branches deploy the application alone.
 */
export async function deployWithCookbooks(
  plan: DeployPlan | RegisterPlan,
  cookbooks: CookbookPlan,
  application: Application,
  infrastructure: BumpContext,
): Promise<Outcome> {
  if (!isBaseBranch(plan, cookbooks)) return application.deploy({});
  const { annotate, signal } = infrastructure;

  const kept = await attempt(signal, () => openBump(plan, cookbooks, infrastructure));
  if ('error' in kept) annotate(errorAnnotation('Bump pull request', kept.error));

  const deployed = await attempt(signal, () =>
    application.deploy({
      isUpToDate: (deployed) => isUpToDate(plan, cookbooks, application.context, infrastructure, deployed),
    }),
  );

  const released = await attempt(signal, async () =>
    releaseInfrastructure(
      plan,
      cookbooks,
      infrastructure,
      cookbooks.deploy === undefined ? {} : await currentApplication(plan, application.context),
    ),
  );

  if ('error' in deployed) {
    // The run ends with one error; the other one is told beside it.
    if ('error' in released) annotate(errorAnnotation('Infrastructure deploy', released.error));
    throw deployed.error;
  }
  if ('error' in released) throw released.error;
  // What GitHub refuses is no failure of a deploy; anything else that went wrong with the pull request is a defect.
  if ('error' in kept) throw kept.error;
  return deployed.value;
}

/** A cancelled run starts nothing more. */
async function attempt<T>(
  signal: AbortSignal,
  body: () => Promise<T>,
): Promise<{ value: T } | { error: DeployError }> {
  try {
    return { value: await body() };
  } catch (thrown) {
    signal.throwIfAborted();
    return { error: asDeployError(thrown) };
  }
}

function errorAnnotation(title: string, { message, hint }: DeployError) {
  return {
    level: 'error',
    title,
    message: [message, hint].filter((part) => part !== undefined).join('. '),
  } as const;
}

/** Answers a deploy whether there is anything but cookbooks in it, and says so. */
async function isUpToDate(
  plan: DeployPlan | RegisterPlan,
  cookbooks: CookbookPlan,
  { log }: Pick<StepContext, 'log'>,
  infrastructure: BumpContext,
  deployed: readonly DeployedUnit[],
): Promise<boolean> {
  const since = await onlyCookbooksSince(infrastructure, plan, cookbooks, deployed);
  if (since === undefined) return false;
  log.info(`${tellOnlyCookbooks(since)}: no application is deployed`);
  return true;
}

interface Serving {
  container?: string;
  serving: StoredTaskDefinition;
}

/** What each service runs; where only families are registered, the newest revision of each. */
async function readServing(plan: DeployPlan | RegisterPlan, context: StepContext): Promise<Serving[]> {
  if (plan.registerOnly === true) {
    const families = await readFamilies(context, plan.families);
    return families.flatMap(({ plan: { container }, current }) =>
      current === undefined ? [] : [{ serving: current, ...(container === undefined ? {} : { container }) }],
    );
  }
  const services = await readServices(context, plan.target.cluster, plan.services);
  return Promise.all(
    services.map(async ({ plan: { container }, service, current }) => {
      const arn = servingRevision(service) ?? current.arn;
      const serving = arn === current.arn ? current : await context.ecs.describeTaskDefinition(arn);
      return { serving, ...(container === undefined ? {} : { container }) };
    }),
  );
}

/** What serves now, read anew: the application part may have changed it, or sent it back. */
async function currentApplication(
  plan: DeployPlan | RegisterPlan,
  context: StepContext,
): Promise<CurrentApplication> {
  const { environment, images } = plan;
  const { log, signal } = context;
  try {
    for (const { container, serving } of await readServing(plan, context)) {
      const [running] = images.flatMap(
        ({ repository }) =>
          runningImage(serving.definition, {
            repository,
            ...(container === undefined ? {} : { container }),
          }) ?? [],
      );
      if (running === undefined) continue;
      const { commit } = readLedger(serving.tags, environment);
      return { image: running, ...(commit === undefined ? {} : { commit }) };
    }
  } catch (thrown) {
    signal.throwIfAborted();
    log.warn(
      'Infrastructure deploy',
      `what runs now could not be read, so CURRENT_IMAGE and CURRENT_COMMIT are empty: ${asDeployError(thrown).message}`,
    );
  }
  return {};
}
