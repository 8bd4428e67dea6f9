import { buildStateName, type BuildState } from '../../rules/record/saved-state.ts';
import type { StepContext } from '../context.ts';

/** What is written down of one build for the post step. */
export interface BuildMemory {
  remember(id?: string): void;
  /** There is no such build any more, or it has ended. */
  forget(): void;
}

export function buildMemory(
  { saveState }: Pick<StepContext, 'saveState'>,
  state: Omit<BuildState, 'id'>,
): BuildMemory {
  const name = buildStateName(state);
  return {
    remember: (id) => saveState(name, JSON.stringify({ ...state, ...(id === undefined ? {} : { id }) })),
    forget: () => saveState(name, ''),
  };
}
