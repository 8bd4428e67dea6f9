import type { NamedTarget, PlacePlan, TargetsPlan } from '../config/plan.ts';
import { asDeployError, CancelledError, DeployError, OUTCOMES, type Outcome } from '../errors.ts';
import type { Log } from '../report/log.ts';
import type { InventoryReport } from '../report/look-reports.ts';
import type { PlanReport } from '../report/plan-report.ts';
import type { RunReport, TargetReport } from '../report/run-report.ts';

export interface TargetsContext {
  log: Log;
  report: RunReport;
  signal: AbortSignal;
  /** Carries the command out for one target, with a report of its own. */
  carryOut: (target: NamedTarget<PlacePlan>) => { report: RunReport; outcome: Promise<Outcome> };
}

/**
 * One command for all targets of an environment, as one report. Each target is a release of its own: what failed in
 * one takes back nothing in another. In order, a failure stops those that come after it, unless `onFailure` says
 * otherwise. Rejects with the error of the target that ended worst.
 */
export async function overTargets(plan: TargetsPlan<PlacePlan>, context: TargetsContext): Promise<Outcome> {
  const { log, report, signal } = context;
  const targets: TargetReport[] = (report.targets = plan.list.map(({ name, cluster, region }) => ({
    name,
    ...(cluster === undefined ? {} : { cluster }),
    ...(region === undefined ? {} : { region }),
    state: 'waiting',
  })));
  const errors = new Map<string, DeployError>();
  const one = async (target: NamedTarget<PlacePlan>, told: TargetReport) => {
    log.info(`Target ${target.name}${target.cluster === undefined ? '' : `: cluster ${target.cluster}`}`);
    told.state = 'running';
    const { report: own, outcome } = context.carryOut(target);
    try {
      told.outcome = await outcome;
    } catch (thrown) {
      const error = asDeployError(thrown);
      errors.set(target.name, error);
      told.outcome = error.outcome;
      told.reason = error.message;
    }
    told.state = 'ended';
    gather(report, target.name, own);
    log.info(`Target ${target.name}: ${told.outcome}`);
  };

  if (plan.order === 'parallel') {
    await Promise.all(plan.list.map((target, index) => one(target, toldOf(targets, index))));
  } else {
    for (const [index, target] of plan.list.entries()) {
      if (signal.aborted || (errors.size > 0 && plan.onFailure === 'stop')) break;
      await one(target, toldOf(targets, index));
    }
  }
  return judge(targets, errors);
}

function toldOf(targets: readonly TargetReport[], index: number): TargetReport {
  const told = targets[index];
  if (told === undefined) throw new Error('a target without a report');
  return told;
}

/** What one target did, among what the run did: names say which target is meant. */
function gather(report: RunReport, target: string, own: RunReport): void {
  const of = (name: string) => `${target}/${name}`;
  report.services.push(...own.services.map((service) => ({ ...service, name: of(service.name) })));
  report.revisions.push(...own.revisions.map((revision) => ({ ...revision, service: of(revision.service) })));
  report.tasks.push(...own.tasks.map((task) => ({ ...task, service: of(task.service) })));
  report.builds.push(...own.builds);
  report.warnings.push(
    ...own.warnings.map((warning) => ({ ...warning, title: `${target}: ${warning.title}` })),
  );
  report.steps.push(...own.steps.map((step) => ({ ...step, title: `${target}: ${step.title}` })));
  if (own.status !== undefined)
    (report.status ??= []).push(...own.status.map((row) => ({ ...row, service: of(row.service) })));
  if (own.verify !== undefined) (report.verify ??= []).push(...own.verify);
  if (own.schedules !== undefined) (report.schedules ??= []).push(...own.schedules);
  if (own.plan !== undefined) report.plan = addedUp(report.plan, named(own.plan, target));
  if (own.cookbooks !== undefined) report.cookbooks ??= own.cookbooks;
  if (own.inventory !== undefined) report.inventory = togetherWith(report.inventory, own.inventory, of);
  if (own.releases !== undefined) (report.releases ??= []).push(...own.releases);
  report.families.push(...own.families.map((each) => ({ ...each, family: of(each.family) })));
  if (own.image !== undefined) report.image ??= own.image;
  if (own.images !== undefined) report.images ??= own.images;
  if (own.account !== undefined) report.account ??= own.account;
  if (own.failedStep !== undefined) report.failedStep ??= own.failedStep;
}

