import { DeployError, worstOutcome, type ErrorCode, type Outcome } from '../errors.ts';
import type { Plan } from '../config/plan.ts';
import type { RunIdentity } from '../steps/one-off-task.ts';
import { sameRevision } from '../rules/ecs-names.ts';
import { readLedger, type DeployFacts } from '../rules/ledger.ts';
import { runningImage } from '../rules/running-image.ts';
import type { StepContext } from '../steps/context.ts';
import { awaitOtherDeployments, guardServices } from '../steps/guard-services.ts';
import { provideImage, provideRunningImage, type ProvidedImage } from '../steps/image.ts';
import { beforeDeploy, migrate, type TaskRequest } from '../steps/migrate.ts';
import { readServices, type LiveService } from '../steps/read-services.ts';
import { recordSuccess } from '../steps/record.ts';
import { registerRevisions } from '../steps/register.ts';
import { returnServices, servicesToReturn } from '../steps/return-services.ts';
import { rollOut, type ServiceEnd } from '../steps/roll-out.ts';
import { signIn } from '../steps/sign-in.ts';

/**
 * The whole story: image, registered revisions, migration, services, record. Each step is a gate for the next; the
 * migration runs to its end before any service changes (law 2), and one failed service fails the release (law 5).
 */
export async function deploy(plan: Plan, context: StepContext): Promise<Outcome> {
  const { log } = context;
  const { cluster } = plan.target;

  const { account } = await log.step('sign-in', 'Sign in to AWS', async (step) => {
    const caller = await signIn(context, { role: plan.target.role, repository: plan.image.repository });
    step.finish(`Signed in to account ${caller.account}, region ${context.region}`);
    return caller;
  });

  const services = await log.step('services', `Read the services of cluster ${cluster}`, async (step) => {
    const read = await readQuietServices(plan, context);
    step.finish(`${nameAll(read)} in cluster ${cluster}`);
    return read;
  });

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

  const run = runIdentity(plan);
  for (const task of plan.beforeDeploy) {
    await log.step('before-deploy', `Run before the deploy: ${task.command.join(' ')}`, async (step) => {
      await beforeDeploy(context, { plan: task, services, revisions, image, run });
      step.finish(`${task.command.join(' ')} exited with code 0`);
    });
  }
  const migration = await migrateIfConfigured(plan, context, { services, revisions, image, run });

  const ends = await log.step('rollout', `Roll out to ${nameAll(services)}`, async (step) => {
    const rolled = await rollOut(
      context,
      cluster,
      services.map((live, index) => ({ live, taskDefinition: revisions[index]!.arn })),
      plan.rollout,
    );
    const told = rolled.map(({ report }) => `${report.name} ${report.outcome}`).join(', ');
    if (isGood(outcomeOf(rolled))) step.finish(told);
    else step.fail(told);
    return rolled;
  });
  await returnOnFailure(plan, context, ends);

  const outcome = worstOutcome(ends.map(({ report }) => report.outcome));
  if (outcome !== 'completed' && outcome !== 'no-change')
    throw releaseError(outcome, ends, migration?.state === 'succeeded');

  await log.step('record', 'Record the release', async (step) => {
    const { release } = await recordSuccess(context, {
      revisions,
      services,
      ledger,
      ...(migration === undefined ? {} : { migration: migration.key }),
    });
    step.finish(`Release ${release} of ${plan.environment}`);
  });
  return outcome;
}

/** Reads the services, refuses what may not be changed, and waits for a deployment of somebody else. */
async function readQuietServices(plan: Plan, context: StepContext): Promise<LiveService[]> {
  const { cluster } = plan.target;
  const services = await readServices(context, cluster, plan.services);
  guardServices(context, services, plan.force);
  const ours = services.filter(
    ({ current }) => readLedger(current.tags, plan.environment).commit === plan.commit,
  );
  const waited = await awaitOtherDeployments(context, cluster, services, plan.rollout, {
    isOurs: (taskDefinition) => ours.some(({ current }) => sameRevision(current.arn, taskDefinition)),
    force: plan.force,
  });
  return waited ? readServices(context, cluster, plan.services) : services;
}

