import { isAwsError, type Outcome } from '../errors.ts';
import type { ServicesPlan } from '../config/plan.ts';
import type { StatusReport } from '../report/look-reports.ts';
import { revisionName } from '../rules/aws/ecs-names.ts';
import { readLedger } from '../rules/record/ledger.ts';
import { progressLine } from '../rules/rollout/rollout-progress.ts';
import { deploymentInFlight } from '../rules/rollout/service-guards.ts';
import { containersOf, textOf } from '../rules/task-definition/task-definition.ts';
import type { StepContext } from '../steps/context.ts';
import { pausesOf, tellPause, type PausedAt } from '../steps/rollout/lifecycle-hook.ts';
import { openDeployments, type OpenDeployment } from '../steps/services/open-deployments.ts';
import type { LiveService } from '../steps/services/read-services.ts';
import { servicesChapter, signInChapter } from './chapters.ts';

/**
 * What runs now: revision, image, commit, who and when, what is in flight, and where that waits for a person. Changes
 * nothing.
 */
export async function status(plan: ServicesPlan, context: StepContext): Promise<Outcome> {
  const { log, report } = context;
  const { cluster } = plan.target;
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: false });
  const open = await readOpenDeployments(context, cluster, services);
  report.status = [];
  for (const live of services) {
    const deployment = open.find((one) => one.live === live);
    const [pause, ...others] = deployment === undefined ? [] : pausesOf(deployment);
    const line = statusOf(live, plan.environment, { deployment, pause });
    report.status.push(line);
    log.info(describe(line));
    for (const at of [...(pause === undefined ? [] : [pause]), ...others]) tellPause(context, cluster, at);
  }
  return 'no-change';
}

/** Without the right to read them, what the services themselves say is shown. */
async function readOpenDeployments(
  context: Pick<StepContext, 'ecs' | 'log'>,
  cluster: string,
  services: readonly LiveService[],
): Promise<OpenDeployment[]> {
  try {
    return await openDeployments(context, cluster, services);
  } catch (error) {
    if (!isAwsError(error)) throw error;
    context.log.warn(
      'Service deployments not readable',
      `${error.message}. Traffic shifts and pauses are not shown. ${error.hint ?? ''}`.trim(),
    );
    return [];
  }
}

function statusOf(
  { plan, service, current }: LiveService,
  environment: string,
  { deployment, pause }: { deployment: OpenDeployment | undefined; pause: PausedAt | undefined },
): StatusReport {
  const { commit, actor, verifiedAt, release } = readLedger(current.tags, environment);
  const image = textOf(containersOf(current.definition)[0]?.['image']);
  const primary = service.deployments?.find(({ status: state }) => state === 'PRIMARY');
  const inFlight =
    deploymentInFlight(service.deployments)?.deploymentId ??
    (deployment === undefined ? undefined : (primary?.id ?? ''));
  return {
    service: plan.name,
    revision: revisionName(current.arn),
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    ...(image === '' ? {} : { image }),
    ...(commit === undefined ? {} : { commit }),
    ...(actor === undefined ? {} : { actor }),
    ...(verifiedAt === undefined ? {} : { verifiedAt }),
    ...(release === undefined ? {} : { release }),
    ...(inFlight === undefined
      ? {}
      : { inFlight: progressLine(plan.name, service, inFlight, deployment?.deployment) }),
    ...(pause === undefined ? {} : { pausedAt: pause.hook.hookId }),
  };
}

function describe({
  service,
  revision,
  running,
  desired,
  release,
  commit,
  actor,
  verifiedAt,
  image,
  inFlight,
}: StatusReport): string {
  const who = [
    release === undefined ? 'not deployed by deploy-action' : `release ${release}`,
    ...(commit === undefined ? [] : [`commit ${commit.slice(0, 12)}`]),
    ...(actor === undefined ? [] : [`by ${actor}`]),
    ...(verifiedAt === undefined ? [] : [`verified ${verifiedAt}`]),
  ];
  return [
    `${service}: ${revision}, ${running} of ${desired} tasks running, ${who.join(', ')}`,
    ...(image === undefined ? [] : [`  image ${image}`]),
    ...(inFlight === undefined ? [] : [`  in flight: ${inFlight}`]),
  ].join('\n');
}
