import type { JsonObject } from '../rules/text/json.ts';

/** IAM roles. Rejects with `AwsError`; only `plan` asks. */
export interface Roles {
  /** The trust policy of a role by its name without path; undefined where there is no such role. */
  trustPolicy(name: string): Promise<JsonObject | undefined>;
}
