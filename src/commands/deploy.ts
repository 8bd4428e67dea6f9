import type { Outcome } from '../errors.ts';
import type { DeployPlan, OneOffPlan } from '../config/plan.ts';
import { sameRevision } from '../rules/aws/ecs-names.ts';
import { readLedger } from '../rules/record/ledger.ts';
import { isHandedOver } from '../rules/rollout/release-verdict.ts';
import { taskImage } from '../rules/image/task-image.ts';
import { runBuildStep } from '../steps/codebuild/before-deploy-build.ts';
import type { StepContext } from '../steps/context.ts';
import type { DeployedUnit } from '../steps/cookbook/only-cookbooks-since.ts';
import { guardOrder } from '../steps/services/guard-order.ts';
import { awaitOtherDeployments } from '../steps/services/await-deployments.ts';
import { asForced } from '../steps/services/guard-services.ts';
import { lintServices } from '../steps/revision/lint.ts';
import { beforeDeploy, migrate, type TaskRequest } from '../steps/task/migrate.ts';
import { provePrevious, type ProofRequest } from '../steps/task/prove-previous.ts';
import type { RunIdentity } from '../steps/task/one-off-task.ts';
import { readServices, type LiveService } from '../steps/services/read-services.ts';
import { recordMigration, recordSuccess } from '../steps/record/record.ts';
import { registerFamilies, registerRevisions, type Revision } from '../steps/revision/register.ts';
import { judgeRelease, rolloutChapter, servicesChapter, signInChapter } from './chapters.ts';
import { findSchedulesChapter, moveSchedulesChapter } from './schedules-chapter.ts';
import {
  familiesChapter,
  imagesChapter,
  imageUsers,
  ledgerFacts,
  replacedBy,
  tellRevisions,
  type DeployedImages,
} from './revision-chapters.ts';
import type { VerifySubject } from '../steps/verify/verify.ts';
import { decideByVerify, verifyChapter } from './verify-chapter.ts';

export interface DeployOptions {
  /** Answers whether what is deployed needs no deploy of this commit. */
  isUpToDate?: (deployed: readonly DeployedUnit[]) => Promise<boolean>;
}

/**
 * The whole story: image, registered revisions, migration, services, record. Each step is a gate for the next; the
 * migration runs to its end before any service changes (law 2), and one failed service fails the release (law 5).
 */
export async function deploy(
  plan: DeployPlan,
  context: StepContext,
  { isUpToDate }: DeployOptions = {},
): Promise<Outcome> {
  const { log } = context;
  const { account } = await signInChapter(plan, context);
  const found = await servicesChapter(plan, context, { guarded: true });
  if ((await isUpToDate?.(found)) === true) return 'no-change';
  const families = await familiesChapter(plan, context);
  await guardOrder(context, { ...plan, services: [...found, ...replacedBy(families)] });
  const services = await awaitQuiet(plan, context, found);
  await lintServices(context, services, plan);

  const users = await imageUsers(context, services, families);
  const images = await imagesChapter(plan, context, { account, users });

  const ledger = ledgerFacts(plan, images);
  const { revisions, others } = await log.step('register', 'Register the task definitions', async (step) => {
    const brought = await registerRevisions(context, { services, families, images, ledger });
    const alone = await registerFamilies(context, { families, images, ledger }, brought);
    step.finish(tellRevisions(brought, alone));
    return { revisions: brought, others: alone };
  });

  const brought = [...revisions, ...others];
  const schedules = await findSchedulesChapter(plan, context, brought);
  const run = runIdentity(plan);
  const requestOf = (task: OneOffPlan): TaskRequest => {
    const revision = revisions.find(({ service }) => service === task.service);
    return { plan: task, services, revisions, image: taskImage(task, revision, images), ledger, run };
  };
  for (const [position, task] of plan.beforeDeploy.entries()) {
    if ('codebuild' in task) {
      const { project } = task.codebuild;
      await log.step('before-deploy', `Run before the deploy: CodeBuild project ${project}`, async (step) => {
        const { id = '', reason } = await runBuildStep(context, {
          plan: task,
          position,
          commit: plan.commit,
          image: images[0].reference,
          run,
        });
        step.finish(`Build ${id} succeeded${reason === undefined ? '' : `: ${reason}`}`);
      });
      continue;
    }
    await log.step('before-deploy', `Run before the deploy: ${task.command.join(' ')}`, async (step) => {
      await beforeDeploy(context, requestOf(task));
      step.finish(`${task.command.join(' ')} exited with code 0`);
    });
  }
  const migration = plan.migrate && (await migrateChapter(context, requestOf(plan.migrate)));
  await proveIfConfigured(plan, context, { services, revisions, images, run, migration });

  const rollouts = revisions.flatMap(({ service, arn, tags }) => {
    const { run: ranBy, release, replaces } = readLedger(tags, plan.environment);
    const isUnfinished = ranBy === run.runId && release === undefined;
    const begun = isUnfinished ? { begun: replaces === undefined ? {} : { replaced: replaces } } : {};
    return services
      .filter((live) => live.plan.name === service)
      .map((live) => ({ live, taskDefinition: arn, ...begun }));
  });
  const subject = subjectOf(plan, { services, revisions, images, run });
  const ends = await rolloutChapter(plan, context, rollouts, {
    isLate: true,
    decide: decideByVerify(plan, context, subject),
    goesOn: schedules.length > 0 || plan.verify !== undefined,
  });
  const migrated = migration?.state === 'succeeded';
  const outcome = judgeRelease(ends, { migrated, verified: context.report.verify ?? [] });
  const { verify } = plan;
  if (verify !== undefined && !isHandedOver(outcome))
    await verifyChapter(plan, context, { verify, ends, subject, migrated, goesOn: schedules.length > 0 });
  if (isHandedOver(outcome)) {
    // The release is not done, and `continue` records it; only this run knows which migration it was.
    if (migration !== undefined)
      await recordMigration(context, { revisions, ledger, migration: migration.key });
    return outcome;
  }
  const moved = await moveSchedulesChapter(plan, context, {
    schedules,
    revisions: brought,
    ends,
    migrated,
  });

  await log.step('record', 'Record the release', async (step) => {
    const { release } = await recordSuccess(context, {
      revisions: brought,
      services: [...services, ...replacedBy(families)],
      ledger,
      ...(migration === undefined ? {} : { migration: migration.key }),
    });
    step.finish(`Release ${release} of ${plan.environment}`);
  });
  return moved ? 'completed' : outcome;
}

