import { containerNamed, isJsonObject, textOf } from '../task-definition/task-definition.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { fail, pass, warn, type Finding } from './check.ts';

export interface TargetGroupFacts {
  /** "ip", "instance", "lambda", "alb". */
  targetType: string;
  port?: number;
  /** "traffic-port" or a number as text. */
  healthCheckPort?: string;
}

/**
 * Does a target group fit the container behind it? ECS registers each target with its own port, so the group's default
 * port may differ; a health check on a port of its own goes to that one. With awsvpc, tasks are targets by address and
 * the group has to be of type `ip`; otherwise they are instances (ECS developer guide, "Use load balancing to distribute
 * Amazon ECS service traffic").
 */
export function judgeTargetGroup(
  group: TargetGroupFacts,
  definition: JsonObject,
  { container, port }: { container: string; port: number },
): Finding {
  const found = containerNamed(definition, container);
  if (found === undefined) return fail(`the task definition has no container ${container}`);
  if (!maps(found, port))
    return fail(`container ${container} does not map port ${port}, which the service registers`);
  const mode = textOf(definition['networkMode']) || (isForFargate(definition) ? 'awsvpc' : 'bridge');
  const wanted = mode === 'awsvpc' ? 'ip' : 'instance';
  if (group.targetType !== wanted)
    return fail(`its target type is ${group.targetType}; network mode ${mode} needs ${wanted}`);
  const { healthCheckPort = 'traffic-port' } = group;
  if (healthCheckPort !== 'traffic-port' && healthCheckPort !== String(port))
    return maps(found, Number(healthCheckPort))
      ? pass(`${container}:${port}, health checks on port ${healthCheckPort}`)
      : warn(
          `its health check asks port ${healthCheckPort}, which container ${container} does not map; traffic goes to ${port}`,
        );
  return pass(`${container}:${port}, target type ${wanted}`);
}

function maps(container: JsonObject, port: number): boolean {
  const mappings: readonly Json[] = Array.isArray(container['portMappings'])
    ? (container['portMappings'] as readonly Json[])
    : [];
  return mappings.filter(isJsonObject).some((mapping) => {
    const [from, to] = textOf(mapping['containerPortRange']).split('-').map(Number);
    return (
      mapping['containerPort'] === port ||
      (from !== undefined && to !== undefined && from <= port && port <= to)
    );
  });
}

function isForFargate({ requiresCompatibilities }: JsonObject): boolean {
  return Array.isArray(requiresCompatibilities) && requiresCompatibilities.includes('FARGATE');
}
