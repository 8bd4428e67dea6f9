import { DeployError } from '../../errors.ts';
import type { StoredTaskDefinition } from '../../ports/ecs.ts';
import type { ResourceTag } from '../../rules/record/ledger.ts';
import { registrable } from '../../rules/task-definition/task-definition.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { StepContext } from '../context.ts';

/** A service or a family: its file in the checkout, and what there is in ECS. */
export interface Defined {
  plan: { taskDefinition?: string };
  current: StoredTaskDefinition | undefined;
}

/** What reads a file of a definition, and fills it in. */
export type DefinitionContext = Pick<StepContext, 'files' | 'environmentVariable'>;

/** What will be registered, but for the images: the file where there is one, else what runs now. */
export async function comingDefinition(
  context: DefinitionContext,
  { plan, current }: Defined,
): Promise<{ definition: JsonObject; tags: ResourceTag[] }> {
  const tags = current?.tags ?? [];
  if (plan.taskDefinition === undefined) return { definition: registrable(current?.definition ?? {}), tags };
  const file = await readFile(context, plan.taskDefinition);
  return {
    definition: file.definition,
    tags: [...file.tags, ...tags.filter(({ key }) => !file.tags.some((tag) => tag.key === key))],
  };
}

/** For what is only looked at beforehand: a file that cannot be read is told of when it is registered. */
export async function likelyDefinition(context: DefinitionContext, defined: Defined): Promise<JsonObject> {
  try {
    return (await comingDefinition(context, defined)).definition;
  } catch {
    return defined.current?.definition ?? {};
  }
}

async function readFile({ files, environmentVariable }: DefinitionContext, path: string) {
  const text = await files.read(path);
  if (text === undefined) {
    throw new DeployError('TASK_DEFINITION_INVALID', `task definition file ${path}: there is no such file`, {
      hint: 'The path is relative to the root of the checkout. Is the repository checked out before this step?',
    });
  }
  // Few deploys have such a file; its parser is read from disk for them alone.
  const { parseTaskDefinitionFile } = await import('../../rules/task-definition/task-definition-file.ts');
  return parseTaskDefinitionFile(path, text, environmentVariable);
}
