import { parseImageReference } from '../image/image-ref.ts';
import type { JsonObject } from '../text/json.ts';
import { containersOf, isJsonObject, textOf } from '../task-definition/task-definition.ts';
import { nameOf, type LintRule } from './subject.ts';

/**
 * The execution role fetches secrets everywhere; on Fargate it also pulls from ECR and writes awslogs, which on EC2
 * the instance's role does (ECS developer guide, "task execution IAM role").
 */
export const executionRoleMissing: LintRule = (subject) => {
  if (textOf(subject.definition['executionRoleArn']) !== '') return [];
  const [first] = executionRoleNeeds(subject.definition, subject.service.launchType);
  return first === undefined
    ? []
    : [
        `${nameOf(subject)}: the task definition names no execution role, but ${first}. Give it an \`executionRoleArn\`.`,
      ];
};

/** What wants an execution role, in words; none where the tasks can do without. */
export function executionRoleNeeds(definition: JsonObject, launchType: string | undefined): string[] {
  const isFargate = launchType === 'FARGATE' || has(definition['requiresCompatibilities'], 'FARGATE');
  return containersOf(definition).flatMap((container) => needsOf(container, isFargate));
}

function needsOf(container: JsonObject, isFargate: boolean): string[] {
  const name = `container ${textOf(container['name'])}`;
  const { secrets, repositoryCredentials, logConfiguration } = container;
  const logging = isJsonObject(logConfiguration) ? logConfiguration : {};
  const isSecret = (Array.isArray(secrets) && secrets.length > 0) || hasEntries(logging['secretOptions']);
  return [
    ...(isSecret ? [`${name} has \`secrets\``] : []),
    ...(isJsonObject(repositoryCredentials) ? [`${name} has \`repositoryCredentials\``] : []),
    ...(isFargate && textOf(logging['logDriver']) === 'awslogs'
      ? [`${name} logs with awslogs on Fargate`]
      : []),
    ...(isFargate && isPrivate(textOf(container['image'])) ? [`${name} has an image of ECR on Fargate`] : []),
  ];
}

function isPrivate(image: string): boolean {
  return /\.dkr[.-]ecr\./.test(parseImageReference(image)?.registry ?? '');
}

function has(list: JsonObject[string] | undefined, value: string): boolean {
  return Array.isArray(list) && list.includes(value);
}

function hasEntries(list: JsonObject[string] | undefined): boolean {
  return Array.isArray(list) && list.length > 0;
}
