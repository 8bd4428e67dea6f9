/** Parameter Store and Secrets Manager: whether something is there. Values are never read. Rejects with `AwsError`. */
export interface Secrets {
  /** Those of the names that are parameters in the region. */
  existingParameters(names: readonly string[], region: string): Promise<ReadonlySet<string>>;
  /** A secret by its ARN or name; undefined where there is none. */
  describeSecret(id: string, region: string): Promise<{ isDeleted: boolean } | undefined>;
}
