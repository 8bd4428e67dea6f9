import { AwsException, type Operations } from './wire.ts';

/** Elastic Load Balancing: target groups, as far as a deploy looks at them. */
export class FakeLoadBalancers {
  readonly #delays = new Map<string, number>();

  addTargetGroup(arn: string, { deregistrationDelay = 300 }: { deregistrationDelay?: number } = {}): void {
    this.#delays.set(arn, deregistrationDelay);
  }

  readonly operations: Operations = {
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
