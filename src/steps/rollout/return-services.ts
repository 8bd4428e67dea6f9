import { isAwsError } from '../../errors.ts';
import type { RolloutPlan } from '../../config/plan.ts';
import { rolloutCommand } from '../../rules/aws/aws-commands.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { isFailure } from '../../rules/rollout/release-verdict.ts';
import { shiftsTraffic } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import type { ServiceEnd } from './roll-out.ts';
import type { StartedRollout } from './start-rollout.ts';
import { startRollout, stopRollout } from './start-rollout.ts';
import { watchRollouts, type Rollout, type RolloutEnd } from './watch-rollouts.ts';

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'report' | 'signal'>;

/**
 * The services that go back after a failure: all that this run changed, only the failed ones, or none. The release can
 * fail where no service did (`failed`).
 */
export function servicesToReturn(
  ends: readonly ServiceEnd[],
  onFailure: RolloutPlan['onFailure'],
  { failed: releaseFailed = false } = {},
): ServiceEnd[] {
  const failed = ends.filter(({ report }) => isFailure(report.outcome));
  if ((failed.length === 0 && !releaseFailed) || onFailure === 'leave') return [];
  const candidates = onFailure === 'rollback' ? ends : failed;
  return candidates.filter(
    ({ rollout, report }) =>
      (rollout?.start === 'updated' || rollout?.start === 'continued') &&
      rollout.previousTaskDefinition !== undefined &&
      report.outcome !== 'rolled-back',
  );
}

/**
 * Sends services back to the revision they had, and waits for it on a budget of its own (law 5). Each is read again
 * right before: only one whose PRIMARY is still our deployment is touched, so that nobody else's deploy is undone and
 * ECS's own breaker is followed rather than fought.
 */
export async function returnServices(
  context: Context,
  cluster: string,
  ends: readonly ServiceEnd[],
  { timeoutSeconds }: Pick<RolloutPlan, 'timeoutSeconds'>,
): Promise<void> {
  const returning: { end: ServiceEnd; previous: string; rollout: Rollout }[] = [];
  let watched: RolloutEnd[];
  try {
    for (const end of ends) {
      context.signal.throwIfAborted();
      const { rollout: ours } = end;
      const previous = ours?.previousTaskDefinition;
      if (ours === undefined || previous === undefined) continue;
      const rollout = await sendBack(context, cluster, end, { ours, previous });
      if (rollout !== undefined) returning.push({ end, previous, rollout });
    }
    watched = await watchRollouts(
      context,
      cluster,
      returning.map(({ rollout }) => rollout),
      { timeoutSeconds },
    );
  } catch (error) {
    for (const end of ends) {
      sayWhereItStands(context, cluster, end, { isSent: returning.some((one) => one.end === end) });
    }
    throw error;
  }
  for (const { end, previous, rollout } of returning) {
    const { outcome = 'failed', reason } = watched.find((one) => one.rollout === rollout) ?? {};
    const to = revisionName(previous);
    const before = end.report.outcome === 'completed' ? '' : `${end.report.reason ?? end.report.outcome}; `;
    // Ours is "completed" when we sent it back, "rolled-back" when ECS itself did.
    const back = outcome === 'completed' || outcome === 'rolled-back';
    end.report.outcome = back ? 'rolled-back' : outcome === 'superseded' ? 'superseded' : 'rollback-failed';
    end.report.reason = back ? `${before}back on ${to}` : `${before}not back on ${to}: ${reason ?? outcome}`;
    context.log.progress(
      end.report.name,
      `${end.report.name}: ${end.report.reason}`,
      back ? 'completed' : 'ended',
    );
  }
}

/** We leave before the services are back, cancelled or no longer able to see them. */
function sayWhereItStands(
  { log }: Pick<Context, 'log'>,
  cluster: string,
  { rollout, report }: ServiceEnd,
  { isSent }: { isSent: boolean },
): void {
  const previous = rollout?.previousTaskDefinition;
  if (previous === undefined) return;
  report.reason = isSent
    ? `on its way back to ${revisionName(previous)}, not waited for`
    : `${report.reason ?? report.outcome}; not sent back`;
  log.info(`${report.name}: ${report.reason}`);
  if (!isSent) log.info(`To send it back: ${rolloutCommand(cluster, report.name, previous)}`);
}

async function sendBack(
  context: Context,
  cluster: string,
  { live, end, report }: ServiceEnd,
  { ours, previous }: { ours: StartedRollout; previous: string },
): Promise<Rollout | undefined> {
  try {
    const { services } = await context.ecs.describeServices(cluster, [live.plan.name]);
    const service = services.find(({ serviceName }) => serviceName === live.plan.name);
    const stopped = service && (await stopShift(context, { plan: live.plan, service }, end));
    if (stopped !== undefined) return stopped;
    const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
    if (service === undefined || primary?.id !== ours.deploymentId) {
      // The breaker has begun, or somebody else came: what follows is watched as our rollout, and judged as such.
      return { ...ours, seen: true, startedAt: context.clock.now(), onPause: 'hand-over' };
    }
    context.log.info(`Sending ${live.plan.name} back to ${revisionName(previous)}`);
    // What it had before is all that is promised, whatever the plan asks of the new revision.
    const plan = { ...live.plan, minimumTasks: 0 };
    const back = await startRollout(context, cluster, { plan, service }, previous);
    return { ...back, onPause: 'pass' };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    report.outcome = 'rollback-failed';
    report.reason = `could not be sent back to ${revisionName(previous)}: ${error.message}`;
    return undefined;
  }
}

/**
 * A shift of traffic that has not ended is rolled back by ECS itself, which gives the traffic back at once. The ARN
 * names our own deployment, so nobody else's can be meant. Undefined where there is nothing to stop (any more).
 */
async function stopShift(
  context: Context,
  live: Parameters<typeof stopRollout>[1],
  end: ServiceEnd['end'],
): Promise<Rollout | undefined> {
  const arn = end?.serviceDeploymentArn;
  if (
    arn === undefined ||
    !(end?.outcome === 'paused' || shiftsTraffic(live.service.deploymentConfiguration))
  )
    return undefined;
  const [deployment] = await context.ecs.describeServiceDeployments([arn]);
  if (deployment?.status !== 'IN_PROGRESS' && deployment?.status !== 'PENDING') return undefined;
  try {
    return await stopRollout(context, live, arn);
  } catch (error) {
    // It may have ended meanwhile, or we may not stop it: the way back is then a deployment like any other.
    if (!isAwsError(error, 'ConflictException') && !(isAwsError(error) && error.code === 'AWS_ACCESS_DENIED'))
      throw error;
    context.log.info(`${live.plan.name} is not stopped: ${error.message}`);
    return undefined;
  }
}
