/** The network that tasks start in. Rejects with `AwsError`; only `plan` asks. */
export interface Network {
  /** Those of the subnets that are there. */
  subnets(ids: readonly string[]): Promise<Subnet[]>;
  /** Those of the security groups that are there, by id. */
  securityGroups(ids: readonly string[]): Promise<string[]>;
}

export interface Subnet {
  id: string;
  freeAddresses?: number;
}
