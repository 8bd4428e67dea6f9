import { isAwsError } from '../../errors.ts';
import type { Deployment, Service } from '../../ports/ecs.ts';
import { rolloutCommand, stopRolloutCommand } from '../../rules/aws/aws-commands.ts';
import { revisionName, sameRevision } from '../../rules/aws/ecs-names.ts';
import type { RolloutState } from '../../rules/record/saved-state.ts';
import { needsServiceDeployment } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';

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
  const service = await readService(context, state);
  const primary = primaryOf(service);
  if (primary === undefined || !isOurs(primary, state)) {
    log.info(`${name}: our deployment is not the current one; ${whereItStands(primary)}`);
    return;
  }
  const shift = await readShift(context, service, state);
  if (shift?.isOnItsWayBack === true) {
    log.info(`${name}: ECS is rolling it back`);
    return;
  }
  if (mayAct && onCancel === 'rollback' && (shift !== undefined || previous !== undefined)) {
    const isStopped = shift !== undefined && (await stop(context, name, shift.arn));
    if (!isStopped && previous !== undefined) await sendBack(context, state, previous);
    if (isStopped || previous !== undefined) {
      const to = previous === undefined ? 'the tasks from before' : revisionName(previous);
      log.info(`${name}: sent back to ${to}, not waited for`);
      return;
    }
  }
  if (primary.rolloutState === 'COMPLETED' && shift === undefined) {
    log.info(`${name}: ${whereItStands(primary)}`);
    return;
  }
  log.warn(
    'A rollout is not over',
    `${name}: ${whereItStands(primary)}.${endCommand(state, region, shift?.arn)}`,
  );
}

/**
 * The service deployment that ends faster by being stopped than by a new one: of a shift of traffic, and of new tasks of
 * the same revision. Undefined where there is none that has not ended, or where it may not be read.
 */
async function readShift(
  { ecs }: Context,
  service: Service | undefined,
  { serviceDeploymentArn, previousTaskDefinition }: RolloutState,
): Promise<{ arn: string; isOnItsWayBack: boolean } | undefined> {
  if (!needsServiceDeployment(service) && previousTaskDefinition !== undefined) return undefined;
  const arn = serviceDeploymentArn ?? service?.currentServiceDeployment;
  if (arn === undefined) return undefined;
  try {
    const [deployment] = await ecs.describeServiceDeployments([arn]);
    const status = deployment?.status ?? '';
    if (status === 'IN_PROGRESS' || status === 'PENDING') return { arn, isOnItsWayBack: false };
    const isOnItsWayBack = ['STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'].includes(status);
    return isOnItsWayBack ? { arn, isOnItsWayBack } : undefined;
  } catch (error) {
    if (!isAwsError(error) || error.retryable) throw error;
    return undefined;
  }
}

/** False where ECS does not stop it: it has ended meanwhile, or we may not. */
async function stop({ ecs, log }: Context, name: string, arn: string): Promise<boolean> {
  try {
    await ecs.stopServiceDeployment(arn, 'ROLLBACK');
    return true;
  } catch (error) {
    if (!isAwsError(error) || error.retryable) throw error;
    log.info(`${name} is not stopped: ${error.message}`);
    return false;
  }
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

function endCommand(
  { cluster, service, serviceDeploymentArn, previousTaskDefinition: previous }: RolloutState,
  region: string,
  shift?: string,
) {
  const stop = previous === undefined ? (shift ?? serviceDeploymentArn) : shift;
  if (stop !== undefined) return ` To end it: ${stopRolloutCommand(stop)} --region ${region}`;
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
