import { asDeployError, CancelledError, type DeployError, type Outcome } from '../errors.ts';
import type { ContinuePlan } from '../config/plan.ts';
import { splitRevision } from '../rules/aws/ecs-names.ts';
import { parseImageReference, repositoryUri } from '../rules/image/image-ref.ts';
import { runningImage } from '../rules/image/running-image.ts';
import { readLedger } from '../rules/record/ledger.ts';
import { isGood, isHandedOver, releaseOutcome } from '../rules/rollout/release-verdict.ts';
import { deploymentInFlight } from '../rules/rollout/service-guards.ts';
import { expiryWords } from '../rules/rollout/traffic-shift.ts';
import type { BroughtRevision } from '../rules/schedule/pin.ts';
import type { StepContext } from '../steps/context.ts';
import { findPaused, type PausedService } from '../steps/rollout/find-paused.ts';
import { actOnHook } from '../steps/rollout/lifecycle-hook.ts';
import { openDeployments } from '../steps/services/open-deployments.ts';
import { readServices, type LiveService } from '../steps/services/read-services.ts';
import { recordContinued } from '../steps/record/record.ts';
import { familiesOfRelease, type ContinuedFamily } from '../steps/record/release-families.ts';
import { rememberRollout } from '../steps/rollout/rollout-state.ts';
import { followRollouts, type ServiceEnd } from '../steps/rollout/roll-out.ts';
import { attachRollout, type StartedRollout } from '../steps/rollout/start-rollout.ts';
import type { VerifySubject } from '../steps/verify/verify.ts';
import {
  forgetRollouts,
  judgeRelease,
  nameAll,
  returnChapter,
  servicesChapter,
  signInChapter,
  tellRollout,
} from './chapters.ts';
import { findSchedulesChapter, moveSchedulesChapter } from './schedules-chapter.ts';
import { verifyChapter } from './verify-chapter.ts';

/**
 * Acts on what is paused at a lifecycle hook, whoever started it, and waits for its end. Continued to the end, the
 * release is verified and recorded as a deploy does it; rolled back, what served before goes on serving.
 */
export async function continuePaused(plan: ContinuePlan, context: StepContext): Promise<Outcome> {
  const { log } = context;
  const { cluster } = plan.target;
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: false });
  const paused = await log.step('target', 'Find what is paused', async (step) => {
    const found = await findPaused(context, cluster, services, plan.hookId);
    step.finish(found.map(({ service, hook }) => `${service} is paused ${expiryWords(hook)}`).join('; '));
    return found;
  });

  const followed = rolloutsOf(plan, context, services, paused);
  const [verb, doing, action] = WORDS[plan.action];
  const onCancel = plan.action === 'continue' ? plan.rollout.onCancel : 'keep';
  const ends = await log.step(
    'rollout',
    `${verb} ${nameAll(followed.map(({ live }) => live))}`,
    async (step) => {
      const errors = new Map<LiveService, DeployError>();
      const acted = new Set<LiveService>();
      for (const at of paused) {
        if (context.signal.aborted) break;
        const rollout = followed.find(({ live }) => live === at.live)?.rollout;
        if (rollout !== undefined && plan.action === 'continue')
          rememberContinued(context, cluster, at.live, rollout, onCancel);
        log.info(`${doing} ${at.service}`);
        acted.add(at.live);
        await actOnHook(context, at, action).catch((thrown: unknown) => {
          // The other services go on to a state that can be judged; after a cancel, each is told where it stands.
          if (!(thrown instanceof CancelledError)) errors.set(at.live, asDeployError(thrown));
        });
      }
      const begun = followed.map(({ live, rollout }) => {
        const error = errors.get(live);
        // Nobody has acted on it: it waits as it did before this run.
        const isUntouched = paused.some((at) => at.live === live) && !acted.has(live);
        return {
          live,
          rollout: isUntouched ? { ...rollout, start: 'in-flight' as const } : rollout,
          ...(error === undefined ? {} : { error }),
        };
      });
      const rolled = await followRollouts(context, cluster, begun, { ...plan.rollout, onCancel });
      tellRollout(
        step,
        rolled.map(({ report }) => report),
      );
      return rolled;
    },
  );
  if (plan.action === 'continue') await returnChapter(plan, context, ends);
  const { verify } = plan;
  if (verify === undefined || !isGood(releaseOutcome(ends.map(({ report }) => report))))
    forgetRollouts(context, ends);
  const outcome = judgeRelease(ends);
  if (verify !== undefined && !isHandedOver(outcome))
    await verifyChapter(plan, context, {
      verify,
      ends,
      subject: subjectOf(plan, services),
      migrated: false,
      goesOn: false,
    });
  const others = services.filter((live) => !ends.some((end) => end.live === live));
  if (plan.action === 'rollback') tellOfTheRest(plan, context, ends, others);
  else if (!isHandedOver(outcome)) {
    const families = await familiesOfRelease(
      context,
      plan,
      ends.map(({ live }) => live),
    );
    await schedulesChapter(plan, context, ends, families);
    await recordChapter(plan, context, { ends, others, families });
  }
  return outcome;
}

/**
 * Schedules are the last part of a release: they stay where they are while one of its services is still on its way, also
 * one that this run was not asked for.
 */
