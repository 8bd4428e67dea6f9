import type { Outcome } from '../../errors.ts';
import type { ServiceReport } from '../../report/run-report.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { eventHints } from '../../rules/rollout/event-hints.ts';
import { isGood } from '../../rules/rollout/release-verdict.ts';
import type { StepContext } from '../context.ts';
import { diagnose } from './diagnose.ts';
import type { LiveService } from '../services/read-services.ts';
import type { ServiceEnd } from './service-end.ts';
import type { StartedRollout } from './start-rollout.ts';
import type { RolloutEnd } from './watch-rollouts.ts';

type Context = Pick<StepContext, 'ecs' | 'logs' | 'log' | 'region'>;

export function newReport({ plan, service }: LiveService, taskDefinition: string): ServiceReport {
  return {
    name: plan.name,
    to: revisionName(taskDefinition),
    outcome: 'failed',
    reason: 'not known: the run ended before the rollout did',
    stopReasons: [],
    logTail: [],
    ...(service.taskDefinition === undefined ? {} : { from: revisionName(service.taskDefinition) }),
  };
}

/** Puts into the report how it ended, and says it. */
export function settle({ log }: Pick<Context, 'log'>, end: ServiceEnd): void {
  const { report } = end;
  delete report.reason;
  Object.assign(report, factsOf(end));
  tellEnd({ log }, report);
}

export function tellEnd({ log }: Pick<Context, 'log'>, { name, outcome, reason }: ServiceReport): void {
  const how = reason === undefined ? outcome : `${outcome}: ${reason}`;
  log.progress(name, `${name}: ${how}`, isGood(outcome) ? 'completed' : 'ended');
}

function factsOf({ rollout, end, error }: ServiceEnd): Partial<ServiceReport> {
  if (end === undefined || rollout === undefined) {
    return { outcome: 'failed', reason: `not updated: ${error?.message ?? 'unknown'}` };
  }
  const outcome = outcomeOf(rollout, end);
  return {
    outcome,
    ...(end.reason === undefined ? {} : { reason: end.reason }),
    seconds: (end.endedAt - rollout.startedAt) / 1000,
    ...(end.service?.desiredCount === undefined ? {} : { desired: end.service.desiredCount }),
    ...(end.service?.runningCount === undefined ? {} : { running: end.service.runningCount }),
    ...(end.serviceDeploymentArn === undefined ? {} : { serviceDeploymentArn: end.serviceDeploymentArn }),
    ...(end.hookId === undefined ? {} : { hookId: end.hookId }),
  };
}

/** What ECS reports, seen from what was asked for. */
function outcomeOf({ start }: StartedRollout, { outcome }: RolloutEnd): Outcome {
  if (start === 'steady' && outcome === 'completed') return 'no-change';
  if (start !== 'stopped') return outcome;
  return outcome === 'rolled-back' ? 'completed' : outcome === 'completed' ? 'failed' : outcome;
}

/** Says why it failed, where it did. */
export async function explain(
  context: Context,
  cluster: string,
  { rollout, end, report }: ServiceEnd,
): Promise<void> {
  const { log } = context;
  const failed =
    end !== undefined && ['failed', 'rolled-back', 'rollback-failed', 'timed-out'].includes(end.outcome);
  if (!failed || rollout === undefined) return;
  const { stopReasons, logTail } = await diagnose(context, cluster, rollout);
  report.stopReasons = stopReasons;
  report.logTail = logTail;
  for (const { reason, count, hint } of stopReasons) {
    log.outside([`  ${report.name}: ${count} stopped: ${reason}`]);
    if (hint !== undefined) log.info(`  → ${hint}`);
  }
  const told = stopReasons.flatMap(({ hint }) => hint ?? []);
  for (const hint of eventHints(end.service?.events, rollout.startedAt, told)) log.info(`  → ${hint}`);
  if (logTail.length > 0) {
    log.info(`  ${report.name}: the last lines of one of them:`);
    log.outside(logTail.map((line) => `    ${line}`));
  }
}
