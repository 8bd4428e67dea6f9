import { containersOf, isJsonObject, textOf } from '../task-definition/task-definition.ts';
import type { Json, JsonObject } from '../text/json.ts';

// What a task definition needs to find when a task of it starts.

/** Every `valueFrom` of secrets and of log drivers, and every login to a registry. */
export function secretSources(definition: JsonObject): string[] {
  return containersOf(definition).flatMap(({ secrets, logConfiguration, repositoryCredentials }) => [
    ...valuesFrom(secrets),
    ...(isJsonObject(logConfiguration) ? valuesFrom(logConfiguration['secretOptions']) : []),
    ...(isJsonObject(repositoryCredentials) ? [textOf(repositoryCredentials['credentialsParameter'])] : []),
  ]);
}

export interface LogGroupNeed {
  group: string;
  region: string;
  /** The driver makes the group where there is none. */
  isCreated: boolean;
}

/** The groups that the awslogs driver writes to. */
export function logGroups(definition: JsonObject, region: string): LogGroupNeed[] {
  return containersOf(definition).flatMap(({ logConfiguration }) => {
    if (!isJsonObject(logConfiguration) || logConfiguration['logDriver'] !== 'awslogs') return [];
    const options = isJsonObject(logConfiguration['options']) ? logConfiguration['options'] : {};
    const group = textOf(options['awslogs-group']);
    if (group === '') return [];
    return [
      {
        group,
        region: textOf(options['awslogs-region']) || region,
        isCreated: textOf(options['awslogs-create-group']) === 'true',
      },
    ];
  });
}

function valuesFrom(secrets: Json | undefined): string[] {
  return Array.isArray(secrets)
    ? secrets.filter(isJsonObject).flatMap(({ valueFrom }) => textOf(valueFrom) || [])
    : [];
}
