import type { DeployPlan } from '../config/plan.ts';
import { asDeployError, type DeployError, type Outcome } from '../errors.ts';
import { readLedger } from '../rules/record/ledger.ts';
import type { CookbookPlan } from '../rules/cookbook/plan.ts';
import { runningImage } from '../rules/image/running-image.ts';
import { servingRevision } from '../rules/rollout/serving-revision.ts';
import type { StepContext } from '../steps/context.ts';
import { changedOnlyCookbooks } from '../steps/cookbook/changed-only-cookbooks.ts';
import { readServices, type LiveService } from '../steps/read-services.ts';
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
  plan: DeployPlan,
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
      isUpToDate: (services) => isUpToDate(plan, cookbooks, application.context, infrastructure, services),
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

/** Did nothing but cookbooks change since what every service runs was deployed? What is asked for by name is deployed. */
async function isUpToDate(
  { environment, commit, images, force }: DeployPlan,
  cookbooks: CookbookPlan,
  { log }: Pick<StepContext, 'log'>,
  { history }: Pick<BumpContext, 'history'>,
  services: readonly LiveService[],
): Promise<boolean> {
  if (images[0].use !== undefined || force !== undefined) return false;
  const deployed = services.map(({ current, service }) => {
    const { commit: from, release } = readLedger(current.tags, environment);
    const isServing = servingRevision(service) === service.taskDefinition;
    return release !== undefined && isServing ? from : undefined;
  });
  const known = deployed.filter((from) => from !== undefined);
  if (known.length < services.length) return false;
  if (!(await changedOnlyCookbooks({ history }, { cookbooks, since: new Set(known), commit }))) return false;
  log.info(
    `Nothing but cookbooks changed since ${[...new Set(known)].map((from) => from.slice(0, 12)).join(', ')}: no application is deployed`,
  );
  return true;
}

/** What serves now, read anew: the application part may have changed it, or sent it back. */
async function currentApplication(
  { environment, target, services, images }: DeployPlan,
  context: StepContext,
): Promise<CurrentApplication> {
  const { ecs, log, signal } = context;
  try {
    for (const { plan, service, current } of await readServices(context, target.cluster, services)) {
      const arn = servingRevision(service) ?? current.arn;
      const serving = arn === current.arn ? current : await ecs.describeTaskDefinition(arn);
      const { container } = plan;
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
