import type { JsonObject } from '../rules/text/json.ts';

/** A rule on an event bus; the bus by name or ARN. */
export interface RuleName {
  bus: string;
  name: string;
}

/** EventBridge. Rejects with `AwsError`. Targets pass as they came over the wire, both ways (law 4). */
export interface Events {
  /** Names, all pages. */
  listEventBuses(): Promise<string[]>;
  /** All pages. `managedBy` is the AWS service that made a rule and alone may change it. */
  listRules(bus: string): Promise<RuleFacts[]>;
  /** All pages; undefined where there is no such rule, or no such bus. */
  listTargetsByRule(rule: RuleName): Promise<JsonObject[] | undefined>;
  /** Puts these targets in place of those of the same ids, and answers those that AWS did not take. */
  putTargets(rule: RuleName, targets: readonly JsonObject[]): Promise<RefusedTarget[]>;
}

export interface RuleFacts {
  name: string;
  enabled: boolean;
  /** "rate(1 day)", "cron(…)"; absent where an event starts it. */
  expression?: string;
  managedBy?: string;
}

export interface RefusedTarget {
  id: string;
  /** "ConcurrentModificationException" */
  code: string;
  message: string;
}
