import type { JsonObject } from '../rules/text/json.ts';

export interface SchedulerName {
  group: string;
  name: string;
}

/** EventBridge Scheduler. Rejects with `AwsError`. A schedule passes as it came over the wire, both ways (law 4). */
export interface Scheduler {
  /** All groups, all pages; `targetArn` is the cluster where the target is an ECS task. */
  listSchedules(): Promise<(SchedulerName & { targetArn: string })[]>;
  /** Undefined where there is no such schedule, or no such group. */
  getSchedule(name: SchedulerName): Promise<JsonObject | undefined>;
  /**
   * Puts a schedule in the place of what there is under its name: what is not in it falls back to its default (API
   * reference, UpdateSchedule). Takes what `getSchedule` answers, and leaves out what AWS alone writes.
   */
  updateSchedule(name: SchedulerName, schedule: JsonObject): Promise<void>;
}
