import pLimit from 'p-limit';
import { DeployError, isAwsError } from '../../errors.ts';
import type { SchedulesPlan } from '../../config/plan.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { belongsToAnother, readLedger, type ResourceTag } from '../../rules/record/ledger.ts';
import { clusterOf, judgePin, type BroughtRevision, type PinVerdict } from '../../rules/schedule/pin.ts';
import { tellSchedule, type ScheduleName } from '../../rules/schedule/schedule-name.ts';
import type { StepContext } from '../context.ts';
import {
  missingSchedule,
  readTargets,
  type ScheduleContext,
  type ScheduleTarget,
} from './schedule-targets.ts';

type Context = ScheduleContext & Pick<StepContext, 'ecs'>;

/** A schedule that starts tasks of a family of this deploy. */
export interface FoundSchedule {
  schedule: ScheduleName;
  /** Its targets that do. */
  pins: readonly (PinVerdict & { target: string })[];
}

/** A target that still starts an earlier revision; both as "family:revision". */
export interface ScheduleDrift {
  schedule: ScheduleName;
  /** The target's id; "" for a schedule. */
  target: string;
  from: string;
  to: string;
}

export interface FindRequest {
  schedules: SchedulesPlan;
  revisions: readonly BroughtRevision[];
  environment: string;
  cluster: string;
}

/** As for the services: all targets of an account share one bucket of calls. */
export const AT_ONCE = 4;

/**
 * The rules and schedules that follow this deploy. Reads only. Of those that are named, each that is missing, or that
 * starts no task of these families, is an error; all are told together.
 */
export async function findSchedules(context: Context, request: FindRequest): Promise<FoundSchedule[]> {
  const { schedules, revisions } = request;
  const { which, isPart } = schedules;
  if (which === 'auto') return findAll(context, request);
  const limit = pLimit(AT_ONCE);
  const read = await Promise.all(
    which.map((schedule) => limit(async () => ({ schedule, targets: await readTargets(context, schedule) }))),
  );
  const missing = read.filter(({ targets }) => targets === undefined).map(({ schedule }) => schedule);
  if (missing.length > 0) throw missingSchedule(missing);
  const found = read.map(({ schedule, targets = [] }) => ({ schedule, pins: pinsOf(targets, revisions) }));
  const strange = found.filter(({ pins }) => pins.length === 0).map(({ schedule }) => schedule);
  if (strange.length > 0 && !isPart) throw withoutTarget(strange, revisions);
  for (const schedule of strange)
    context.log.info(`${tellSchedule(schedule)} starts no task of what this run changes: left alone`);
  return found.filter(({ pins }) => pins.length > 0);
}

/** Which targets still pin an earlier revision than these: what a deploy would move. Reads only. */
export async function scheduleDrift(context: Context, request: FindRequest): Promise<ScheduleDrift[]> {
  return driftOf(await findSchedules(context, request));
}

function driftOf(found: readonly FoundSchedule[]): ScheduleDrift[] {
  return found.flatMap(({ schedule, pins }) =>
    pins.flatMap(({ verdict, target, from, to }) =>
      verdict === 'move' ? [{ schedule, target, from: revisionName(from), to: revisionName(to) }] : [],
    ),
  );
}

/** Every rule of every bus and every schedule of every group that pins one of the families. */
async function findAll(context: Context, request: FindRequest): Promise<FoundSchedule[]> {
  const limit = pLimit(AT_ONCE);
  const belongs = ownership(context, request);
  const found = await Promise.all(
    (await listSchedules(context)).map(({ schedule }) =>
      limit(async () => {
        // One that was deleted meanwhile is no longer among all.
        const targets = (await readTargets(context, schedule)) ?? [];
        const pins: FoundSchedule['pins'][number][] = [];
        for (const target of targets) {
          const [pin] = pinsOf([target], request.revisions);
          if (pin !== undefined && (await belongs(schedule, target, pin))) pins.push(pin);
        }
        return { schedule, pins };
      }),
    ),
  );
  return found.filter(({ pins }) => pins.length > 0);
}

/** A rule or schedule as the list of all of them tells it; what a schedule's list leaves out is absent. */
export interface ListedSchedule {
  schedule: ScheduleName;
  enabled: boolean;
  expression?: string;
}

/** All that could start a task: rules that AWS services keep for themselves, and other targets, are left out. */
export async function listSchedules({
  events,
  scheduler,
}: Pick<StepContext, 'events' | 'scheduler'>): Promise<ListedSchedule[]> {
  const listed: ListedSchedule[] = [];
  for (const bus of await events.listEventBuses()) {
    for (const { name, managedBy, ...more } of await events.listRules(bus))
      if (managedBy === undefined) listed.push({ schedule: { kind: 'rule', bus, name }, ...more });
  }
  for (const { group, name, targetArn } of await scheduler.listSchedules())
    if (isCluster(targetArn)) listed.push({ schedule: { kind: 'schedule', group, name }, enabled: true });
  return listed;
}

/** Scheduler's list tells the target's ARN: that of the cluster where a task is started. */
function isCluster(arn: string): boolean {
  return /^arn:[^:]*:ecs:[^:]*:[^:]*:cluster\//u.test(arn);
}

/**
 * Two environments may share an account and a family, and nobody named these targets: one that starts what another
 * environment deployed is that environment's. On another cluster than ours, nothing but the ledger says that it is ours.
 */
function ownership({ ecs, log }: Context, { environment, cluster }: FindRequest) {
  const known = new Map<string, Promise<readonly ResourceTag[]>>();
  const tagsOf = (arn: string) => {
    const asked = known.get(arn) ?? readTags({ ecs }, arn);
    known.set(arn, asked);
    return asked;
  };
  return async (
    schedule: ScheduleName,
    { target }: ScheduleTarget,
    { verdict, from }: PinVerdict,
  ): Promise<boolean> => {
    if (verdict === 'current') return true;
    const tags = await tagsOf(from);
    const isElsewhere = clusterOf(target) !== cluster;
    const isOurs = readLedger(tags, environment).commit !== undefined;
    if (!belongsToAnother(tags, environment) && (isOurs || !isElsewhere)) return true;
    log.info(
      `${tellSchedule(schedule)} starts ${revisionName(from)} on cluster ${clusterOf(target) ?? '?'}, and nothing says that it is of ${environment}: left alone. To have it follow, name it under \`schedules\`.`,
    );
    return false;
  };
}

async function readTags({ ecs }: Pick<Context, 'ecs'>, arn: string): Promise<readonly ResourceTag[]> {
  try {
    return (await ecs.describeTaskDefinition(arn)).tags;
  } catch (error) {
    // A revision that was deleted has no tags to tell.
    if (isAwsError(error, 'ClientException')) return [];
    throw error;
  }
}

function pinsOf(targets: readonly ScheduleTarget[], revisions: readonly BroughtRevision[]) {
  return targets.flatMap(({ id, target }) => {
    const pin = judgePin(target, revisions);
    return pin === undefined ? [] : [{ ...pin, target: id }];
  });
}

function withoutTarget(
  schedules: readonly ScheduleName[],
  revisions: readonly BroughtRevision[],
): DeployError {
  const families = [...new Set(revisions.map(({ family }) => family))].join(', ');
  return new DeployError(
    'SCHEDULE_TARGET_NOT_FOUND',
    `${schedules.map(tellSchedule).join(', ')}: no target starts a task of ${families}`,
    {
      hint: 'A schedule follows the families that this deploy registers. Add the family under `families`, or take the schedule out of `schedules`.',
    },
  );
}
