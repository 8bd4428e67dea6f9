import type { Command, NotifyPlan } from '../plan.ts';
import type { Draft } from './draft.ts';

/** The commands that change what serves: people want to hear of those. */
const TOLD: readonly Command[] = ['deploy', 'rollback', 'redeploy', 'continue'];

export function notifyOf({ sections }: Draft, command: Command): { notify?: NotifyPlan } {
  const { notify } = sections;
  return notify === undefined || !TOLD.includes(command) ? {} : { notify };
}
