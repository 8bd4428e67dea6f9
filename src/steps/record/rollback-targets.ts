import { asDeployError, DeployError } from '../../errors.ts';
import { revisionName, splitRevision } from '../../rules/aws/ecs-names.ts';
import { rollbackTarget } from '../../rules/rollout/rollback-target.ts';
import { deploymentInFlight } from '../../rules/rollout/service-guards.ts';
import { needsServiceDeployment } from '../../rules/rollout/traffic-shift.ts';
import { servingRevision } from '../../rules/rollout/serving-revision.ts';
import { activeRevision } from '../revision/active-revision.ts';
import type { StepContext } from '../context.ts';
import { revisionsOf } from '../services/open-deployments.ts';
import { readPastRevisions } from '../revision/past-revisions.ts';
import type { LiveService } from '../services/read-services.ts';
import type { ServiceRollout } from '../rollout/roll-out.ts';

export interface RollbackRequest {
  cluster: string;
  environment: string;
  services: readonly LiveService[];
  /** "family:revision" or a number. */
  revision?: string | undefined;
}

/** Where each service goes back to. All that cannot go back are refused together, before any is touched. */
export async function findRollbackTargets(
  context: Pick<StepContext, 'ecs' | 'log'>,
  request: RollbackRequest,
): Promise<ServiceRollout[]> {
  const found = await Promise.allSettled(request.services.map((live) => findTarget(context, request, live)));
  const refused = found.flatMap((result) =>
    result.status === 'rejected' ? [asDeployError(result.reason)] : [],
  );
  const [first, ...others] = refused;
  if (first === undefined)
    return found.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (others.length === 0) throw first;
  throw new DeployError(first.code, refused.map(({ message }) => message).join('; '), {
    cause: first,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

async function findTarget(
  context: Pick<StepContext, 'ecs' | 'log'>,
  { cluster, environment, revision }: RollbackRequest,
  live: LiveService,
): Promise<ServiceRollout> {
  const { plan, service, current } = live;
  if (revision !== undefined) {
    const { family } = splitRevision(current.arn);
    const named = revision.includes(':') ? revision : `${family}:${revision}`;
    return { live, taskDefinition: (await activeRevision(context, named)).arn };
  }

  const deployments = await context.ecs.listServiceDeployments(cluster, plan.name);
  const running = deployments.find(({ status }) => status === 'IN_PROGRESS' || status === 'PENDING');
  if (running !== undefined && needsServiceDeployment(service)) {
    // It bakes or is paused, whatever `deployments[]` calls it: what it leads away from is what there is to go back to.
    const [deployment] = await context.ecs.describeServiceDeployments([running.arn]);
    const { previousTaskDefinition } = await revisionsOf(context, deployment ?? {});
    if (previousTaskDefinition !== undefined)
      return { live, taskDefinition: previousTaskDefinition, stop: running.arn };
  }
  const serving = servingRevision(service);
  if (deploymentInFlight(service.deployments) !== undefined && serving !== undefined) {
    return { live, taskDefinition: serving, ...(running === undefined ? {} : { stop: running.arn }) };
  }

  const target = rollbackTarget(current.arn, {
    successful: await successfulRevisions(context, deployments),
    ledger: (await readPastRevisions(context, [current.arn], environment)).map(({ arn, entry }) => ({
      taskDefinition: arn,
      ...(entry.release === undefined ? {} : { release: entry.release }),
    })),
  });
  if (target === undefined) {
    throw new DeployError(
      'NOTHING_TO_ROLL_BACK',
      `service ${plan.name} runs ${revisionName(current.arn)}, and no release before it is known`,
      {
        hint: 'Name the revision to go back to: `revision`. Releases are known from their first deploy by deploy-action on.',
      },
    );
  }
  return { live, taskDefinition: (await activeRevision(context, target)).arn };
}

async function successfulRevisions(
  { ecs }: Pick<StepContext, 'ecs'>,
  deployments: readonly { status: string; targetServiceRevisionArn?: string }[],
): Promise<string[]> {
  const targets = deployments.flatMap(({ status, targetServiceRevisionArn }) =>
    status === 'SUCCESSFUL' && targetServiceRevisionArn !== undefined ? [targetServiceRevisionArn] : [],
  );
  if (targets.length === 0) return [];
  const revisions = await ecs.describeServiceRevisions([...new Set(targets)].slice(0, 20));
  return targets.flatMap(
    (target) =>
      revisions.find(({ serviceRevisionArn }) => serviceRevisionArn === target)?.taskDefinition ?? [],
  );
}
