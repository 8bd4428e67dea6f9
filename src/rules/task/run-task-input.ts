import type { RunTaskCommandInput, Service, TaskOverride } from '@aws-sdk/client-ecs';

/** What a task gets in place of what its revision says; CPU units and MiB, as ECS takes them. */
export interface TaskOverrides {
  readonly cpu?: string;
  readonly memory?: string;
  readonly taskRole?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A one-off task that runs as a service's tasks do: same network, same launch type or capacity provider strategy
 * (ECS takes one of the two, never both), same platform version. Roles come with the definition.
 */
export function runTaskInput(
  service: Service,
  task: {
    cluster: string;
    taskDefinition: string;
    container: string;
    command: readonly string[];
    startedBy: string;
    clientToken: string;
    overrides?: TaskOverrides;
  },
): RunTaskCommandInput & { startedBy: string; clientToken: string } {
  const {
    networkConfiguration,
    capacityProviderStrategy,
    launchType,
    platformVersion,
    placementConstraints,
  } = service;
  const hasStrategy = capacityProviderStrategy !== undefined && capacityProviderStrategy.length > 0;
  return {
    cluster: task.cluster,
    taskDefinition: task.taskDefinition,
    count: 1,
    startedBy: task.startedBy,
    clientToken: task.clientToken,
    overrides: overridesOf(task),
    ...(networkConfiguration?.awsvpcConfiguration === undefined ? {} : { networkConfiguration }),
    ...(hasStrategy ? { capacityProviderStrategy } : launchType ? { launchType } : {}),
    ...(platformVersion ? { platformVersion } : {}),
    ...(placementConstraints && placementConstraints.length > 0 ? { placementConstraints } : {}),
  };
}

function overridesOf({
  container,
  command,
  overrides = {},
}: {
  container: string;
  command: readonly string[];
  overrides?: TaskOverrides;
}): TaskOverride {
  const { cpu, memory, taskRole, environment } = overrides;
  const variables = Object.entries(environment ?? {}).map(([name, value]) => ({ name, value }));
  return {
    containerOverrides: [
      {
        name: container,
        command: [...command],
        ...(variables.length === 0 ? {} : { environment: variables }),
      },
    ],
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(taskRole === undefined ? {} : { taskRoleArn: taskRole }),
  };
}
