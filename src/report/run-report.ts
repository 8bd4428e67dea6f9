import type { ErrorCode, Outcome } from '../errors.ts';
import type { Raise } from '../rules/cookbook/raise-plan.ts';
import type { CookbookProblem } from '../rules/cookbook/reading.ts';
import type { Release } from '../rules/record/releases.ts';
import type { ScheduleKind } from '../rules/schedule/schedule-name.ts';
import type { InventoryReport, StatusReport } from './look-reports.ts';
import type { PlanReport } from './plan-report.ts';

/**
 * What is known of a run so far. The steps fill it in as facts become known, so that a failure reports all that
 * was known when it came. Outputs, job summary and `--json` are views of this one object.
 */
export interface RunReport {
  command: string;
  environment?: string;
  commit?: string;
  repository?: string;
  actor?: string;
  runUrl?: string;
  commitUrl?: string;
  region?: string;
  cluster?: string;
  account?: string;
  /** The reason given to override guards. */
  forced?: string;
  /** The (first) image. */
  image?: ImageReport;
  /** Those of the map `images`, in the order of the file. */
  images?: (ImageReport & { name: string })[];
  revisions: RevisionReport[];
  /** Of families that no service of the deploy runs. */
  families: FamilyReport[];
  tasks: TaskReport[];
  /** Builds on CodeBuild. */
  builds: BuildReport[];
  /** Every verification, in the order in which they began. */
  verify?: VerifyReport[];
  services: ServiceReport[];
  /** The scheduled tasks that follow the deploy, one entry for each target; absent where none are asked for. */
  schedules?: ScheduleReport[];
  steps: StepReport[];
  /** Said once each: things a person should know that did not stop the run. */
  warnings: WarningReport[];
  /** What `inventory` found. */
  inventory?: InventoryReport;
  /** What `status` found. */
  status?: StatusReport[];
  /** What `history` found, newest first. */
  releases?: Release[];
  /** What a deploy would do; of `plan` alone. */
  plan?: PlanReport;
  /** Where the environment has several. */
  targets?: TargetReport[];
  /** What `init` wrote. */
  init?: InitReport;
  /** What became of the cookbooks; absent where the run had nothing to do with them. */
  cookbooks?: CookbooksReport;
  /** The address of this version's files, with a slash at its end, where the host knows it. */
  docs?: string;
  outcome?: Outcome;
  failedStep?: string;
  error?: ErrorReport;
}

/** One of several targets of the environment; what it did stands among the services, revisions and steps of the run. */
export interface TargetReport {
  name: string;
  /** Absent where no cluster is needed: only families are registered. */
  cluster?: string;
  region?: string;
  /** `waiting` at the end: one before it failed. */
  state: 'waiting' | 'running' | 'ended';
  outcome?: Outcome;
  /** Why, when it failed. */
  reason?: string;
}

export interface InitReport {
  /** `kept`: it was there before, and is as it was. */
  files: { path: string; state: 'written' | 'kept' }[];
  /** What is left to do, one sentence each. */
  notes: string[];
}

export interface CookbooksReport {
  /** What was done about the pull request. */
  operation: 'created' | 'updated' | 'unchanged' | 'closed' | 'snoozed' | 'blocked' | 'none';
  pullRequest?: { number: number; url: string };
  /** The versions that it raises, or would. */
  raises: readonly Raise[];
  /** What a person has to mend. */
  problems: readonly CookbookProblem[];
  /** Name → version; absent while it is not known. */
  released?: Readonly<Record<string, string>>;
  infraDeploy?: 'succeeded' | 'failed' | 'skipped';
}

export interface ImageReport {
  /** "registry/name" without tag. */
  uri: string;
  digest: string;
  /** The tag it is known by, the content tag where we made it. */
  tag?: string;
  reused: boolean;
}

export interface RevisionReport {
  service: string;
  family: string;
  /** "family:revision" */
  from?: string;
  to: string;
  state: 'registered' | 'reused' | 'unchanged';
}

export interface FamilyReport {
  family: string;
  /** "family:revision" */
  from?: string;
  to: string;
  state: 'registered' | 'reused' | 'unchanged';
}

