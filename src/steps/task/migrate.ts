import { DeployError } from '../../errors.ts';
import type { OneOffPlan } from '../../config/plan.ts';
import { sameRevision } from '../../rules/aws/ecs-names.ts';
import type { DeployedImage } from '../../rules/image/replace-images.ts';
import { readLedger, type DeployFacts } from '../../rules/record/ledger.ts';
import { migrationKey, migrationProof } from '../../rules/record/migration-proof.ts';
import type { ServiceEvidence } from '../../rules/record/migration-proof.ts';
import { runOneOffTask } from './one-off-task.ts';
import type { RunIdentity } from './one-off-task.ts';
import type { LiveService } from '../services/read-services.ts';
import type { Revision } from '../revision/register.ts';
import { taskRevision } from './task-revision.ts';

type Context = Parameters<typeof runOneOffTask>[0];

export interface TaskRequest {
  plan: OneOffPlan;
  services: readonly LiveService[];
  revisions: readonly Revision[];
  /** What the task runs; see `taskImage`. */
  image: DeployedImage;
  ledger: DeployFacts;
  run: RunIdentity;
}

/**
 * The gate before the services: runs the migration on the new revision, unless the ledger proves that it is not
 * needed. `key` is what `recordSuccess` writes down after the deploy.
 */
export async function migrate(
  context: Context,
  request: TaskRequest,
): Promise<{ state: 'succeeded' | 'skipped'; key: string; reason: string }> {
  const { plan, revisions, services, image, run } = request;
  const key = migrationKey(image.digest, plan.command);
  const { proven, reason } = migrationProof(
    key,
    revisions.map((revision) => evidenceOf(revision, services, run.environment)),
  );
  if (proven) {
    context.report.tasks.push({
      purpose: 'migrate',
      service: plan.service,
      command: plan.command,
      state: 'skipped',
      reason,
      logTail: [],
    });
    return { state: 'skipped', key, reason };
  }
  context.log.info(`The migration runs: ${reason}`);
  await runBeforeServices(context, 'migrate', request);
  return { state: 'succeeded', key, reason };
}

/** Runs one task of `before-deploy`. There is no proof for those: they run every time. */
export async function beforeDeploy(context: Context, request: TaskRequest): Promise<void> {
  await runBeforeServices(context, 'before-deploy', request);
}

async function runBeforeServices(
  context: Context,
  purpose: 'migrate' | 'before-deploy',
  { plan, services, revisions, image, ledger, run }: TaskRequest,
): Promise<void> {
  const service = services.find((live) => live.plan.name === plan.service);
  const revision = revisions.find((each) => each.service === plan.service);
  if (service === undefined || revision === undefined) {
    throw new DeployError(
      'SERVICE_NOT_FOUND',
      `${purpose}: service ${plan.service} is not one of the deployed services`,
      {
        hint: 'A one-off task takes its network, roles and revision from a service: name one of `services`.',
      },
    );
  }
  const taskDefinition = await taskRevision(context, { purpose, plan, revision, image, ledger });
  await runOneOffTask(context, { purpose, plan, service, taskDefinition, image, run });
}

/** A deployment that is still under way, or that failed, proves nothing. */
export function evidenceOf(
  revision: Pick<Revision, 'service' | 'arn' | 'tags'>,
  services: readonly LiveService[],
  environment: string,
): ServiceEvidence {
  const service = services.find(({ plan }) => plan.name === revision.service)?.service;
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  const isSettled = primary?.rolloutState === undefined || primary.rolloutState === 'COMPLETED';
  const runsIt = primary?.taskDefinition !== undefined && sameRevision(primary.taskDefinition, revision.arn);
  return {
    service: revision.service,
    alreadyRuns: runsIt && isSettled,
    migration: readLedger(revision.tags, environment).migration,
  };
}
