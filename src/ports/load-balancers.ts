import type { TargetGroupFacts } from '../rules/preflight/target-group.ts';

/** Elastic Load Balancing. Rejects with `AwsError`; a deploy needs none of it. */
export interface LoadBalancers {
  /** Seconds that a target group lets a target finish its requests; undefined where it says none. */
  deregistrationDelay(targetGroupArn: string): Promise<number | undefined>;
  /** Undefined where there is no such target group. */
  targetGroup(arn: string): Promise<TargetGroupFacts | undefined>;
}
