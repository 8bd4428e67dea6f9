import { isAwsError } from '../errors.ts';
import type { Deployment, Service } from '../ports/ecs.ts';
import { rolloutCommand } from '../rules/aws/aws-commands.ts';
import { revisionName, sameRevision } from '../rules/aws/ecs-names.ts';
import type { RolloutState } from '../rules/record/saved-state.ts';
import type { StepContext } from './context.ts';

type Context = Pick<StepContext, 'ecs' | 'log' | 'region'>;

/**
 * Sends a service of a run that was cut short back where that was asked for (`mayAct`), but only while its PRIMARY is
 * still our deployment (law 5); else says where it stands. A second time it finds the service on its way back.
 */
export async function finishRollout(
  context: Context,
  state: RolloutState,
  { mayAct }: { mayAct: boolean },
): Promise<void> {
  const { log, region } = context;
  const { service: name, onCancel, previousTaskDefinition: previous } = state;
  const primary = primaryOf(await readService(context, state));
  if (primary === undefined || !isOurs(primary, state)) {
    log.info(`${name}: our deployment is not the current one; ${whereItStands(primary)}`);
    return;
  }
  if (mayAct && onCancel === 'rollback' && previous !== undefined) {
    await sendBack(context, state, previous);
    log.info(`${name}: sent back to ${revisionName(previous)}, not waited for`);
    return;
  }
  if (primary.rolloutState === 'COMPLETED') {
    log.info(`${name}: ${whereItStands(primary)}`);
    return;
  }
  log.warn('A rollout is not over', `${name}: ${whereItStands(primary)}.${endCommand(state, region)}`);
}

/** A rollout that could not be looked at. */
export function tellRollout(
  { log, region }: Pick<Context, 'log' | 'region'>,
  state: RolloutState,
  reason: string,
): void {
  log.warn(
    'Not finished',
    `the rollout of service ${state.service} may go on: ${reason}.${endCommand(state, region)}`,
  );
}

function endCommand({ cluster, service, previousTaskDefinition: previous }: RolloutState, region: string) {
  return previous === undefined
    ? ''
    : ` To end it: ${rolloutCommand(cluster, service, previous)} --region ${region}`;
}

async function readService(
  { ecs }: Context,
  { cluster, service }: RolloutState,
): Promise<Service | undefined> {
  const { services } = await ecs.describeServices(cluster, [service]);
  return services.find(({ serviceName }) => serviceName === service);
}

function primaryOf(service: Service | undefined): Deployment | undefined {
  return service?.deployments?.find(({ status }) => status === 'PRIMARY');
}

/** Without an id the answer to UpdateService was lost: ours is then what runs our revision and was not there before. */
function isOurs(
  { id, taskDefinition = '' }: Deployment,
  { deploymentId, earlierDeploymentId, taskDefinition: wanted }: RolloutState,
): boolean {
  if (deploymentId !== undefined) return id === deploymentId;
  return id !== earlierDeploymentId && sameRevision(taskDefinition, wanted);
}

function whereItStands(primary: Deployment | undefined): string {
  if (primary === undefined) return 'the service is not there';
  const { taskDefinition = '?', rolloutState = 'unknown', runningCount, desiredCount } = primary;
  return `${revisionName(taskDefinition)} is ${rolloutState}, ${runningCount ?? '?'} of ${desiredCount ?? '?'} tasks run`;
}

/** UpdateService carries no token: a lost answer is read back. */
async function sendBack(context: Context, state: RolloutState, taskDefinition: string): Promise<void> {
  const { cluster, service } = state;
  try {
    await context.ecs.updateService({ cluster, service, taskDefinition });
  } catch (error) {
    if (!isAwsError(error) || !error.retryable) throw error;
    const primary = primaryOf(await readService(context, state));
    if (primary !== undefined && isOurs(primary, state))
      await context.ecs.updateService({ cluster, service, taskDefinition });
  }
}
