/** Actions of ECS, the tokens of their bucket, and how many come back in a second (AWS documentation, request throttling). */
const LIMITS: readonly [actions: string[], burst: number, perSecond: number][] = [
  [['RegisterTaskDefinition', 'DeregisterTaskDefinition'], 20, 1],
  [['DescribeTaskDefinition', 'ListTaskDefinitions'], 50, 20],
  [['RunTask', 'StopTask'], 100, 40],
  [['DescribeTasks', 'ListTasks'], 100, 20],
  [['UpdateService'], 50, 5],
  [['DescribeServices', 'ListServices'], 100, 20],
  [['ListServiceDeployments', 'DescribeServiceDeployments'], 50, 20],
  [['DescribeServiceRevisions'], 50, 20],
  [['TagResource'], 20, 10],
];

/** ECS as it throttles an account: calls beyond the tokens that are left are refused. */
export class Throttle {
  readonly #buckets = LIMITS.map(([actions, burst, perSecond]) => ({
    actions,
    burst,
    perSecond,
    tokens: burst,
    at: 0,
  }));

  /** `now` in milliseconds. */
  allows({ service, operation }: { service: string; operation: string }, now: number): boolean {
    const bucket =
      service === 'ecs' ? this.#buckets.find(({ actions }) => actions.includes(operation)) : undefined;
    if (bucket === undefined) return true;
    const { tokens, burst, perSecond, at } = bucket;
    bucket.tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1000);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