async function schedulesChapter(
  plan: ContinuePlan,
  context: StepContext,
  ends: readonly ServiceEnd[],
  families: readonly BroughtRevision[],
): Promise<void> {
  if (plan.schedules === undefined) return;
  const { cluster } = plan.target;
  // What was read before the wait may have come to another end meanwhile.
  const services = await readServices(context, cluster, [...plan.services, ...plan.otherServices]);
  const open = await openDeployments(context, cluster, services);
  if (open.length > 0) {
    const names = nameAll(open.map(({ live }) => live));
    context.log.info(
      `The scheduled tasks stay where they are until the release is complete: ${names} is not`,
    );
    return;
  }
  const revisions = [
    ...services.map(({ current: { arn } }) => ({ arn, family: splitRevision(arn).family })),
    ...families,
  ];
  const schedules = await findSchedulesChapter(plan, context, revisions);
  await moveSchedulesChapter(plan, context, { schedules, revisions, ends });
}

const WORDS = {
  continue: ['Continue', 'Continuing', 'CONTINUE'],
  rollback: ['Roll back', 'Rolling back', 'ROLLBACK'],
} as const;

/** Written down before it is acted on: the run may be killed while it waits for the end. */
function rememberContinued(
  context: Pick<StepContext, 'saveState'>,
  cluster: string,
  live: LiveService,
  { taskDefinition, deploymentId, serviceDeploymentArn, previousTaskDefinition }: StartedRollout,
  onCancel: ContinuePlan['rollout']['onCancel'],
): void {
  rememberRollout(context, cluster, live, {
    taskDefinition,
    onCancel,
    deploymentId,
    ...(serviceDeploymentArn === undefined ? {} : { serviceDeploymentArn }),
    ...(previousTaskDefinition === undefined ? {} : { previousTaskDefinition }),
  });
}

/** What is acted on and, when it shall go on and no hook is named, whatever else of the services is in flight. */
function rolloutsOf(
  { action, hookId, rollout: { onPause } }: ContinuePlan,
  { clock }: Pick<StepContext, 'clock'>,
  services: readonly LiveService[],
  paused: readonly PausedService[],
): { live: LiveService; rollout: StartedRollout }[] {
  const followsOthers = action === 'continue' && hookId === undefined;
  return services.flatMap((live) => {
    const hooks = paused.filter((at) => at.live === live);
    const attached = { ...attachRollout(live, clock.now()), onPause };
    const [first] = hooks;
    if (first === undefined) {
      const isInFlight = deploymentInFlight(live.service.deployments) !== undefined;
      return followsOthers && isInFlight ? [{ live, rollout: attached }] : [];
    }
    const rollout: StartedRollout = {
      ...attached,
      ...first.revisions,
      start: action === 'continue' ? 'continued' : 'stopped',
      serviceDeploymentArn: first.serviceDeploymentArn,
      startedAt: clock.now(),
      seen: true,
      actedOn: hooks.map(({ hook }) => hook.hookId),
    };
    return [{ live, rollout }];
  });
}

/** What a verification is about: the revisions that were continued, as they tell of themselves. */
function subjectOf(
  { environment, target, event, repository = '' }: ContinuePlan,
  services: readonly LiveService[],
): VerifySubject {
  const [commit] = services.flatMap(({ current }) => readLedger(current.tags, environment).commit ?? []);
  const [running] = services.flatMap(({ plan: { container }, current }) => {
    const wanted = { repository, ...(container === undefined ? {} : { container }) };
    return parseImageReference(runningImage(current.definition, wanted) ?? '') ?? [];
  });
  return {
    ...(commit === undefined ? {} : { commit }),
    image:
      running === undefined
        ? { uri: '', digest: '' }
        : { uri: repositoryUri(running), digest: running.digest ?? '' },
    run: {
      environment,
      cluster: target.cluster,
      runId: event.runId,
      ...(event.repository === undefined ? {} : { repository: event.repository }),
    },
    services: services.map((live) => ({ live, taskDefinition: live.current })),
  };
}

async function recordChapter(
  plan: ContinuePlan,
  context: StepContext,
  {
    ends,
    others,
    families,
  }: {
    ends: readonly ServiceEnd[];
    others: readonly LiveService[];
    families: readonly ContinuedFamily[];
  },
): Promise<void> {
  await context.log.step('record', 'Record the release', async (step) => {
    const done = ends.map(({ live, rollout }) => ({
      live,
      ...(rollout?.previousTaskDefinition === undefined
        ? {}
        : { previousTaskDefinition: rollout.previousTaskDefinition }),
    }));
    const { release, names } = await recordContinued(context, { plan, done, others, families });
    step.finish(`Release ${release} of ${plan.environment}: ${names.join(', ')}`);
  });
}

/** Services that completed the release before one of them was rolled back stay on it: that is said, with the way. */
function tellOfTheRest(
  { environment }: ContinuePlan,
  { log }: Pick<StepContext, 'log'>,
  ends: readonly ServiceEnd[],
  others: readonly LiveService[],
): void {
  const runOf = ({ current }: LiveService) => readLedger(current.tags, environment).run;
  const runs = ends.flatMap(({ live }) => runOf(live) ?? []);
  const rest = others.filter((live) => runs.includes(runOf(live) ?? ''));
  if (rest.length === 0) return;
  log.warn(
    'Part of the release stays',
    `${nameAll(rest)} completed the release that was rolled back. To send back too: deploy-action rollback --environment ${environment} --services ${rest.map(({ plan: { name } }) => name).join(',')}`,
  );
}
