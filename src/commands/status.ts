import type { Outcome } from '../errors.ts';
import type { ServicesPlan } from '../config/plan.ts';
import type { StatusReport } from '../report/run-report.ts';
import { revisionName } from '../rules/aws/ecs-names.ts';
import { readLedger } from '../rules/record/ledger.ts';
import { progressLine } from '../rules/rollout/rollout-progress.ts';
import { deploymentInFlight } from '../rules/rollout/service-guards.ts';
import { containersOf, textOf } from '../rules/task-definition/task-definition.ts';
import type { StepContext } from '../steps/context.ts';
import type { LiveService } from '../steps/read-services.ts';
import { servicesChapter, signInChapter } from './chapters.ts';

/** What runs now: revision, image, commit, who and when, and what is in flight. Changes nothing. */
export async function status(plan: ServicesPlan, context: StepContext): Promise<Outcome> {
  const { log, report } = context;
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: false });
  report.status = services.map((live) => statusOf(live, plan.environment));
  for (const line of report.status) log.info(describe(line));
  return 'no-change';
}

function statusOf({ plan, service, current }: LiveService, environment: string): StatusReport {
  const { commit, actor, verifiedAt, release } = readLedger(current.tags, environment);
  const image = textOf(containersOf(current.definition)[0]?.['image']);
  const inFlight = deploymentInFlight(service.deployments);
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
    ...(inFlight === undefined ? {} : { inFlight: progressLine(plan.name, service, inFlight.deploymentId) }),
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
