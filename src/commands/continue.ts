import { asDeployError, CancelledError, type DeployError, type Outcome } from '../errors.ts';
import type { ContinuePlan } from '../config/plan.ts';
import { readLedger } from '../rules/record/ledger.ts';
import { isHandedOver } from '../rules/rollout/release-verdict.ts';
import { deploymentInFlight } from '../rules/rollout/service-guards.ts';
import { expiryWords } from '../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../steps/context.ts';
import { findPaused, type PausedService } from '../steps/find-paused.ts';
import { actOnHook } from '../steps/lifecycle-hook.ts';
import type { LiveService } from '../steps/read-services.ts';
import { recordContinued } from '../steps/record.ts';
import { followRollouts, type ServiceEnd } from '../steps/roll-out.ts';
import { attachRollout, type StartedRollout } from '../steps/start-rollout.ts';
import {
  judgeRelease,
  nameAll,
  returnChapter,
  servicesChapter,
  signInChapter,
  tellRollout,
} from './chapters.ts';

/**
 * Acts on what is paused at a lifecycle hook, whoever started it, and waits for its end. Continued to the end, the
 * release is recorded as a deploy records it; rolled back, what served before goes on serving.
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
  const ends = await log.step(
    'rollout',
    `${verb} ${nameAll(followed.map(({ live }) => live))}`,
    async (step) => {
      const errors = new Map<LiveService, DeployError>();
      for (const at of paused) {
        log.info(`${doing} ${at.service}`);
        await actOnHook(context, at, action).catch((thrown: unknown) => {
          if (thrown instanceof CancelledError) throw thrown;
          // The other services go on to a state that can be judged.
          errors.set(at.live, asDeployError(thrown));
        });
      }
      const acted = followed.map(({ live, rollout }) => {
        const error = errors.get(live);
        return { live, rollout, ...(error === undefined ? {} : { error }) };
      });
      const rolled = await followRollouts(context, cluster, acted, plan.rollout);
      tellRollout(
        step,
        rolled.map(({ report }) => report),
      );
      return rolled;
    },
  );
  if (plan.action === 'continue') await returnChapter(plan, context, ends);
  const outcome = judgeRelease(ends);
  const others = services.filter((live) => !ends.some((end) => end.live === live));
  if (plan.action === 'rollback') tellOfTheRest(plan, context, ends, others);
  else if (!isHandedOver(outcome)) await recordChapter(plan, context, ends, others);
  return outcome;
}

const WORDS = {
  continue: ['Continue', 'Continuing', 'CONTINUE'],
  rollback: ['Roll back', 'Rolling back', 'ROLLBACK'],
} as const;

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

async function recordChapter(
  plan: ContinuePlan,
  context: StepContext,
  ends: readonly ServiceEnd[],
  others: readonly LiveService[],
): Promise<void> {
  await context.log.step('record', 'Record the release', async (step) => {
    const done = ends.map(({ live, rollout }) => ({
      live,
      ...(rollout?.previousTaskDefinition === undefined
        ? {}
        : { previousTaskDefinition: rollout.previousTaskDefinition }),
    }));
    const { release, services } = await recordContinued(context, { plan, done, others });
    step.finish(`Release ${release} of ${plan.environment}: ${services.join(', ')}`);
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
