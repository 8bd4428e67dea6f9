import { asDeployError } from '../errors.ts';
import type { DeployPlan } from '../config/plan.ts';
import type { JsonObject } from '../rules/text/json.ts';
import { lint, type LintName } from '../rules/lint/lint.ts';
import { stopTimeouts } from '../rules/lint/stop-timeout.ts';
import { runningContainer } from '../rules/image/running-image.ts';
import { platformOf } from '../rules/task-definition/runtime-platform.ts';
import { parseTaskDefinitionFile } from '../rules/task-definition/task-definition-file.ts';
import type { StepContext } from './context.ts';
import type { LiveService } from './read-services.ts';

type Context = Pick<StepContext, 'files' | 'loadBalancers' | 'log'>;

/**
 * Looks the services and their coming definitions through for what is known to go wrong, before anything changes. Each
 * finding is a warning `lint/NAME`; none ever stops a deploy.
 */
export async function lintServices(
  context: Context,
  services: readonly LiveService[],
  plan: Pick<DeployPlan, 'image' | 'migrate' | 'lint'>,
): Promise<void> {
  const definitions = await Promise.all(services.map((live) => comingDefinition(context, live)));
  const ignored = plan.lint?.ignore ?? [];
  const delays = ignored.includes('stop-timeout')
    ? new Map<string, number>()
    : await readDelays(context, services, definitions);
  const platforms = definitions.flatMap((definition) => platformOf(definition) ?? []);
  // What is deployed as it is has its platform already.
  const imagePlatform = plan.image.use === undefined ? plan.image.platform : undefined;
  services.forEach((live, index) => {
    const definition = definitions[index] ?? {};
    const migrationContainer = containerOfMigration(live, definition, plan);
    const findings = lint(
      {
        service: live.service,
        definition,
        platforms: plan.image.use === undefined ? platforms : [],
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

/** What will be registered, but for the image. A file that cannot be read is told of when it is. */
async function comingDefinition(
  { files }: Context,
  { plan: { taskDefinition }, current }: LiveService,
): Promise<JsonObject> {
  if (taskDefinition === undefined) return current.definition;
  try {
    const text = await files.read(taskDefinition);
    return text === undefined ? current.definition : parseTaskDefinitionFile(taskDefinition, text).definition;
  } catch {
    return current.definition;
  }
}

function containerOfMigration(
  { plan: service }: LiveService,
  definition: JsonObject,
  { image, migrate }: Pick<DeployPlan, 'image' | 'migrate'>,
): string | undefined {
  if (migrate?.service !== service.name) return undefined;
  return (
    migrate.container ??
    service.container ??
    runningContainer(definition, { repository: image.repository })?.container
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
