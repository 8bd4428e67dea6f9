import { isAwsError } from '../../errors.ts';
import type { RolloutPlan } from '../../config/plan.ts';
import { rolloutCommand, stopRolloutCommand, waitCommand } from '../../rules/aws/aws-commands.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { shiftsTraffic } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../services/read-services.ts';
import type { ServiceEnd } from './service-end.ts';
import { forgetRollout } from './rollout-state.ts';
import type { StartedRollout } from './start-rollout.ts';

type Context = Pick<StepContext, 'ecs' | 'log' | 'report' | 'saveState'>;

/** What this run set going, and may therefore end. */
const OURS: readonly StartedRollout['start'][] = ['updated', 'continued'];

/**
 * On a cancel there are seconds: each service is named with the command that ends its rollout, or sent back where it is
 * our own and that was asked for. What was only followed, or is on its way back, is named and never touched.
 */
export async function leaveOrReturn(
  context: Context,
  cluster: string,
  ends: readonly ServiceEnd[],
  plan: Pick<RolloutPlan, 'onCancel'>,
): Promise<void> {
  for (const end of ends) {
    const { rollout, report } = end;
    if (rollout === undefined || rollout.start === 'steady') continue;
    report.outcome = 'cancelled';
    const isReturned =
      plan.onCancel === 'rollback' &&
      OURS.includes(rollout.start) &&
      (await sendBackAtOnce(context, cluster, end, rollout));
    if (!isReturned) sayItStays(context, cluster, end);
  }
  tellHowToFollow(context, cluster, ends);
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
  if (previous === undefined && shiftOf(live, rollout) === undefined) return false;
  try {
    const { services } = await ecs.describeServices(cluster, [name]);
    const primary = services[0]?.deployments?.find(({ status }) => status === 'PRIMARY');
    if (primary?.id === rollout.deploymentId) {
      if (!(await stopShift(context, live, rollout))) {
        if (previous === undefined) return false;
        await ecs.updateService({ cluster, service: name, taskDefinition: previous });
      }
      const to = previous === undefined ? 'the tasks from before' : revisionName(previous);
      report.reason = `sent back to ${to}, not waited for`;
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

/**
 * The service deployment that ECS can roll back faster than any new deployment: of a shift of traffic, and of new tasks
 * of the same revision, which no UpdateService undoes.
 */
function shiftOf(
  { service }: LiveService,
  { serviceDeploymentArn, previousTaskDefinition }: StartedRollout,
): string | undefined {
  return shiftsTraffic(service.deploymentConfiguration) || previousTaskDefinition === undefined
    ? serviceDeploymentArn
    : undefined;
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
export function leaveOpen(
  context: Pick<Context, 'log' | 'report'>,
  cluster: string,
  ends: readonly ServiceEnd[],
): void {
  for (const end of ends) {
    if (end.rollout !== undefined && end.rollout.start !== 'steady') sayItStays(context, cluster, end);
  }
  tellHowToFollow(context, cluster, ends);
}

function sayItStays(
  { log }: Pick<Context, 'log'>,
  cluster: string,
  { live, rollout, end, report }: ServiceEnd,
): void {
  if (rollout === undefined) return;
  const { previousTaskDefinition, start } = rollout;
  const isOnItsWayBack = start === 'stopped';
  const goesOn = isOnItsWayBack ? 'ECS goes on rolling it back' : 'the rollout goes on in ECS';
  report.reason = end === undefined ? goesOn : `${end.outcome}, and left as it is`;
  log.info(`${report.name}: ${report.reason}`);
  if (isOnItsWayBack) return;
  const shift = end === undefined ? shiftOf(live, rollout) : undefined;
  const purpose = end === undefined ? 'To end it' : 'To send it back';
  if (shift !== undefined) log.info(`${purpose}: ${stopRolloutCommand(shift)}`);
  else if (previousTaskDefinition !== undefined)
    log.info(`${purpose}: ${rolloutCommand(cluster, report.name, previousTaskDefinition)}`);
}

function tellHowToFollow(
  { log, report: { environment } }: Pick<Context, 'log' | 'report'>,
  cluster: string,
  ends: readonly ServiceEnd[],
): void {
  const open = ends.filter(
    ({ rollout, end }) => rollout !== undefined && rollout.start !== 'steady' && end === undefined,
  );
  if (open.length === 0) return;
  const services = open.map(({ report: { name } }) => name);
  log.info(`To follow what goes on: ${waitCommand({ environment, cluster, services })}`);
}
