import type { Json, JsonObject } from '../text/json.ts';
import { isJsonObject } from '../task-definition/task-definition.ts';

const ECS_TASKS = 'ecs-tasks.amazonaws.com';

/**
 * May ECS assume a role for tasks, by its trust policy? `conditional`: under conditions only, which only AWS can judge.
 * (ECS developer guide, "task IAM role": the principal is ecs-tasks.amazonaws.com.)
 */
export function trustOfEcsTasks(policy: JsonObject): 'yes' | 'conditional' | 'no' {
  const statements = listOf(policy['Statement'])
    .filter(isJsonObject)
    .filter((statement) => namesEcsTasks(statement['Principal']) && assumes(statement['Action']));
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
  const denying = statements.filter(({ Effect }) => Effect === 'Deny');
  if (allowing.length === 0 || denying.some((statement) => !isConditional(statement))) return 'no';
  return denying.length === 0 && allowing.some((statement) => !isConditional(statement))
    ? 'yes'
    : 'conditional';
}

function namesEcsTasks(principal: Json | undefined): boolean {
  if (principal === '*') return true;
  if (!isJsonObject(principal)) return false;
  return listOf(principal['Service']).some((service) => service === ECS_TASKS || service === '*');
}

function assumes(action: Json | undefined): boolean {
  return listOf(action).some(
    (name) => typeof name === 'string' && ['sts:assumerole', 'sts:*', '*'].includes(name.toLowerCase()),
  );
}

function isConditional({ Condition }: JsonObject): boolean {
  return isJsonObject(Condition) && Object.keys(Condition).length > 0;
}

/** IAM takes one thing for a list of one. */
function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
