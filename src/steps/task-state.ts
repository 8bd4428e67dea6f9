import type { OneOffPlan } from '../config/plan.ts';
import type { StepContext } from './context.ts';

/**
 * What the post step needs to know of a task whose process was killed. The ARN is absent between asking ECS for the
 * task and its answer; `startedBy` finds the task then.
 */
export interface TaskState {
  cluster: string;
  startedBy: string;
  onCancel: OneOffPlan['onCancel'];
  arn?: string;
}

/** The name under which it is saved; the text is JSON, and empty when there is no such task. */
export const TASK_STATE = 'task';

export function rememberTask({ saveState }: Pick<StepContext, 'saveState'>, state: TaskState): void {
  saveState(TASK_STATE, JSON.stringify(state));
}

export function forgetTask({ saveState }: Pick<StepContext, 'saveState'>): void {
  saveState(TASK_STATE, '');
}
