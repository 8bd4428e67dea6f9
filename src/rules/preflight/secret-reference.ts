/** Where the value of a container's secret comes from. */
export type SecretReference =
  | { kind: 'parameter'; name: string; region: string }
  /** `id` is what DescribeSecret takes: the ARN without the key, version stage and version id that ECS allows behind it. */
  | { kind: 'secret'; id: string; name: string; region: string };

const PARAMETER = /^arn:aws[\w-]*:ssm:(?<region>[\w-]+):\d{12}:parameter(?<name>\/.+)$/u;
const SECRET =
  /^(?<id>arn:aws[\w-]*:secretsmanager:(?<region>[\w-]+):\d{12}:secret:(?<name>[^:]+))(?::.*)?$/u;

/**
 * A `valueFrom` taken apart (ECS developer guide, "Pass sensitive data to an Amazon ECS container"): the ARN of a secret
 * of Secrets Manager, the ARN of a parameter of Parameter Store, or the name of a parameter in the task's own region.
 */
export function secretReference(valueFrom: string, region: string): SecretReference | undefined {
  const secret = SECRET.exec(valueFrom)?.groups;
  if (secret !== undefined)
    return {
      kind: 'secret',
      id: secret['id'] ?? '',
      name: secret['name'] ?? '',
      region: secret['region'] ?? region,
    };
  const parameter = PARAMETER.exec(valueFrom)?.groups;
  if (parameter !== undefined)
    return {
      kind: 'parameter',
      name: nameInArn(parameter['name'] ?? ''),
      region: parameter['region'] ?? region,
    };
  if (valueFrom === '' || valueFrom.startsWith('arn:')) return undefined;
  return { kind: 'parameter', name: valueFrom, region };
}

/** "parameter/a/b" is "/a/b", and "parameter/a" is "a": only a name with levels begins with a slash. */
function nameInArn(path: string): string {
  return path.slice(1).includes('/') ? path : path.slice(1);
}
