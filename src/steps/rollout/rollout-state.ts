import { rolloutStateName, type RolloutState } from '../../rules/record/saved-state.ts';
import { servingRevision } from '../../rules/rollout/serving-revision.ts';
import { sameRevision } from '../../rules/aws/ecs-names.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../services/read-services.ts';

type Context = Pick<StepContext, 'saveState'>;

/** Written down before UpdateService is called, since its answer may never come, and again when it has come. */
export function rememberRollout(
  { saveState }: Context,
  cluster: string,
  { plan: { name }, service }: Pick<LiveService, 'plan' | 'service'>,
  rollout: Pick<RolloutState, 'taskDefinition' | 'onCancel' | 'deploymentId' | 'serviceDeploymentArn'> &
    Partial<Pick<RolloutState, 'previousTaskDefinition'>>,
): void {
  const earlier = service.deployments?.find(({ status }) => status === 'PRIMARY')?.id;
  const serving = servingRevision(service);
  const state: RolloutState = {
    cluster,
    service: name,
    ...(earlier === undefined ? {} : { earlierDeploymentId: earlier }),
    ...(serving === undefined || sameRevision(serving, rollout.taskDefinition)
      ? {}
      : { previousTaskDefinition: serving }),
    ...rollout,
  };
  saveState(rolloutStateName(name), JSON.stringify(state));
}

/** Its rollout is over, or was never ours. */
export function forgetRollout({ saveState }: Context, service: string): void {
  saveState(rolloutStateName(service), '');
}
