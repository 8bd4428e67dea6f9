import type { Network } from '../../ports/network.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';

/**
 * Only `plan` asks: the SDK's client for EC2 is by far its largest, and is read from disk only then. Ids are sent as a
 * filter, because asked for by id one that is missing would hide the others behind an exception.
 */
export function awsNetwork({ config, ...about }: AwsClientSettings): Network {
  const client = lazily(async () => {
    const { EC2Client } = await import('@aws-sdk/client-ec2');
    return prepared('ec2', new EC2Client(config), about);
  });
  return {
    async subnets(ids) {
      const { DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
      const command = expectMember(
        new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...ids] }] }),
        'Subnets',
      );
      const { Subnets = [] } = await (await client()).send(command);
      return Subnets.flatMap(({ SubnetId, AvailableIpAddressCount }) =>
        SubnetId === undefined
          ? []
          : [
              {
                id: SubnetId,
                ...(AvailableIpAddressCount === undefined ? {} : { freeAddresses: AvailableIpAddressCount }),
              },
            ],
      );
    },

    async securityGroups(ids) {
      const { DescribeSecurityGroupsCommand } = await import('@aws-sdk/client-ec2');
      const command = expectMember(
        new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [...ids] }] }),
        'SecurityGroups',
      );
      const { SecurityGroups = [] } = await (await client()).send(command);
      return SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []);
    },
  };
}
