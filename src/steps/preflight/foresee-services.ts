import type { PreviewPlan } from '../../config/plan.ts';
import { asDeployError, CancelledError } from '../../errors.ts';
import type { PlannedService } from '../../report/plan-report.ts';
import { revisionName, sameRevision } from '../../rules/aws/ecs-names.ts';
import { fail, pass, skip, warn, type Check, type Finding } from '../../rules/preflight/check.ts';
import { readLedger } from '../../rules/record/ledger.ts';
import { deploymentInFlight, guardOf } from '../../rules/rollout/service-guards.ts';
import type { StepContext } from '../context.ts';
import { guardOrder } from '../services/guard-order.ts';
import type { LiveService } from '../services/read-services.ts';
import type { ForeseenRevision } from './foresee-revisions.ts';

/** What would become of each service, and the guards before it. */
export async function foreseeServices(
  context: Pick<StepContext, 'git' | 'log'>,
  plan: PreviewPlan,
  {
    services,
    revisions,
    replaced,
  }: {
    services: readonly LiveService[];
    revisions: readonly ForeseenRevision[];
    /** What families have that no service runs. */
    replaced: readonly Pick<LiveService, 'current'>[];
  },
): Promise<{ planned: PlannedService[]; checks: Check[] }> {
  const checks: Check[] = services.map((live) => ({
    check: 'service',
    subject: live.plan.name,
    ...guarded(plan, live),
  }));
  const order = await orderOf(context, plan, [...services, ...replaced]);
  if (order !== undefined) checks.push({ check: 'service', subject: plan.environment, ...order });
  const planned = services.map((live): PlannedService => {
    const from = revisionName(live.current.arn);
    const guard = checks.find(({ subject, state }) => subject === live.plan.name && state === 'fail');
    if (guard !== undefined) return { name: live.plan.name, from, action: 'refused', reason: guard.message };
    const revision = revisions.find(({ service }) => service === live.plan.name);
    if (revision === undefined)
      return { name: live.plan.name, from, action: 'refused', reason: 'its revision is not known' };
    const isSettled = deploymentInFlight(live.service.deployments) === undefined;
    return revision.action === 'unchanged' && isSettled
      ? { name: live.plan.name, from, action: 'unchanged' }
      : { name: live.plan.name, from, action: 'update' };
  });
  return { planned, checks };
}

/** Where a deploy would leave all of them as they are. */
export function untouchedServices(services: readonly LiveService[], reason: string): PlannedService[] {
  return services.map(({ plan: { name }, current }) => ({
    name,
    from: revisionName(current.arn),
    action: 'unchanged',
    reason,
  }));
}

function guarded({ force, rollout, environment, commit }: PreviewPlan, live: LiveService): Finding {
  const { service, plan, current } = live;
  const guard = guardOf(service, plan.minimumTasks);
  if (guard !== undefined)
    return guard.forcible && force !== undefined
      ? warn(`${guard.message} (forced: ${force})`)
      : fail(`${guard.message}. ${guard.hint}`);
  const inFlight = deploymentInFlight(service.deployments);
  const isOurs =
    inFlight !== undefined &&
    sameRevision(inFlight.taskDefinition, current.arn) &&
    readLedger(current.tags, environment).commit === commit;
  if (inFlight !== undefined && !isOurs && !inFlight.hopeless)
    return warn(
      `a deployment of ${revisionName(inFlight.taskDefinition)} is in flight; a deploy now would ${rollout.otherDeployment === 'wait' ? 'wait for it' : 'be refused'}`,
    );
  const { runningCount = 0, desiredCount = 0 } = service;
  if (desiredCount > 0 && runningCount === 0) return warn('no task of it runs');
  return pass(`${runningCount} of ${desiredCount} tasks run`);
}

/** A pull request's commit is not on the branch yet: nothing can be older than it. */
async function orderOf(
  context: Pick<StepContext, 'git' | 'log'>,
  { event, environment, commit, force }: PreviewPlan,
  services: readonly Pick<LiveService, 'current'>[],
): Promise<Finding | undefined> {
  if (event.kind === 'pull_request') return undefined;
  try {
    await guardOrder(context, { environment, commit, services, force });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof CancelledError) throw thrown;
    const { code, message, hint } = asDeployError(thrown);
    return code === 'COMMIT_OLDER' ? fail([message, hint].join('. ')) : skip(message);
  }
}
