import { asDeployError } from '../../errors.ts';
import type { ContinuePlan, RollbackPlan } from '../../config/plan.ts';
import { ledgerTags, readLedger } from '../../rules/record/ledger.ts';
import type { DeployFacts } from '../../rules/record/ledger.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../services/read-services.ts';
import { warnOfNoLedger } from '../revision/register-definition.ts';
import type { FamilyRevision } from '../revision/register.ts';
import type { ContinuedFamily, ReturningFamily } from './release-families.ts';
import type { ServiceRollout } from '../rollout/roll-out.ts';

export interface RecordRequest {
  revisions: readonly FamilyRevision[];
  /** What they replace. */
  services: readonly Pick<LiveService, 'current'>[];
  ledger: DeployFacts;
  /** See `migrationKey`; absent where no migration is configured. */
  migration?: string;
}

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log'>;

/**
 * Writes down in AWS itself that the deploy succeeded: on every revision its migration, when it was verified, and the
 * release number. A run that changed nothing keeps the number and moves the commit. Never a reason to fail: what
 * cannot be written is said once, and the next run does more than it would have to.
 */
export async function recordSuccess(
  context: Context,
  request: RecordRequest,
): Promise<{ release: number; written: boolean }> {
  const { revisions, ledger, migration } = request;
  const release = releaseNumber(request);
  const tags = ledgerTags({
    ...ledger,
    ...(migration === undefined ? {} : { migration }),
    verifiedAt: new Date(context.clock.now()).toISOString(),
    release,
  });
  return { release, written: await write(context, new Set(revisions.map(({ arn }) => arn)), tags) };
}

async function write(
  { ecs, log }: Context,
  arns: ReadonlySet<string>,
  tags: ReturnType<typeof ledgerTags>,
): Promise<boolean> {
  try {
    for (const arn of arns) await ecs.tagResource(arn, tags);
    return true;
  } catch (thrown) {
    const error = asDeployError(thrown);
    if (error.code === 'AWS_ACCESS_DENIED') warnOfNoLedger(log);
    else log.warn('Not recorded', `The deploy succeeded, but that could not be recorded: ${error.message}`);
    return false;
  }
}

/**
 * A rollback is a release of its own: the revisions keep the commit they were made from and get the next number, so
 * that `history` and the next rollback know what served when.
 */
export async function recordRollback(
  context: Context,
  {
    plan,
    targets,
    families,
  }: { plan: RollbackPlan; targets: readonly ServiceRollout[]; families: readonly ReturningFamily[] },
): Promise<number> {
  const { environment, event } = plan;
  const last = targets.map(({ live }) => readLedger(live.current.tags, environment).release ?? 0);
  const release = Math.max(0, ...last, ...families.map(({ lastRelease }) => lastRelease)) + 1;
  const tags = ledgerTags({
    environment,
    run: event.runId,
    verifiedAt: new Date(context.clock.now()).toISOString(),
    release,
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(plan.force === undefined ? {} : { forced: plan.force }),
  });
  const revisions = [
    ...targets.map(({ taskDefinition }) => taskDefinition),
    ...families.map(({ arn }) => arn),
  ];
  await write(context, new Set(revisions), tags);
  return release;
}

/** Writes the migration on revisions whose release a later run is going to finish. */
export async function recordMigration(
  context: Context,
  request: Pick<RecordRequest, 'revisions' | 'ledger'> & { migration: string },
): Promise<void> {
  const { revisions, migration } = request;
  const { environment } = request.ledger;
  await write(context, new Set(revisions.map(({ arn }) => arn)), ledgerTags({ environment, migration }));
}

export interface ContinuedService {
  live: LiveService;
  /** What served before, as ARN. */
  previousTaskDefinition?: string;
}

/**
 * A release that was continued: its revisions carry their commit already and get what a deploy adds at its end, and so
 * do the services that had completed their part before. `done` are those that this run brought to the end, `others` the
 * rest of the plan. The number is that of a part that was recorded already, else one more than the highest known.
 */
export async function recordContinued(
  context: Context,
  {
    plan,
    done,
    others,
    families,
  }: {
    plan: ContinuePlan;
    done: readonly ContinuedService[];
    others: readonly LiveService[];
    families: readonly ContinuedFamily[];
  },
): Promise<{ release: number; names: string[] }> {
  const { environment } = plan;
  const entryOf = ({ current }: LiveService) => readLedger(current.tags, environment);
  const runs = done.flatMap(({ live }) => entryOf(live).run ?? []);
  const completed = others.filter(
    (live) => runs.includes(entryOf(live).run ?? '') && live.service.deployments?.length === 1,
  );
  const before = await Promise.all(
    done.map(async ({ previousTaskDefinition: previous }) =>
      previous === undefined ? [] : (await context.ecs.describeTaskDefinition(previous)).tags,
    ),
  );
  const known = [
    ...before.map((tags) => readLedger(tags, environment).release ?? 0),
    ...[...done.map(({ live }) => live), ...others].map((live) => entryOf(live).release ?? 0),
  ];
  const [recordedAs] = completed.flatMap((live) => entryOf(live).release ?? []);
  const release = recordedAs ?? Math.max(0, ...known) + 1;
  const tags = ledgerTags({
    environment,
    verifiedAt: new Date(context.clock.now()).toISOString(),
    release,
    ...(plan.force === undefined ? {} : { forced: plan.force }),
  });
  const parts = [
    ...done.map(({ live }) => live),
    ...completed.filter((live) => entryOf(live).release === undefined),
  ];
  const unrecorded = families.filter(({ isUnrecorded }) => isUnrecorded);
  const arns = [...parts.map(({ current }) => current.arn), ...unrecorded.map(({ arn }) => arn)];
  await write(context, new Set(arns), tags);
  return {
    release,
    names: [...parts.map((live) => live.plan.name), ...unrecorded.map(({ family }) => family)],
  };
}

/** One more than the highest number that the replaced revisions carry; the same where nothing changed. */
function releaseNumber({ services, revisions, ledger }: RecordRequest): number {
  const known = services.map(({ current }) => readLedger(current.tags, ledger.environment).release ?? 0);
  const last = Math.max(0, ...known);
  const isChange = revisions.some(({ state }) => state !== 'unchanged');
  return isChange || last === 0 ? last + 1 : last;
}
