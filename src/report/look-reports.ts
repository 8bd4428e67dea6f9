import type { ScheduleKind } from '../rules/schedule/schedule-name.ts';

// What the commands that only look found.

/** All of an environment, each with the revision that it pins. */
export interface InventoryReport {
  services: {
    name: string;
    /** "family:revision" */
    revision: string;
    images: string[];
    desired: number;
    running: number;
  }[];
  /** One for each target that starts a task. */
  schedules: {
    kind: ScheduleKind;
    name: string;
    target?: string;
    /** "family:revision", or the family alone where it pins none. */
    revision: string;
    images: string[];
    enabled: boolean;
    /** "cron(…)" with its time zone, or "on an event". */
    when: string;
    cluster: string;
    /** What is newer than what it pins; absent where nothing is. */
    behind?: string;
    /** The revision is not there any more: it starts nothing. */
    isGone?: true;
  }[];
  /** Every image once, with the revisions that have it. */
  images: { image: string; revisions: string[] }[];
}

/** What a service runs now. */
export interface StatusReport {
  service: string;
  /** "family:revision" */
  revision: string;
  image?: string;
  commit?: string;
  actor?: string;
  /** ISO 8601: when a deploy of it succeeded. */
  verifiedAt?: string;
  release?: number;
  desired: number;
  running: number;
  /** The rollout in flight, in words; absent when the service is steady. */
  inFlight?: string;
  /** The lifecycle hook at which it waits for a person. */
  pausedAt?: string;
}
