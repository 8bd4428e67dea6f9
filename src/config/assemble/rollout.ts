import type { RolloutPlan } from '../plan.ts';
import type { Draft } from './draft.ts';

export const HALF_AN_HOUR = 30 * 60;

export function rolloutOf({ inputs, sections: { rollout } }: Draft): RolloutPlan {
  return {
    timeoutSeconds: inputs.timeout ?? rollout?.timeout ?? HALF_AN_HOUR,
    onFailure: rollout?.['on-failure'] ?? 'rollback',
    onCancel: rollout?.['on-cancel'] ?? 'keep',
    onPause: rollout?.['on-pause'] ?? 'wait',
    otherDeployment: rollout?.['other-deployment'] ?? 'wait',
  };
}
