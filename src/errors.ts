/** How a run, or one service in it, ended (design: outcomes). Ordered from best to worst. */
export const OUTCOMES = [
  'no-change',
  'completed',
  'paused',
  'superseded',
  'refused',
  'rolled-back',
  'cancelled',
  'timed-out',
  'failed',
  'rollback-failed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * Every error this project can end with. The code is stable: people search for it, and each has its entry in
 * docs/errors.md (a test holds the two lists together). The outcome is what the run reports when the error
 * ends it; `usage` means that nothing was touched (exit code 2).
 */
export const ERROR_CODES = {
  // Usage and configuration: found before the first call.
  INPUT_INVALID: 'usage',
  CONFIG_INVALID: 'usage',
  CONFIG_NOT_FOUND: 'usage',
  BRANCH_NOT_MAPPED: 'usage',
  EVENT_NOT_ALLOWED: 'usage',

  // Signing in.
  CREDENTIALS_MISSING: 'failed',
  ROLE_DENIED: 'failed',
  OIDC_UNAVAILABLE: 'failed',
  ACCOUNT_MISMATCH: 'refused',

  // Any AWS call.
  AWS_ACCESS_DENIED: 'failed',
  AWS_CREDENTIALS_EXPIRED: 'failed',
  AWS_CALL_FAILED: 'failed',

  // Image.
  REPOSITORY_NOT_FOUND: 'failed',
  IMAGE_NOT_FOUND: 'failed',
  IMAGE_TAG_IMMUTABLE: 'failed',
  IMAGE_DIGEST_MISMATCH: 'failed',
  IMAGE_SCAN_FINDINGS: 'refused',
  IMAGE_SCAN_MISSING: 'refused',
  DOCKERFILE_NOT_FOUND: 'failed',
  DOCKER_UNAVAILABLE: 'failed',
  BUILD_SECRET_MISSING: 'failed',
  BUILD_FAILED: 'failed',
  PUSH_FAILED: 'failed',

  // Builds on CodeBuild.
  CODEBUILD_NOT_STARTED: 'failed',
  CODEBUILD_FAILED: 'failed',
  CODEBUILD_TIMED_OUT: 'timed-out',
  CODEBUILD_IMAGE_MISSING: 'failed',

  // Services and revisions.
  CLUSTER_NOT_FOUND: 'failed',
  SERVICE_NOT_FOUND: 'failed',
  SERVICE_UNSUPPORTED: 'refused',
  SERVICE_SCALED_TO_ZERO: 'refused',
  DEPLOYMENT_IN_PROGRESS: 'refused',
  COMMIT_OLDER: 'refused',
  CONTAINER_NOT_FOUND: 'failed',
  FAMILY_NOT_FOUND: 'failed',
  TASK_DEFINITION_INVALID: 'failed',
  TASK_DEFINITION_CHANGED: 'failed',

  REVISION_NOT_FOUND: 'refused',
  REVISION_INACTIVE: 'refused',
  NOTHING_TO_ROLL_BACK: 'refused',
  NOTHING_PAUSED: 'refused',

  // Before a deploy.
  PREFLIGHT_FAILED: 'refused',

  // One-off tasks.
  TASK_NOT_STARTED: 'failed',
  TASK_FAILED: 'failed',
  TASK_TIMED_OUT: 'timed-out',

  // Rollout.
  ROLLOUT_FAILED: 'failed',
  ROLLOUT_ROLLED_BACK: 'rolled-back',
  ROLLOUT_SUPERSEDED: 'superseded',
  ROLLOUT_TIMED_OUT: 'timed-out',
  ROLLBACK_FAILED: 'rollback-failed',

  // Schedules.
  SCHEDULE_NOT_FOUND: 'failed',
  SCHEDULE_TARGET_NOT_FOUND: 'failed',
  SCHEDULE_NOT_MOVED: 'failed',

  // Verification.
  VERIFY_FAILED: 'rolled-back',
  VERIFY_FAILED_LEFT: 'failed',

  // Cookbooks.
  GITHUB_TOKEN_MISSING: 'failed',
  GITHUB_REFUSED: 'failed',
  HISTORY_INCOMPLETE: 'failed',
  COOKBOOK_UNREADABLE: 'refused',
  COOKBOOK_LOCK_FAILED: 'failed',
  BUMP_BLOCKED: 'failed',
  INFRA_DEPLOY_FAILED: 'failed',

  // init.
  INIT_SOURCE_UNREADABLE: 'usage',

  // Ourselves.
  CANCELLED: 'cancelled',
  INTERNAL: 'failed',
} as const satisfies Record<string, Outcome | 'usage'>;
export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  /** What to do about it: one or more sentences. */
  hint?: string;
  cause?: unknown;
  /** Further lines that belong to the error: the tail of a build, the containers to choose from. */
  details?: readonly string[];
}

