import { CancelledError, DeployError, isAwsError, type AwsError } from '../../errors.ts';
import type { ServiceDeployment } from '../../ports/ecs.ts';
import { needsServiceDeployment } from '../../rules/rollout/traffic-shift.ts';
import type { StepContext } from '../context.ts';
import { findServiceDeployment } from './find-service-deployment.ts';
import type { Watch } from './rollout-watch.ts';

type Context = Pick<StepContext, 'ecs' | 'log'>;

/** Of one rollout: what ECS says of its service deployment, that it has none, or that the answer is lost for now. */
export type DeploymentAnswer = { lost: AwsError } | { deployment: ServiceDeployment | undefined };

/** How often a service deployment is looked for before a service that is rolled counts as one that has none. */
const MOST_LOOKUPS = 3;

/**
 * Reads the service deployments of all rollouts, twenty to a call. What cannot be read for good (no right, no such
 * call) leaves a rolling service to `deployments[]`, and is said; where traffic is shifted it is thrown, since nothing
 * else tells when that is over.
 */
export async function readServiceDeployments(
  context: Context,
  cluster: string,
  watches: readonly Watch[],
): Promise<Map<Watch, DeploymentAnswer>> {
  const answers = new Map<Watch, DeploymentAnswer>();
  const loseAll = (some: readonly Watch[], lost: AwsError) => {
    for (const watch of some) answers.set(watch, { lost });
  };

  const unread = watches.filter(({ isCurrentRead }) => !isCurrentRead);
  const current = await read(context, unread, ({ rollout }) => rollout.currentServiceDeployment);
  if ('lost' in current) loseAll(unread, current.lost);
  else for (const watch of unread) takeUpCurrent(watch, current.found);

  for (const watch of watches.filter((one) => !answers.has(one) && isToBeLookedFor(one))) {
    const looked = await ask(context, [watch], () => findServiceDeployment(context, cluster, watch.rollout));
    if ('lost' in looked) loseAll([watch], looked.lost);
    else {
      watch.lookups += 1;
      if (looked.value !== undefined) name(watch, looked.value);
    }
  }

  const known = watches.filter((watch) => watch.serviceDeploymentArn !== undefined);
  const described = await read(context, known, ({ serviceDeploymentArn }) => serviceDeploymentArn);
  if ('lost' in described) loseAll(known, described.lost);
  for (const watch of watches.filter((one) => !answers.has(one))) {
    const found = 'lost' in described ? [] : described.found;
    const deployment = found.find(({ serviceDeploymentArn: arn }) => arn === watch.serviceDeploymentArn);
    answers.set(watch, { deployment: watch.serviceDeploymentArn === undefined ? undefined : deployment });
  }
  return answers;
}

/**
 * A service can look steady in `deployments[]` while its service deployment still bakes or waits at a hook. One that
 * has ended says nothing about now: it may be an older one, which was rolled back.
 */
function takeUpCurrent(watch: Watch, found: readonly ServiceDeployment[]): void {
  watch.isCurrentRead = true;
  if (watch.serviceDeploymentArn !== undefined) return;
  const { currentServiceDeployment: arn } = watch.rollout;
  const current = found.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn);
  if (current === undefined) return;
  if (arn !== undefined && (current.status === 'IN_PROGRESS' || current.status === 'PENDING'))
    name(watch, arn);
  else watch.expected.isSettled = true;
}

/** The rollout keeps it too: whoever ends the wait must be able to say what to stop. */
function name(watch: Watch, arn: string): void {
  watch.serviceDeploymentArn = arn;
  watch.rollout.serviceDeploymentArn = arn;
}

function isToBeLookedFor({ serviceDeploymentArn, lookups, lastService, expected }: Watch): boolean {
  if (serviceDeploymentArn !== undefined) return false;
  return lookups < MOST_LOOKUPS || (!(expected.isSettled ?? false) && needsServiceDeployment(lastService));
}

async function read(
  context: Context,
  watches: readonly Watch[],
  arnOf: (watch: Watch) => string | undefined,
): Promise<{ found: ServiceDeployment[] } | { lost: AwsError }> {
  const arns = watches.flatMap((watch) => arnOf(watch) ?? []);
  if (arns.length === 0) return { found: [] };
  const answer = await ask(context, watches, () => context.ecs.describeServiceDeployments(arns));
  return 'lost' in answer ? answer : { found: answer.value ?? [] };
}

/** `lost` where a later look may get the answer; no value where none will. */
async function ask<T>(
  { log }: Context,
  watches: readonly Watch[],
  call: () => Promise<T>,
): Promise<{ value: T | undefined } | { lost: AwsError }> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof DeployError) || error instanceof CancelledError) throw error;
    if (isAwsError(error) && error.retryable) {
      log.debug(`service deployment not read: ${error.message}`);
      return { lost: error };
    }
    if (watches.some(({ lastService }) => needsServiceDeployment(lastService))) throw error;
    if (error.code === 'AWS_ACCESS_DENIED') {
      log.warn(
        'Service deployments not readable',
        `${error.message}. The rollout is judged by the service alone. ${error.hint ?? ''}`.trim(),
      );
    } else log.debug(`service deployment not read: ${error.message}`);
    return { value: undefined };
  }
}
