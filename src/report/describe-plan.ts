import type { PlacePlan, Plan, TargetsPlan } from '../config/plan.ts';
import type { RunReport } from './run-report.ts';

/** Writes into the report what the plan says of the run. */
export function describePlan(plan: Plan, report: RunReport): void {
  const { command, environment, commit, event, force } = plan;
  const cluster = clusterOf(plan);
  Object.assign(report, {
    command,
    environment,
    commit,
    ...(cluster === undefined ? {} : { cluster }),
    ...(event.repository === undefined ? {} : { repository: event.repository }),
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(event.runUrl === undefined ? {} : { runUrl: event.runUrl }),
    ...(event.commitUrl === undefined ? {} : { commitUrl: event.commitUrl }),
    ...(force === undefined ? {} : { forced: force }),
  } satisfies Partial<RunReport>);
}

/** " to cluster NAME" or " to TARGET, TARGET"; empty where no place is named. */
export function placeOf(plan: Plan): string {
  const targets = targetsOf(plan);
  if (targets !== undefined) return ` to ${targets.list.map(({ name }) => name).join(', ')}`;
  const cluster = clusterOf(plan);
  return cluster === undefined ? '' : ` to cluster ${cluster}`;
}

function targetsOf(plan: Plan): TargetsPlan<PlacePlan> | undefined {
  return 'targets' in plan ? plan.targets : undefined;
}

/** Of the one place that is meant; several are told apart by their names. */
function clusterOf(plan: Plan): string | undefined {
  if (targetsOf(plan) !== undefined) return undefined;
  return 'target' in plan && 'cluster' in plan.target ? plan.target.cluster : undefined;
}