/** Waits for a deployment of somebody else; what was read before it ended is read, and its order judged, again. */
async function awaitQuiet(
  plan: DeployPlan,
  context: StepContext,
  services: LiveService[],
): Promise<LiveService[]> {
  const { cluster } = plan.target;
  const ours = services.filter(
    ({ current }) => readLedger(current.tags, plan.environment).commit === plan.commit,
  );
  const waited = await awaitOtherDeployments(context, cluster, services, plan.rollout, {
    isOurs: (taskDefinition) => ours.some(({ current }) => sameRevision(current.arn, taskDefinition)),
    force: plan.force,
  });
  if (!waited) return services;
  const left = asForced(await readServices(context, cluster, plan.services), plan.force);
  await guardOrder(context, { ...plan, services: left });
  return left;
}

async function migrateChapter(context: StepContext, request: TaskRequest) {
  return context.log.step('migrate', `Migrate: ${request.plan.command.join(' ')}`, async (step) => {
    const migration = await migrate(context, request);
    if (migration.state === 'skipped') step.skip(`Migration skipped: ${migration.reason}`);
    else step.finish('Migration exited with code 0');
    return migration;
  });
}

async function proveIfConfigured(
  { migrate: plan }: DeployPlan,
  context: StepContext,
  {
    migration,
    images,
    ...request
  }: Omit<ProofRequest, 'plan' | 'image' | 'migrationSkipped'> & {
    images: DeployedImages;
    migration: { state: string } | undefined;
  },
): Promise<void> {
  const command = plan?.provePrevious;
  if (plan === undefined || command === undefined) return;
  const { container } = plan;
  // Proven is what serves, whatever image the migration has.
  const revision = request.revisions.find(({ service }) => service === plan.service);
  const image = taskImage(container === undefined ? {} : { container }, revision, images);
  await context.log.step('prove-previous', `Prove on what serves: ${command.join(' ')}`, async (step) => {
    const proof = await provePrevious(context, {
      ...request,
      // Nobody needs the end of a check: on a cancel it stops.
      plan: { ...plan, command, onCancel: 'stop' },
      image,
      migrationSkipped: migration?.state === 'skipped',
    });
    if (proof.state === 'skipped') step.skip(`Proof skipped: ${proof.reason}`);
    else step.finish(`${proof.on} can live with the new schema`);
  });
}

/** What a verification is about: the services, each with the revision that it gets. */
function subjectOf(
  { commit, verify }: DeployPlan,
  {
    services,
    revisions,
    images,
    run,
  }: {
    services: readonly LiveService[];
    revisions: readonly Revision[];
    images: DeployedImages;
    run: RunIdentity;
  },
): VerifySubject {
  const task = verify?.kind === 'task' ? verify.task : undefined;
  const revision = revisions.find(({ service }) => service === task?.service);
  const { uri, digest } = taskImage(task ?? {}, revision, images);
  return {
    commit,
    image: { uri, digest },
    run,
    services: services.map((live) => ({
      live,
      taskDefinition: revisions.find(({ service }) => service === live.plan.name) ?? live.current,
    })),
  };
}

/** What is the same in every attempt of this run. */
function runIdentity({ event, environment, target }: DeployPlan): RunIdentity {
  return {
    environment,
    cluster: target.cluster,
    runId: event.runId,
    ...(event.repository === undefined ? {} : { repository: event.repository }),
  };
}