/** The image that the plan asks for; `current` is the one that the first service runs. */
async function deployedImage(
  { image, commit, event }: Plan,
  context: StepContext,
  account: string,
  services: readonly LiveService[],
): Promise<ProvidedImage> {
  const request = { image, commit, runId: event.runId, account };
  if (image.use !== 'current') return provideImage(context, request);
  const { plan: service, current } = services[0]!;
  const running = runningImage(current.definition, {
    repository: image.repository,
    ...(service.container === undefined ? {} : { container: service.container }),
  });
  if (running !== undefined) return provideRunningImage(context, request, running);
  throw new DeployError(
    'IMAGE_NOT_FOUND',
    `image current: service ${service.name} runs no image of ${image.repository}`,
    {
      hint: 'Name a tag or a digest of the repository, or leave `image` out to build one.',
    },
  );
}

async function migrateIfConfigured(plan: Plan, context: StepContext, request: Omit<TaskRequest, 'plan'>) {
  const task = plan.migrate;
  if (task === undefined) return undefined;
  return context.log.step('migrate', `Migrate: ${task.command.join(' ')}`, async (step) => {
    const migration = await migrate(context, { ...request, plan: task });
    if (migration.state === 'skipped') step.skip(`Migration skipped: ${migration.reason}`);
    else step.finish('Migration exited with code 0');
    return migration;
  });
}

/** Law 5: one release. What the migration left is said, because it is never undone. */
async function returnOnFailure(plan: Plan, context: StepContext, ends: readonly ServiceEnd[]): Promise<void> {
  const returning = servicesToReturn(ends, plan.rollout.onFailure);
  if (returning.length === 0) return;
  await context.log.step('rollback', 'Send the services back', async (step) => {
    await returnServices(context, plan.target.cluster, returning, plan.rollout);
    step.finish(returning.map(({ report }) => `${report.name} ${report.outcome}`).join(', '));
  });
}

/** The error of a release that did not complete, in the words of its worst service. */
function releaseError(outcome: Outcome, ends: readonly ServiceEnd[], migrated: boolean): DeployError {
  const { code, hint } = FAILURES[outcome] ?? FAILURES.failed;
  const told = ends.map(
    ({ report }) =>
      `${report.name} ${report.outcome}${report.reason === undefined ? '' : ` (${report.reason})`}`,
  );
  const reasons = ends.flatMap(({ report }) =>
    report.stopReasons.map(({ reason, count }) => `${report.name}: ${count} stopped: ${reason}`),
  );
  const cause = ends.find(({ error }) => error !== undefined)?.error;
  return new DeployError(code, `rollout: ${told.join('; ')}`, {
    hint: [
      cause?.hint ?? hint,
      ...(migrated ? ['The migration of this run succeeded and is not undone.'] : []),
    ].join(' '),
    details: reasons,
    ...(cause === undefined ? {} : { cause }),
  });
}

const FAILURES: Partial<Record<Outcome, { code: ErrorCode; hint: string }>> & {
  failed: { code: ErrorCode; hint: string };
} = {
  failed: {
    code: 'ROLLOUT_FAILED',
    hint: 'Look at the stop reasons and the last log lines above; they are in the job summary too.',
  },
  'rolled-back': {
    code: 'ROLLOUT_ROLLED_BACK',
    hint: 'The revision from before serves again. A migration is never undone: check that it fits the old revision.',
  },
  'rollback-failed': {
    code: 'ROLLBACK_FAILED',
    hint: 'The services may be on different revisions. Look at their events, then deploy again or roll back by hand.',
  },
  superseded: {
    code: 'ROLLOUT_SUPERSEDED',
    hint: 'Somebody deployed while this run waited; that deploy decides what serves now.',
  },
  'timed-out': {
    code: 'ROLLOUT_TIMED_OUT',
    hint: 'Raise `rollout.timeout`, or find out in the service’s events what it waits for.',
  },
};

function nameAll(services: readonly LiveService[]): string {
  return services.map(({ plan: { name } }) => name).join(', ');
}

function outcomeOf(ends: readonly ServiceEnd[]): Outcome {
  return worstOutcome(ends.map(({ report }) => report.outcome));
}

function isGood(outcome: Outcome): boolean {
  return outcome === 'completed' || outcome === 'no-change';
}

/** What is the same in every attempt of this run. */
function runIdentity({ event, environment, target }: Plan): RunIdentity {
  return {
    environment,
    cluster: target.cluster,
    runId: event.runId,
    ...(event.repository === undefined ? {} : { repository: event.repository }),
  };
}

function ledgerFacts({ event, environment, commit, force }: Plan, content: string | undefined): DeployFacts {
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
