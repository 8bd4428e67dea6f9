import type { ContinuePlan, RollbackPlan } from '../../config/plan.ts';
import { revisionName, splitRevision } from '../../rules/aws/ecs-names.ts';
import { familyAtRelease, type PastRelease } from '../../rules/record/family-at-release.ts';
import { readLedger, type LedgerEntry } from '../../rules/record/ledger.ts';
import type { BroughtRevision } from '../../rules/schedule/pin.ts';
import { activeRevision } from '../revision/active-revision.ts';
import type { StepContext } from '../context.ts';
import { readPastRevisions } from '../revision/past-revisions.ts';
import { newestOf } from '../revision/read-families.ts';
import type { LiveService } from '../services/read-services.ts';
import type { ServiceRollout } from '../rollout/roll-out.ts';

// The families of a release that no service runs: only schedules tell them apart from what is merely registered.

type Context = Pick<StepContext, 'ecs' | 'log'>;

/** A family that goes back with a release. */
export interface ReturningFamily extends BroughtRevision {
  /** The number of the last release that it was part of. */
  lastRelease: number;
}

/**
 * The revisions that the families ran at the release that the services go back to. None where no schedule would follow,
 * and where only some of the services go back: the release as a whole stays then. Rejects with `REVISION_INACTIVE`
 * where one was deregistered since.
 */
export async function familiesToReturn(
  context: Context,
  { environment, families, schedules }: Pick<RollbackPlan, 'environment' | 'families' | 'schedules'>,
  targets: readonly ServiceRollout[],
): Promise<ReturningFamily[]> {
  const ofServices = targets.map(({ taskDefinition }) => splitRevision(taskDefinition).family);
  const alone = families.filter(({ family }) => !ofServices.includes(family));
  if (schedules === undefined || alone.length === 0) return [];
  const names = alone.map(({ family }) => family);
  if (schedules.isPart) {
    context.log.info(`${names.join(', ')}: left as it is, since only some of the services go back`);
    return [];
  }
  const at = await releaseOf(context, environment, targets);
  const returning: ReturningFamily[] = [];
  for (const family of names) {
    const past = await readPastRevisions(context, [family], environment);
    const records = past.map(({ arn, entry, registeredAt }) => ({ arn, registeredAt, ...factsOf(entry) }));
    const target = familyAtRelease(at, records);
    if (target === undefined) {
      context.log.info(`${family}: no release of it is recorded, so its schedules stay where they are`);
      continue;
    }
    const { arn } = await activeRevision(context, target);
    const lastRelease = Math.max(0, ...records.map(({ release = 0 }) => release));
    returning.push({ family, arn, lastRelease });
    context.log.info(`${family}: ${revisionName(arn)}`);
  }
  return returning;
}

function factsOf({ release, replaces }: LedgerEntry): { release?: number; replaces?: string } {
  return {
    ...(release === undefined ? {} : { release }),
    ...(replaces === undefined ? {} : { replaces }),
  };
}

/** The newest release that one of the services goes back to; undefined where none of it is recorded. */
async function releaseOf(
  { ecs }: Pick<Context, 'ecs'>,
  environment: string,
  targets: readonly ServiceRollout[],
): Promise<PastRelease | undefined> {
  const arns = new Set(targets.map(({ taskDefinition }) => taskDefinition));
  const stored = await Promise.all([...arns].map((arn) => ecs.describeTaskDefinition(arn)));
  return stored
    .flatMap(({ tags }): PastRelease[] => {
      const { release, verifiedAt = '' } = readLedger(tags, environment);
      const time = Date.parse(verifiedAt);
      return release === undefined || Number.isNaN(time) ? [] : [{ release, verifiedAt: time }];
    })
    .toSorted((one, other) => other.release - one.release)[0];
}

/** A family of a release that is continued. */
export interface ContinuedFamily extends BroughtRevision {
  /** This release brought it, and nothing says yet that it was released. */
  isUnrecorded: boolean;
}

/**
 * The newest revisions of the families, as far as they are of the release that is continued, or of one before it: what a
 * run has registered since belongs to that run. `services` are those that were continued.
 */
export async function familiesOfRelease(
  context: Pick<StepContext, 'ecs'>,
  { environment, families }: Pick<ContinuePlan, 'environment' | 'families'>,
  services: readonly LiveService[],
): Promise<ContinuedFamily[]> {
  const runs = services.flatMap(({ current }) => readLedger(current.tags, environment).run ?? []);
  const ofServices = services.map(({ current }) => splitRevision(current.arn).family);
  const alone = families.filter(({ family }) => !ofServices.includes(family));
  const found: ContinuedFamily[] = [];
  for (const { family } of alone) {
    const newest = await newestOf(context, family);
    if (newest === undefined) continue;
    const { run, release } = readLedger(newest.tags, environment);
    const isPart = release !== undefined || (run !== undefined && runs.includes(run));
    if (isPart) found.push({ family, arn: newest.arn, isUnrecorded: release === undefined });
  }
  return found;
}
