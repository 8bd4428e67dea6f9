import { isAwsError } from '../../errors.ts';
import type { LoadBalancers } from '../../ports/load-balancers.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';

const DELAY = 'deregistration_delay.timeout_seconds';

/** Few runs ask, so the SDK's client is read from disk only then. */
export function awsLoadBalancers({ config, ...about }: AwsClientSettings): LoadBalancers {
  const client = lazily(async () => {
    const { ElasticLoadBalancingV2Client } = await import('@aws-sdk/client-elastic-load-balancing-v2');
    return prepared('elasticloadbalancing', new ElasticLoadBalancingV2Client(config), about);
  });
  return {
    async deregistrationDelay(targetGroupArn) {
      const { DescribeTargetGroupAttributesCommand } =
        await import('@aws-sdk/client-elastic-load-balancing-v2');
      const command = new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn });
      const { Attributes = [] } = await (await client()).send(command);
      const seconds = Number.parseInt(Attributes.find(({ Key }) => Key === DELAY)?.Value ?? '', 10);
      return Number.isNaN(seconds) ? undefined : seconds;
    },

    async targetGroup(arn) {
      const { DescribeTargetGroupsCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
      const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
      try {
        const answer = await (await client()).send(expectMember(command, 'TargetGroups'));
        const [found] = answer.TargetGroups ?? [];
        if (found === undefined) return undefined;
        return {
          targetType: found.TargetType ?? 'instance',
          ...(found.Port === undefined ? {} : { port: found.Port }),
          ...(found.HealthCheckPort === undefined ? {} : { healthCheckPort: found.HealthCheckPort }),
        };
      } catch (error) {
        if (isAwsError(error, 'TargetGroupNotFoundException') || isAwsError(error, 'TargetGroupNotFound'))
          return undefined;
        throw error;
      }
    },
  };
}