/**
 * Something went wrong and we know what. The message reads "what failed: reason" with a lower-case first word,
 * so that messages nest.
 */
export class DeployError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, { hint, cause, details = [] }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DeployError';
    this.code = code;
    this.hint = hint;
    this.details = details;
  }

  get outcome(): Outcome {
    const outcome = ERROR_CODES[this.code];
    return outcome === 'usage' ? 'failed' : outcome;
  }

  /** True when nothing was touched: the request itself was wrong (exit code 2). */
  get isUsage(): boolean {
    return ERROR_CODES[this.code] === 'usage';
  }
}

/** One thing wrong with the inputs or with deploy.yml. */
export interface Problem {
  code: ErrorCode;
  message: string;
  hint?: string;
  /** Where, when it stands in a file; line and column count from 1. */
  file?: string;
  line?: number;
  column?: number;
}

/** All that is wrong with the inputs and the file, reported together and before the first call. */
export class UsageError extends DeployError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    const [first] = problems;
    super(
      first.code,
      problems.length === 1 ? first.message : `${problems.length} problems in the configuration`,
      {
        ...(problems.length === 1 && first.hint !== undefined ? { hint: first.hint } : {}),
      },
    );
    this.name = 'UsageError';
    this.problems = problems;
  }
}

/** An AWS call that was refused or got no usable answer, after the retries that it may have. */
export class AwsError extends DeployError {
  /** The IAM action, which is also the name of the call: "ecs:UpdateService". */
  readonly action: string;
  /** The exception's name as AWS gave it: "ServiceNotFoundException". */
  readonly awsCode: string;
  readonly requestId: string | undefined;
  /** A later try may well succeed: throttling, a 5xx, a reset connection. Such an error never ends a wait. */
  readonly retryable: boolean;

  constructor(
    code: ErrorCode,
    call: { action: string; awsCode: string; awsMessage: string; requestId?: string; retryable: boolean },
    details: ErrorDetails = {},
  ) {
    const request = call.requestId === undefined ? '' : `, request ${call.requestId}`;
    super(code, `${call.action}: ${call.awsMessage} (${call.awsCode}${request})`, details);
    this.name = 'AwsError';
    this.action = call.action;
    this.awsCode = call.awsCode;
    this.requestId = call.requestId;
    this.retryable = call.retryable;
  }
}

/** Thrown out of every wait when the run is cancelled; carries the signal that asked for it. */
export class CancelledError extends DeployError {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super('CANCELLED', `cancelled by ${signal}`);
    this.name = 'CancelledError';
    this.signal = signal;
  }

  /** What a process exits with that a signal ended: 128 and the signal's number. */
  get exitCode(): number {
    return 128 + { SIGINT: 2, SIGTERM: 15 }[this.signal];
  }
}

/** A one-off task ran, or tried to, and did not succeed: its own doing, not ours. */
export function isTaskFailure(error: unknown): error is DeployError {
  return error instanceof DeployError && error.code === 'TASK_FAILED';
}

export function isAwsError(error: unknown, awsCode?: string): error is AwsError {
  return error instanceof AwsError && (awsCode === undefined || error.awsCode === awsCode);
}

/** Any thrown thing as a DeployError: what we do not know is a defect of ours (INTERNAL), never a silent success. */
export function asDeployError(thrown: unknown): DeployError {
  if (thrown instanceof DeployError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DeployError('INTERNAL', message === '' ? 'an error without a message' : message, {
    cause: thrown,
    hint: 'This looks like a defect of deploy-action. Run again with debug logging and open an issue with the log.',
  });
}

export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  const worst = Math.max(...outcomes.map((outcome) => OUTCOMES.indexOf(outcome)));
  return OUTCOMES[worst] ?? 'no-change';
}
