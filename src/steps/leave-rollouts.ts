import { isAwsError } from '../errors.ts';
import type { RolloutPlan } from '../config/plan.ts';
import { rolloutCommand, stopRolloutCommand } from '../rules/aws/aws-commands.ts';
import { revisionName } from '../rules/aws/ecs-names.ts';
import { shiftsTraffic } from '../rules/rollout/traffic-shift.ts';
import type { StepContext } from './context.ts';
import type { LiveService } from './read-services.ts';
import type { ServiceEnd } from './service-end.ts';
import { forgetRollout } from './rollout-state.ts';
import type { StartedRollout } from './start-rollout.ts';

type Context = Pick<StepContext, 'ecs' | 'log' | 'saveState'>;

/** On a cancel there are seconds: each service is named with the command that ends its rollout, or sent back. */
export async function leaveOrReturn(
  context: Context,
  cluster: string,
  ends: readonly ServiceEnd[],
  plan: Pick<RolloutPlan, 'onCancel'>,
): Promise<void> {
  for (const end of ends) {
    if (end.rollout?.start !== 'updated') continue;
    end.report.outcome = 'cancelled';
    const isReturned =
      plan.onCancel === 'rollback' && (await sendBackAtOnce(context, cluster, end, end.rollout));
    if (!isReturned) sayItStays(context, cluster, end);
  }
}

/** Only while our deployment is the PRIMARY one (law 5). True where nothing more is to be said about the service. */
async function sendBackAtOnce(
  context: Context,
  cluster: string,
  { live, report }: ServiceEnd,
  rollout: StartedRollout,
): Promise<boolean> {
  const { ecs, log } = context;
  const { name } = report;
  const previous = rollout.previousTaskDefinition;
  if (previous === undefined) return false;
  try {
    const { services } = await ecs.describeServices(cluster, [name]);
    const primary = services[0]?.deployments?.find(({ status }) => status === 'PRIMARY');
    if (primary?.id === rollout.deploymentId) {
      if (!(await stopShift(context, live, rollout)))
        await ecs.updateService({ cluster, service: name, taskDefinition: previous });
      report.reason = `sent back to ${revisionName(previous)}, not waited for`;
    } else report.reason = 'another deployment has taken over and is left as it is';
    forgetRollout(context, name);
    log.info(`${name}: ${report.reason}`);
    return true;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    log.info(`${name}: could not be sent back: ${error.message}`);
    return false;
  }
}

/** The service deployment of a shift of traffic, which ECS can roll back faster than any new deployment. */
function shiftOf({ service }: LiveService, { serviceDeploymentArn }: StartedRollout): string | undefined {
  return shiftsTraffic(service.deploymentConfiguration) ? serviceDeploymentArn : undefined;
}

/** False where there is no shift of traffic to stop, or it cannot be stopped. */
async function stopShift(
  { ecs, log }: Pick<Context, 'ecs' | 'log'>,
  live: LiveService,
  rollout: StartedRollout,
): Promise<boolean> {
  const arn = shiftOf(live, rollout);
  if (arn === undefined) return false;
  try {
    await ecs.stopServiceDeployment(arn, 'ROLLBACK');
    return true;
  } catch (error) {
    if (!isAwsError(error) || error.retryable) throw error;
    log.info(`${live.plan.name} is not stopped: ${error.message}`);
    return false;
  }
}

/** ECS can no longer be asked: what goes on there is named, and never touched (law 5). */
export function leaveOpen({ log }: Pick<Context, 'log'>, cluster: string, ends: readonly ServiceEnd[]): void {
  for (const end of ends) {
    if (end.rollout?.start === 'updated') sayItStays({ log }, cluster, end);
  }
}

function sayItStays(
  { log }: Pick<Context, 'log'>,
  cluster: string,
  { live, rollout, end, report }: ServiceEnd,
): void {
  if (rollout === undefined) return;
  const { previousTaskDefinition } = rollout;
  const shift = end === undefined ? shiftOf(live, rollout) : undefined;
  report.reason = end === undefined ? 'the rollout goes on in ECS' : `${end.outcome}, and left as it is`;
  log.info(`${report.name}: ${report.reason}`);
  const purpose = end === undefined ? 'To end it' : 'To send it back';
  if (shift !== undefined) log.info(`${purpose}: ${stopRolloutCommand(shift)}`);
  else if (previousTaskDefinition !== undefined)
    log.info(`${purpose}: ${rolloutCommand(cluster, report.name, previousTaskDefinition)}`);
}
