import { taskStateName, type TaskState } from '../../rules/record/saved-state.ts';
import type { StepContext } from '../context.ts';

/** What is written down of one task for the post step. */
export interface TaskMemory {
  remember(state: TaskState): void;
  /** There is no such task any more. */
  forget(): void;
}

export function taskMemory({ saveState }: Pick<StepContext, 'saveState'>): TaskMemory {
  let name: string | undefined;
  return {
    remember: (state) => {
      name = taskStateName(state);
      saveState(name, JSON.stringify(state));
    },
    forget: () => {
      if (name !== undefined) saveState(name, '');
    },
  };
}
