import pLimit from 'p-limit';
import { DeployError, isAwsError } from '../../errors.ts';
import type { Service } from '../../ports/ecs.ts';
import type { InventoryReport } from '../../report/look-reports.ts';
import { revisionName, splitRevision } from '../../rules/aws/ecs-names.ts';
import { clusterOf, taskDefinitionOf } from '../../rules/schedule/pin.ts';
import { shortName } from '../../rules/schedule/schedule-name.ts';
import { containersOf, textOf } from '../../rules/task-definition/task-definition.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { StepContext } from '../context.ts';
import { readTargets, type ScheduleContext } from './schedule-targets.ts';
import { AT_ONCE, listSchedules, type ListedSchedule } from './schedules.ts';

type Context = ScheduleContext & Pick<StepContext, 'ecs' | 'region'>;

/** A task definition that something names, as far as it is there. */
interface Revision {
  name: string;
  images: string[];
  isGone: boolean;
}

/** One target of a rule, or of a schedule, that starts a task. */
interface Starter {
  listed: ListedSchedule;
  target: string;
  taskDefinition: string;
  cluster: string;
  when: string;
  enabled: boolean;
}

/**
 * Every service of a cluster, and every rule and schedule that starts tasks there or a task definition of its services,
 * each with the revision that it pins. Reads only.
 */
export async function takeInventory(context: Context, cluster: string): Promise<InventoryReport> {
  const services = await readAllServices(context, cluster);
  const served = new Map(services.map((service) => [service, definitionOf(service)]));
  const families = new Set([...served.values()].map((arn) => splitRevision(arn).family));
  const starters = (await readStarters(context)).filter(
    (one) => one.cluster === cluster || families.has(splitRevision(one.taskDefinition).family),
  );

  const revisions = new Map<string, Revision>();
  const limit = pLimit(AT_ONCE);
  const named = new Set([...served.values(), ...starters.map(({ taskDefinition }) => taskDefinition)]);
  await Promise.all(
    [...named].map((arn) => limit(async () => revisions.set(arn, await readRevision(context, arn)))),
  );
  const newest = await newestRevisions(context, [...served.values()], starters);
  const imagesOf = (arn: string) => revisions.get(arn)?.images ?? [];

  return {
    services: [...served].map(([{ serviceName = '?', desiredCount = 0, runningCount = 0 }, arn]) => ({
      name: serviceName,
      revision: revisionName(arn),
      images: imagesOf(arn),
      desired: desiredCount,
      running: runningCount,
    })),
    schedules: starters.map(({ listed, target, taskDefinition, enabled, when, cluster: where }) => {
      const pinned = splitRevision(taskDefinition);
      const known = newest.get(pinned.family);
      const isBehind = pinned.revision !== undefined && known !== undefined && known > pinned.revision;
      return {
        kind: listed.schedule.kind,
        name: shortName(listed.schedule),
        ...(target === '' ? {} : { target }),
        revision: revisionName(taskDefinition),
        images: imagesOf(taskDefinition),
        enabled,
        when,
        cluster: where,
        ...(isBehind ? { behind: `${pinned.family}:${known}` } : {}),
        ...(revisions.get(taskDefinition)?.isGone ? { isGone: true as const } : {}),
      };
    }),
    images: imagesWithRevisions([...revisions.values()]),
  };
}

async function readAllServices({ ecs, region }: Context, cluster: string): Promise<Service[]> {
  try {
    const names = await ecs.listServices(cluster);
    if (names.length === 0) return [];
    const { services } = await ecs.describeServices(cluster, names);
    return services
      .filter(({ status }) => status !== 'INACTIVE')
      .toSorted((one, other) => (one.serviceName ?? '').localeCompare(other.serviceName ?? ''));
  } catch (error) {
    if (!isAwsError(error, 'ClusterNotFoundException')) throw error;
    throw new DeployError('CLUSTER_NOT_FOUND', `there is no cluster ${cluster} in ${region}`, {
      cause: error,
      hint: 'Check `cluster` and `region`, and that the role signs in to the account the cluster lives in.',
    });
  }
}

/** Services of CodeDeploy and Express Mode name their revision in the deployment alone; "" where there is none at all. */
function definitionOf({ taskDefinition, deployments, taskSets }: Service): string {
  const primary = [...(deployments ?? []), ...(taskSets ?? [])].find(({ status }) => status === 'PRIMARY');
  return taskDefinition ?? primary?.taskDefinition ?? '';
}

async function readStarters(context: Context): Promise<Starter[]> {
  const limit = pLimit(AT_ONCE);
  const read = await Promise.all(
    (await listSchedules(context)).map((listed) =>
      limit(async () => {
        const targets = (await readTargets(context, listed.schedule)) ?? [];
        return targets.flatMap(({ id, target, whole }): Starter[] => {
          const taskDefinition = taskDefinitionOf(target);
          if (taskDefinition === undefined) return [];
          const cluster = clusterOf(target) ?? '?';
          return [{ listed, target: id, taskDefinition, cluster, ...timesOf(listed, whole) }];
        });
      }),
    ),
  );
  return read.flat();
}

/** A rule's times stand in the list of rules, a schedule's in the schedule itself. */
function timesOf(
  { enabled, expression }: ListedSchedule,
  whole: JsonObject,
): { enabled: boolean; when: string } {
  const own = textOf(whole['ScheduleExpression']);
  if (own === '') return { enabled, when: expression ?? 'on an event' };
  const zone = textOf(whole['ScheduleExpressionTimezone']);
  return { enabled: whole['State'] !== 'DISABLED', when: zone === '' ? own : `${own} ${zone}` };
}

async function readRevision({ ecs }: Context, arn: string): Promise<Revision> {
  const name = revisionName(arn);
  if (arn === '') return { name, images: [], isGone: false };
  try {
    const { definition } = await ecs.describeTaskDefinition(arn);
    const images = containersOf(definition).map(({ image }) => textOf(image));
    return { name, images: [...new Set(images)], isGone: definition['status'] === 'INACTIVE' };
  } catch (error) {
    if (isAwsError(error, 'ClientException')) return { name, images: [], isGone: true };
    throw error;
  }
}

/** The revision that a schedule is held against: what the family's services run, else the newest that is active. */
async function newestRevisions(
  { ecs }: Context,
  served: readonly string[],
  starters: readonly Starter[],
): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  const note = (taskDefinition: string) => {
    const { family, revision = 0 } = splitRevision(taskDefinition);
    newest.set(family, Math.max(revision, newest.get(family) ?? 0));
  };
  for (const arn of served) note(arn);
  const others = new Set(starters.map(({ taskDefinition }) => splitRevision(taskDefinition).family));
  for (const family of others) {
    if (newest.has(family)) continue;
    for (const arn of await ecs.listRevisions(family, 1)) note(arn);
  }
  return newest;
}

function imagesWithRevisions(revisions: readonly Revision[]): InventoryReport['images'] {
  const users = new Map<string, string[]>();
  for (const { name, images } of revisions)
    for (const image of images) users.set(image, [...(users.get(image) ?? []), name]);
  return [...users]
    .map(([image, names]) => ({ image, revisions: names.toSorted() }))
    .toSorted((one, other) => one.image.localeCompare(other.image));
}
