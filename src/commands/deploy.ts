import type { Outcome } from '../errors.ts';
import type { DeployPlan } from '../config/plan.ts';
import { sameRevision } from '../rules/aws/ecs-names.ts';
import { readLedger, type DeployFacts } from '../rules/record/ledger.ts';
import { isHandedOver } from '../rules/rollout/release-verdict.ts';
import { runBuildStep } from '../steps/codebuild/before-deploy-build.ts';
import type { StepContext } from '../steps/context.ts';
import { guardOrder } from '../steps/guard-order.ts';
import { awaitOtherDeployments } from '../steps/await-deployments.ts';
import { provideCurrentImage } from '../steps/current-image.ts';
import { asForced } from '../steps/guard-services.ts';
import { provideImage, type ProvidedImage } from '../steps/image.ts';
import { lintServices } from '../steps/lint.ts';
import { beforeDeploy, migrate, type TaskRequest } from '../steps/migrate.ts';
import { provePrevious, type ProofRequest } from '../steps/prove-previous.ts';
import type { RunIdentity } from '../steps/one-off-task.ts';
import { readServices, type LiveService } from '../steps/read-services.ts';
import { recordMigration, recordSuccess } from '../steps/record.ts';
import { registerRevisions, type Revision } from '../steps/register.ts';
import type { VerifySubject } from '../steps/verify/verify.ts';
import { judgeRelease, rolloutChapter, servicesChapter, signInChapter } from './chapters.ts';
import { findSchedulesChapter, moveSchedulesChapter } from './schedules-chapter.ts';
import { decideByVerify, verifyChapter } from './verify-chapter.ts';

export interface DeployOptions {
  /** Answers whether what these services run needs no deploy of this commit. */
  isUpToDate?: (services: readonly LiveService[]) => Promise<boolean>;
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
  await guardOrder(context, { ...plan, services: found });
  const services = await awaitQuiet(plan, context, found);
  await lintServices(context, services, plan);

  const image = await log.step('image', 'Provide the image', async (step) => {
    const provided = await deployedImage(plan, context, account, services);
    step.finish(`${provided.reused ? 'Reused' : 'Built and pushed'} ${provided.reference}`);
    return provided;
  });

  const ledger = ledgerFacts(plan, image.tag);
  const revisions = await log.step('register', 'Register the task definitions', async (step) => {
    const brought = await registerRevisions(context, { services, image, ledger });
    step.finish(brought.map(({ name, state }) => `${name} (${state})`).join(', '));
    return brought;
  });

  const schedules = await findSchedulesChapter(plan, context, revisions);
  const run = runIdentity(plan);
  for (const [position, task] of plan.beforeDeploy.entries()) {
    if ('codebuild' in task) {
      const { project } = task.codebuild;
      await log.step('before-deploy', `Run before the deploy: CodeBuild project ${project}`, async (step) => {
        const { id = '', reason } = await runBuildStep(context, {
          plan: task,
          position,
          commit: plan.commit,
          image: image.reference,
          run,
        });
        step.finish(`Build ${id} succeeded${reason === undefined ? '' : `: ${reason}`}`);
      });
      continue;
    }
    await log.step('before-deploy', `Run before the deploy: ${task.command.join(' ')}`, async (step) => {
      await beforeDeploy(context, { plan: task, services, revisions, image, run });
      step.finish(`${task.command.join(' ')} exited with code 0`);
    });
  }
  const migration = await migrateIfConfigured(plan, context, { services, revisions, image, run });
  await proveIfConfigured(plan, context, { services, revisions, image, run, migration });

  const rollouts = revisions.flatMap(({ service, arn, tags }) => {
    const { run: ranBy, release, replaces } = readLedger(tags, plan.environment);
    const isUnfinished = ranBy === run.runId && release === undefined;
    const begun = isUnfinished ? { begun: replaces === undefined ? {} : { replaced: replaces } } : {};
    return services
      .filter((live) => live.plan.name === service)
      .map((live) => ({ live, taskDefinition: arn, ...begun }));
  });
  const subject = subjectOf(plan, { services, revisions, image, run });
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
  const moved = await moveSchedulesChapter(plan, context, { schedules, revisions, ends, migrated });

  await log.step('record', 'Record the release', async (step) => {
    const { release } = await recordSuccess(context, {
      revisions,
      services,
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

/** The image that the plan asks for; `current` is the one that the first service runs. */
async function deployedImage(
  { image, commit, event }: DeployPlan,
  context: StepContext,
  account: string,
  services: readonly LiveService[],
): Promise<ProvidedImage> {
  const definitions = services.map(({ current }) => current.definition);
  const request = { image, commit, runId: event.runId, account, definitions };
  if (image.use !== 'current') return provideImage(context, request);
  return provideCurrentImage(context, request, services);
}

async function migrateIfConfigured(
  plan: DeployPlan,
  context: StepContext,
  request: Omit<TaskRequest, 'plan'>,
) {
  const task = plan.migrate;
  if (task === undefined) return undefined;
  return context.log.step('migrate', `Migrate: ${task.command.join(' ')}`, async (step) => {
    const migration = await migrate(context, { ...request, plan: task });
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
    ...request
  }: Omit<ProofRequest, 'plan' | 'migrationSkipped'> & { migration: { state: string } | undefined },
): Promise<void> {
  const command = plan?.provePrevious;
  if (plan === undefined || command === undefined) return;
  await context.log.step('prove-previous', `Prove on what serves: ${command.join(' ')}`, async (step) => {
    const proof = await provePrevious(context, {
      ...request,
      // Nobody needs the end of a check: on a cancel it stops.
      plan: { ...plan, command, onCancel: 'stop' },
      migrationSkipped: migration?.state === 'skipped',
    });
    if (proof.state === 'skipped') step.skip(`Proof skipped: ${proof.reason}`);
    else step.finish(`${proof.on} can live with the new schema`);
  });
}

/** What a verification is about: the services, each with the revision that it gets. */
function subjectOf(
  { commit }: DeployPlan,
  {
    services,
    revisions,
    image: { uri, digest },
    run,
  }: {
    services: readonly LiveService[];
    revisions: readonly Revision[];
    image: ProvidedImage;
    run: RunIdentity;
  },
): VerifySubject {
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

function ledgerFacts(
  { event, environment, commit, force }: DeployPlan,
  content: string | undefined,
): DeployFacts {
  return {
    environment,
    commit,
    run: event.runId,
    ...(event.repository === undefined ? {} : { repository: event.repository }),
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(content === undefined ? {} : { content }),
    ...(force === undefined ? {} : { forced: force }),
  };
}
