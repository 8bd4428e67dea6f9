/** The one call to S3 that the steps make. Rejects with `AwsError`. */
export interface S3 {
  /** Writes a whole object; one of that key is replaced. */
  putObject(object: { bucket: string; key: string; body: Uint8Array }): Promise<void>;
}
