import type { JsonObject } from '../text/json.ts';
import { containerNamed, isJsonObject, textOf } from '../task-definition/task-definition.ts';

/** Where the log of a container goes, or why we cannot show it. */
export type LogLocation =
  | {
      group: string;
      region: string;
      /** Absent on EC2 only: the stream is then the container's Docker id. */ prefix?: string;
    }
  | { unreadable: string };

/** The log of a container, from the definition that runs; `region` is the one to take where that names none. */
export function logLocation(definition: JsonObject, container: string, region: string): LogLocation {
  const logging = containerNamed(definition, container)?.['logConfiguration'];
  if (!isJsonObject(logging)) return { unreadable: `container ${container} has no logConfiguration` };
  const driver = textOf(logging['logDriver']);
  if (driver !== 'awslogs') {
    return {
      unreadable: `container ${container} logs with the driver ${driver}, only awslogs can be followed`,
    };
  }
  const options = isJsonObject(logging['options']) ? logging['options'] : {};
  const group = textOf(options['awslogs-group']);
  if (group === '') return { unreadable: `container ${container} names no awslogs-group` };
  const prefix = textOf(options['awslogs-stream-prefix']);
  return { group, region: textOf(options['awslogs-region']) || region, ...(prefix === '' ? {} : { prefix }) };
}

/**
 * The name of the stream: prefix/container/task-id, or the Docker id of the container where there is no prefix
 * (AWS documentation "Send Amazon ECS logs to CloudWatch"); undefined until that is known.
 */
export function logStreamName(
  prefix: string | undefined,
  container: string,
  task: { id: string; runtimeId: string | undefined },
): string | undefined {
  return prefix === undefined ? task.runtimeId : `${prefix}/${container}/${task.id}`;
}
