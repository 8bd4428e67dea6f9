/** Who we are in AWS. */
export interface Identity {
  /** Rejects with CREDENTIALS_MISSING, ROLE_DENIED or AwsError. */
  caller(): Promise<{ account: string; arn: string }>;
}