export interface TaskReport {
  purpose: 'migrate' | 'prove-previous' | 'before-deploy' | 'verify' | 'run';
  service: string;
  command: readonly string[];
  state: 'succeeded' | 'failed' | 'timed-out' | 'skipped' | 'running';
  arn?: string;
  exitCode?: number;
  /** Why it stopped or why it was skipped, in words. */
  reason?: string;
  seconds?: { provision?: number; pull?: number; run?: number };
  /** The last lines of its log: text from outside. */
  logTail: string[];
  logStream?: { group: string; stream: string; region: string };
}

/** A build on CodeBuild. */
export interface BuildReport {
  purpose: 'image' | 'before-deploy';
  project: string;
  /** What it builds: the image's reference; absent for a step that builds none. */
  subject?: string;
  state: 'running' | 'succeeded' | 'failed' | 'timed-out' | 'stopped';
  /** "PROJECT:UUID" */
  id?: string;
  /** Its page in the AWS console. */
  url?: string;
  /** The phase that it is in, or that failed. */
  phase?: string;
  reason?: string;
  seconds?: number;
  /** The last lines of its log: text from outside. */
  logTail: string[];
  logStream?: { group: string; stream: string; region: string };
}

export interface VerifyReport {
  kind: 'command' | 'url' | 'task';
  /** What was run or asked, in words. */
  title: string;
  /** At the PAUSE hook of a service's deployment, or after the rollouts. */
  at: 'hook' | 'end';
  /** The service that waited for it at a hook. */
  service?: string;
  hookId?: string;
  /** `stopped`: it came to no end, because the run was cancelled or the hook was acted on meanwhile. */
  state: 'running' | 'passed' | 'failed' | 'timed-out' | 'stopped';
  /** How often an address was asked; 1 for a command and a task. */
  attempts: number;
  seconds?: number;
  reason?: string;
  /** The last lines of its output, or what an address answered: text from outside. */
  tail: string[];
}

export interface ServiceReport {
  name: string;
  /** "family:revision" before and after this run. */
  from?: string;
  to?: string;
  outcome: Outcome;
  /** Why, when it is not simply completed. */
  reason?: string;
  deploymentId?: string;
  serviceDeploymentArn?: string;
  /** The lifecycle hook that it waits at. */
  hookId?: string;
  desired?: number;
  running?: number;
  seconds?: number;
  /** Why tasks stopped, grouped, newest first. */
  stopReasons: { reason: string; count: number; hint?: string }[];
  /** The last lines of one failed container: text from outside. */
  logTail: string[];
}

/** One target of a rule, or one schedule. */
export interface ScheduleReport {
  kind: ScheduleKind;
  /** "NAME", "BUS/NAME", "GROUP/NAME" */
  name: string;
  /** The id of a rule's target. */
  target?: string;
  /** "family:revision", or the family alone where none is pinned. */
  from: string;
  to: string;
  /**
   * `unchanged`: it started that revision already. `unpinned`: it names no revision and is left alone. `pending`: not
   * reached. `returned`: it is back on `from`.
   */
  state: 'moved' | 'unchanged' | 'unpinned' | 'pending' | 'failed' | 'returned';
}

/** The steps of a run, in the order they happen. */
export type StepId =
  | 'configure'
  | 'read-chain'
  | 'init'
  | 'bump'
  | 'sign-in'
  | 'services'
  | 'image'
  | 'scan'
  | 'compare'
  | 'preflight'
  | 'comment'
  | 'register'
  | 'before-deploy'
  | 'migrate'
  | 'prove-previous'
  | 'run'
  | 'target'
  | 'rollout'
  | 'schedules'
  | 'verify'
  | 'rollback'
  | 'record'
  | 'infra-deploy';

export interface StepReport {
  id: StepId;
  title: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt?: number;
  state: 'running' | 'done' | 'skipped' | 'failed';
  /** The one line at the end of the step's group. */
  result?: string;
}

export interface WarningReport {
  title: string;
  message: string;
}

export interface ErrorReport {
  code: ErrorCode;
  message: string;
  hint?: string;
  details: readonly string[];
}

export function newRunReport(command: string): RunReport {
  return {
    command,
    revisions: [],
    families: [],
    tasks: [],
    builds: [],
    services: [],
    steps: [],
    warnings: [],
  };
}