/** An image that several targets run stays one line. */
function togetherWith(
  { services, schedules, images }: InventoryReport = { services: [], schedules: [], images: [] },
  more: InventoryReport,
  of: (name: string) => string,
): InventoryReport {
  const users = new Map(images.map(({ image, revisions }) => [image, revisions]));
  for (const { image, revisions } of more.images)
    users.set(image, [...(users.get(image) ?? []), ...revisions.map(of)]);
  return {
    services: [...services, ...more.services.map((service) => ({ ...service, name: of(service.name) }))],
    schedules: [...schedules, ...more.schedules.map((one) => ({ ...one, name: of(one.name) }))],
    images: [...users]
      .map(([image, revisions]) => ({ image, revisions }))
      .toSorted((one, other) => one.image.localeCompare(other.image)),
  };
}

function named(plan: PlanReport, target: string): PlanReport {
  const of = (name: string) => `${target}/${name}`;
  return {
    ...plan,
    definitions: plan.definitions.map((one) => ({
      ...one,
      ...(one.services.length === 0 ? { target } : { services: one.services.map(of) }),
    })),
    tasks: plan.tasks.map((task) => ({
      ...task,
      ...(task.service === undefined ? {} : { service: of(task.service) }),
    })),
    services: plan.services.map((service) => ({ ...service, name: of(service.name) })),
    schedules: plan.schedules.map((one) => ({ ...one, schedule: of(one.schedule) })),
    checks: plan.checks.map((check) => ({ ...check, subject: of(check.subject) })),
  };
}

function addedUp(all: PlanReport | undefined, more: PlanReport): PlanReport {
  if (all === undefined) return more;
  const known = new Set(all.images.map((image) => JSON.stringify(image)));
  const comment = all.comment ?? more.comment;
  const since =
    all.onlyCookbooksSince !== undefined && more.onlyCookbooksSince !== undefined
      ? [...new Set([...all.onlyCookbooksSince, ...more.onlyCookbooksSince])]
      : undefined;
  return {
    // Targets may share a repository.
    images: [...all.images, ...more.images.filter((image) => !known.has(JSON.stringify(image)))],
    definitions: [...all.definitions, ...more.definitions],
    tasks: [...all.tasks, ...more.tasks],
    services: [...all.services, ...more.services],
    schedules: [...all.schedules, ...more.schedules],
    checks: [...all.checks, ...more.checks],
    // True of the environment only where it is true of each.
    ...(since === undefined ? {} : { onlyCookbooksSince: since }),
    ...(comment === undefined ? {} : { comment }),
  };
}

function judge(targets: readonly TargetReport[], errors: ReadonlyMap<string, DeployError>): Outcome {
  const outcomes = targets.flatMap(({ outcome }) => outcome ?? []);
  const worst = OUTCOMES.findLast((outcome) => outcomes.includes(outcome)) ?? 'no-change';
  const [first, ...others] = [...errors].sort(
    ([, one], [, other]) => OUTCOMES.indexOf(other.outcome) - OUTCOMES.indexOf(one.outcome),
  );
  if (first === undefined) return worst;
  const [name, error] = first;
  if (error instanceof CancelledError) throw error;
  const waiting = targets.filter(({ state }) => state === 'waiting').map((target) => target.name);
  throw new DeployError(error.code, `target ${name}: ${error.message}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
    details: [
      ...error.details,
      ...others.map(([other, { code, message }]) => `target ${other}: ${code}: ${message}`),
      ...(waiting.length === 0 ? [] : [`not begun: ${waiting.join(', ')}`]),
    ],
  });
}
