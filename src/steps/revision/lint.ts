import { asDeployError } from '../../errors.ts';
import type { ImagePlan } from '../../config/image-plan.ts';
import type { DeployPlan } from '../../config/plan.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { lint, type LintName } from '../../rules/lint/lint.ts';
import { stopTimeouts } from '../../rules/lint/stop-timeout.ts';
import { imagesOfUser } from '../../rules/image/image-users.ts';
import { runningContainer } from '../../rules/image/running-image.ts';
import { platformOf } from '../../rules/task-definition/runtime-platform.ts';
import { likelyDefinition } from './coming-definition.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../services/read-services.ts';

type Context = Pick<StepContext, 'files' | 'environmentVariable' | 'loadBalancers' | 'log'>;

/**
 * Looks the services and their coming definitions through for what is known to go wrong, before anything changes. Each
 * finding is a warning `lint/NAME`; none ever stops a deploy.
 */
export async function lintServices(
  context: Context,
  services: readonly LiveService[],
  plan: Pick<DeployPlan, 'images' | 'migrate' | 'lint'>,
): Promise<void> {
  const definitions = await Promise.all(services.map((live) => likelyDefinition(context, live)));
  const ignored = plan.lint?.ignore ?? [];
  const delays = ignored.includes('stop-timeout')
    ? new Map<string, number>()
    : await readDelays(context, services, definitions);
  const imagesOf = services.map((live, index) => likelyImages(live, definitions[index] ?? {}, plan));
  services.forEach((live, index) => {
    const definition = definitions[index] ?? {};
    const images = imagesOf[index] ?? [];
    // Those that share an image that is built here: what is deployed as it is has its platform already.
    const sharing = definitions.filter((_, other) =>
      (imagesOf[other] ?? []).some((image) => image.use === undefined && images.includes(image)),
    );
    const imagePlatform = images.find(
      ({ use, platform }) => use === undefined && platform !== undefined,
    )?.platform;
    const migrationContainer = containerOfMigration(live, definition, plan);
    const findings = lint(
      {
        service: live.service,
        definition,
        platforms: sharing.flatMap((each) => platformOf(each) ?? []),
        deregistrationDelays: delays,
        ...(imagePlatform === undefined ? {} : { imagePlatform }),
        ...(migrationContainer === undefined ? {} : { migrationContainer }),
      },
      ignored,
    );
    for (const { rule, message } of findings) context.log.warn(titleOf(rule), message);
  });
}

function titleOf(rule: LintName): string {
  return `lint/${rule}`;
}

/** What is wrong with a choice of images is told when they are provided. */
function likelyImages(
  { plan }: LiveService,
  definition: JsonObject,
  { images }: Pick<DeployPlan, 'images'>,
): ImagePlan[] {
  try {
    return imagesOfUser(images, { ...plan, who: plan.name }, definition);
  } catch {
    return [];
  }
}

function containerOfMigration(
  live: LiveService,
  definition: JsonObject,
  plan: Pick<DeployPlan, 'images' | 'migrate'>,
): string | undefined {
  const { plan: service } = live;
  const { migrate } = plan;
  if (migrate?.service !== service.name) return undefined;
  const [image] = likelyImages(live, definition, plan);
  return (
    migrate.container ??
    service.container ??
    (image && runningContainer(definition, { repository: image.repository })?.container)
  );
}

/** Asked for only where a container says how long it takes to stop. Without the right to know, that rule is silent. */
async function readDelays(
  { loadBalancers, log }: Context,
  services: readonly LiveService[],
  definitions: readonly JsonObject[],
): Promise<Map<string, number>> {
  const targetGroups = services.flatMap(({ service }, index) =>
    stopTimeouts(service, definitions[index] ?? {}).map(({ targetGroup }) => targetGroup),
  );
  const delays = new Map<string, number>();
  for (const targetGroup of new Set(targetGroups)) {
    try {
      const delay = await loadBalancers.deregistrationDelay(targetGroup);
      if (delay !== undefined) delays.set(targetGroup, delay);
    } catch (thrown) {
      log.debug(`the deregistration delay of ${targetGroup} is not known: ${asDeployError(thrown).message}`);
    }
  }
  return delays;
}
