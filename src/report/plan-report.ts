import type { Check } from '../rules/preflight/check.ts';

/** What a deploy would do, as `plan` foresees it. Part of the report, and so of `--json`. */
export interface PlanReport {
  /** Without those that are not known; a check says why. */
  images: PlannedImage[];
  definitions: PlannedDefinition[];
  /** In the order in which they would run. */
  tasks: PlannedTask[];
  services: PlannedService[];
  /** Targets of scheduled tasks that would move. */
  schedules: PlannedSchedule[];
  checks: Check[];
  /** The commits that are deployed, where nothing but cookbooks changed since: no application would be deployed. */
  onlyCookbooksSince?: string[];
  comment?: PlanComment;
}

export interface PlannedImage {
  /** Of the map `images`. */
  name?: string;
  /** "registry/name" without tag. */
  uri: string;
  action: 'reuse' | 'copy' | 'build';
  /** "registry/name" that it would be copied from. */
  from?: string;
  tag?: string;
  /** Known only where there is nothing to build. */
  digest?: string;
}

export interface PlannedDefinition {
  family: string;
  /** Those that would run it; none for a family that is only registered. */
  services: string[];
  /** The target, where there are several and no service tells which. */
  target?: string;
  /** "family:revision" that runs now, or is the newest; absent for the first of its family. */
  from?: string;
  action: 'register' | 'reuse' | 'unchanged';
  /** "family:revision", where it is there already. */
  to?: string;
  /** The lines of a unified diff, values of environment variables left out: text from outside. */
  diff: string[];
}

export interface PlannedTask {
  purpose: 'before-deploy' | 'migrate' | 'prove-previous' | 'verify';
  /** Absent where no service lends it its network and roles: a build. */
  service?: string;
  command: readonly string[];
  action: 'run' | 'skip';
  reason: string;
}

export interface PlannedService {
  name: string;
  from: string;
  action: 'update' | 'unchanged' | 'refused';
  reason?: string;
}

export interface PlannedSchedule {
  /** "rule nightly", "schedule reports/daily" */
  schedule: string;
  target?: string;
  /** "family:revision" */
  from: string;
  to: string;
  /** It pins another revision than its service runs now, or than the newest of its family. */
  isBehind: boolean;
}

export interface PlanComment {
  operation: 'created' | 'updated' | 'unchanged' | 'skipped';
  url?: string;
  /** Why there is none. */
  reason?: string;
}
