import { DeployError, isTaskFailure } from '../../errors.ts';
import type { OneOffPlan } from '../../config/plan.ts';
import type { StoredTaskDefinition } from '../../ports/ecs.ts';
import { revisionName, sameRevision } from '../../rules/aws/ecs-names.ts';
import { parseImageReference } from '../../rules/image/image-ref.ts';
import { runningContainer } from '../../rules/image/running-image.ts';
import { servingRevision } from '../../rules/rollout/serving-revision.ts';
import { runOneOffTask, type RunIdentity } from './one-off-task.ts';
import type { LiveService } from '../services/read-services.ts';
import type { Revision } from '../revision/register.ts';

type Context = Parameters<typeof runOneOffTask>[0];

export interface ProofRequest {
  /** The check, with the time and the service of the migration. */
  plan: OneOffPlan;
  services: readonly LiveService[];
  revisions: readonly Revision[];
  /** "registry/name" of what is deployed. */
  image: { uri: string };
  run: RunIdentity;
  /** Set where the migration was left out. */
  migrationSkipped: boolean;
}

export type Proof = { state: 'succeeded'; on: string } | { state: 'skipped'; reason: string };

/**
 * Runs a check on the revision that serves now, against the schema that the migration has just made: until the rollout
 * is over, and after every rollback, that image has to live with it (law 5). Red stops the release before any service
 * changes.
 */
export async function provePrevious(context: Context, request: ProofRequest): Promise<Proof> {
  const { plan, services, revisions, run } = request;
  const service = services.find((live) => live.plan.name === plan.service);
  const next = revisions.find((revision) => revision.service === plan.service);
  if (request.migrationSkipped) return skip(context, plan, 'the migration was left out');
  if (service === undefined || next === undefined) {
    throw new DeployError(
      'SERVICE_NOT_FOUND',
      `prove-previous: service ${plan.service} is not one of the deployed services`,
      { hint: 'Name one of `services` as the `service` of `migrate`.' },
    );
  }
  const serving = await servingDefinition(context, service);
  if (sameRevision(serving.arn, next.arn)) return skip(context, plan, `${next.name} serves already`);
  const ours = runningContainer(serving.definition, {
    repository: request.image.uri,
    ...(plan.container === undefined ? {} : { container: plan.container }),
  });
  if (ours === undefined)
    return skip(context, plan, `${revisionName(serving.arn)} runs no image of ${request.image.uri}`);

  try {
    await runOneOffTask(context, {
      purpose: 'prove-previous',
      plan: { ...plan, container: ours.container },
      service,
      taskDefinition: serving,
      image: { uri: request.image.uri, digest: digestOf(ours.image) },
      run,
    });
  } catch (thrown) {
    if (!isTaskFailure(thrown)) throw thrown;
    throw new DeployError(thrown.code, thrown.message, {
      cause: thrown.cause,
      hint: `No service was changed, but the migration has run, and ${revisionName(serving.arn)} keeps serving on its schema: look whether it still works. A migration that the release before can live with (add first, remove one release later) passes.`,
    });
  }
  return { state: 'succeeded', on: revisionName(serving.arn) };
}

/** While a deployment is in flight or has failed, the revision that serves is not the one the service names. */
async function servingDefinition(
  { ecs }: Context,
  { service, current }: LiveService,
): Promise<StoredTaskDefinition> {
  const serving = servingRevision(service);
  return serving === undefined || sameRevision(serving, current.arn)
    ? current
    : ecs.describeTaskDefinition(serving);
}

function skip({ report }: Context, { service, command }: OneOffPlan, reason: string): Proof {
  report.tasks.push({ purpose: 'prove-previous', service, command, state: 'skipped', reason, logTail: [] });
  return { state: 'skipped', reason };
}

/** What tells one proof from another; a tag does where the revision names no digest. */
function digestOf(image: string): string {
  const reference = parseImageReference(image);
  return reference?.digest ?? reference?.tag ?? '';
}
