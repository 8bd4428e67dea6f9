import { DeployError, isAwsError } from '../../errors.ts';
import type { FamilyPlan } from '../../config/plan.ts';
import type { StoredTaskDefinition } from '../../ports/ecs.ts';
import { textOf } from '../../rules/task-definition/task-definition.ts';
import { comingDefinition, type DefinitionContext } from './coming-definition.ts';
import type { StepContext } from '../context.ts';

/** A family as the plan wants it, and its newest revision. */
export interface LiveFamily {
  plan: FamilyPlan;
  /** Undefined for a family that its file is going to begin. */
  current: StoredTaskDefinition | undefined;
}

/** Reads the newest revision of each family. What is missing, or does not fit its file, is named together. */
export async function readFamilies(
  context: Pick<StepContext, 'ecs' | 'files' | 'environmentVariable' | 'region'>,
  plans: readonly FamilyPlan[],
): Promise<LiveFamily[]> {
  const families = await Promise.all(
    plans.map(async (plan) => ({ plan, current: await newestOf(context, plan.family) })),
  );
  const missing = families.filter(
    ({ plan, current }) => current === undefined && plan.taskDefinition === undefined,
  );
  if (missing.length > 0) {
    throw new DeployError(
      'FAMILY_NOT_FOUND',
      `there is no active task definition of family ${missing.map(({ plan }) => plan.family).join(', ')} in ${context.region}`,
      {
        hint: 'Check the names and the region. The first revision of a family comes from your infrastructure code, or from a file: `task-definition:` under this family.',
      },
    );
  }
  for (const live of families) await checkFile(context, live);
  return families;
}

/** Undefined for a family without an active revision. */
export async function newestOf(
  { ecs }: Pick<StepContext, 'ecs'>,
  family: string,
): Promise<StoredTaskDefinition | undefined> {
  try {
    return await ecs.describeTaskDefinition(family);
  } catch (error) {
    // ECS answers a family without an active revision with "Unable to describe task definition."
    if (isAwsError(error, 'ClientException')) return undefined;
    throw error;
  }
}

async function checkFile(context: DefinitionContext, live: LiveFamily): Promise<void> {
  const { family, taskDefinition } = live.plan;
  if (taskDefinition === undefined) return;
  const { definition } = await comingDefinition(context, live);
  const found = textOf(definition['family']);
  if (found === family) return;
  throw new DeployError(
    'TASK_DEFINITION_INVALID',
    `task definition file ${taskDefinition}: it is of family ${found}, and deploy.yml names it under family ${family}`,
    { hint: 'Write the same family in both.' },
  );
}
