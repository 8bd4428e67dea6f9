import type { Operations } from './wire.ts';

interface Filtered {
  Filters?: { Name?: string; Values?: string[] }[];
}

/** EC2: subnets and security groups. */
export class FakeNetwork {
  readonly #subnets = new Map<string, number>();
  readonly #groups = new Set<string>();

  addSubnet(id: string, { freeAddresses = 250 } = {}): void {
    this.#subnets.set(id, freeAddresses);
  }

  addSecurityGroup(id: string): void {
    this.#groups.add(id);
  }

  readonly operations: Operations = {
    DescribeSubnets: (input: Filtered) => ({
      subnetSet: wanted(input, 'subnet-id')
        .filter((id) => this.#subnets.has(id))
        .map((subnetId) => ({
          subnetId,
          vpcId: 'vpc-1',
          availableIpAddressCount: this.#subnets.get(subnetId),
        })),
    }),

    DescribeSecurityGroups: (input: Filtered) => ({
      securityGroupInfo: wanted(input, 'group-id')
        .filter((id) => this.#groups.has(id))
        .map((groupId) => ({ groupId, groupName: groupId, vpcId: 'vpc-1' })),
    }),
  };
}

function wanted({ Filters = [] }: Filtered, name: string): string[] {
  return Filters.find((filter) => filter.Name === name)?.Values ?? [];
}
