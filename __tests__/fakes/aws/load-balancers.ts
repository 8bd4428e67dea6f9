import { AwsException, type Operations } from './wire.ts';

interface TargetGroup {
  targetType?: 'ip' | 'instance';
  port?: number;
  healthCheckPort?: string;
}

/** Elastic Load Balancing: target groups, as far as a deploy looks at them. */
export class FakeLoadBalancers {
  readonly #delays = new Map<string, number>();
  readonly #groups = new Map<string, TargetGroup>();

  addTargetGroup(
    arn: string,
    { deregistrationDelay = 300, ...group }: TargetGroup & { deregistrationDelay?: number } = {},
  ): void {
    this.#delays.set(arn, deregistrationDelay);
    this.#groups.set(arn, group);
  }

  readonly operations: Operations = {
    DescribeTargetGroups: ({ TargetGroupArns = [] }: { TargetGroupArns?: string[] }) => ({
      TargetGroups: TargetGroupArns.map((arn) => {
        const group = this.#groups.get(arn);
        if (group === undefined)
          throw new AwsException('TargetGroupNotFound', 'One or more target groups not found');
        const { targetType = 'ip', port = 80, healthCheckPort = 'traffic-port' } = group;
        return {
          TargetGroupArn: arn,
          TargetGroupName: arn.split('/').at(-2),
          Protocol: 'HTTP',
          Port: port,
          HealthCheckPort: healthCheckPort,
          TargetType: targetType,
        };
      }),
    }),

    DescribeTargetGroupAttributes: ({ TargetGroupArn = '' }: { TargetGroupArn?: string }) => {
      const delay = this.#delays.get(TargetGroupArn);
      if (delay === undefined)
        throw new AwsException('TargetGroupNotFound', `Target groups '${TargetGroupArn}' not found`);
      return {
        Attributes: [
          { Key: 'stickiness.enabled', Value: 'false' },
          { Key: 'deregistration_delay.timeout_seconds', Value: String(delay) },
        ],
      };
    },
  };
}
