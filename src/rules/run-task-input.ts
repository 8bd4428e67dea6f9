import type { RunTaskCommandInput, Service } from '@aws-sdk/client-ecs';

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
    overrides: { containerOverrides: [{ name: task.container, command: [...task.command] }] },
    ...(networkConfiguration?.awsvpcConfiguration === undefined ? {} : { networkConfiguration }),
    ...(hasStrategy ? { capacityProviderStrategy } : launchType ? { launchType } : {}),
    ...(platformVersion ? { platformVersion } : {}),
    ...(placementConstraints && placementConstraints.length > 0 ? { placementConstraints } : {}),
  };
}
