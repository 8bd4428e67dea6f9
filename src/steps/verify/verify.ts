import { asDeployError } from '../../errors.ts';
import type { VerifyPlan } from '../../config/plan.ts';
import type { VerifyReport } from '../../report/run-report.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { withoutQuery } from '../../rules/input/web-address.ts';
import type { VerifiedRelease } from '../../rules/verify/verify-environment.ts';
import type { StepContext } from '../context.ts';
import type { PausedAt } from '../rollout/lifecycle-hook.ts';
import { verifyByCommand } from './by-command.ts';
import { verifyByTask, type VerifyTaskRequest } from './by-task.ts';
import { verifyByUrl } from './by-url.ts';
import type { Finding, Progress } from './finding.ts';

type Context = Pick<
  StepContext,
  'ecs' | 'logs' | 'clock' | 'log' | 'report' | 'region' | 'signal' | 'saveState' | 'runCommand' | 'httpGet'
>;

/** What was rolled out and is to be verified. */
export interface VerifySubject extends Omit<VerifyTaskRequest, 'plan'> {
  commit?: string;
}

export interface VerifyRequest {
  plan: VerifyPlan;
  subject: VerifySubject;
  /** What makes it the same verification in another attempt of the run: the hook, or the deployments. */
  of: string;
  /** The deployment that waits for it at a PAUSE hook; after the rollouts there is none. */
  at?: PausedAt;
}

/** A hook shall not expire before we have acted on it. */
const BEFORE_EXPIRY_MS = 15_000;

/**
 * Verifies a release in the way that the plan says, and puts what it found into the report. Rejects where it could not
 * come to an end: with the reason of the signal, or an AwsError where AWS was lost.
 */
export async function verify(context: Context, request: VerifyRequest): Promise<VerifyReport> {
  const { plan, at } = request;
  const progress: Progress = { attempts: 0, tail: [] };
  const report: VerifyReport = {
    kind: plan.kind,
    title: verifyTitle(plan),
    at: at === undefined ? 'end' : 'hook',
    ...(at === undefined ? {} : { service: at.service, hookId: at.hook.hookId }),
    state: 'running',
    attempts: 0,
    tail: [],
  };
  (context.report.verify ??= []).push(report);
  const since = context.clock.now();
  try {
    return Object.assign(report, await find(context, request, progress));
  } catch (thrown) {
    report.state = 'stopped';
    report.reason = asDeployError(thrown).message;
    throw thrown;
  } finally {
    Object.assign(report, progress, { seconds: (context.clock.now() - since) / 1000 });
  }
}

/** "`./smoke.sh --fast`", "https://staging.example.com/health", "task `bin/check` on web". */
export function verifyTitle(plan: VerifyPlan): string {
  if (plan.kind === 'command') return `\`${plan.command.join(' ')}\``;
  if (plan.kind === 'url') return withoutQuery(plan.url, plan.url);
  return `task \`${plan.task.command.join(' ')}\` on ${plan.task.service}`;
}

async function find(
  context: Context,
  { plan, subject, of, at }: VerifyRequest,
  progress: Progress,
): Promise<Finding> {
  const timeoutSeconds = timeoutOf(plan, at, context.clock.now());
  switch (plan.kind) {
    case 'command':
      return verifyByCommand(context, { ...plan, timeoutSeconds }, releaseOf(context, subject, at), progress);
    case 'url':
      return verifyByUrl(context, { ...plan, timeoutSeconds }, progress);
    case 'task': {
      const task = { ...plan.task, timeoutSeconds };
      const run = { ...subject.run, runId: `${subject.run.runId}/${of}` };
      return verifyByTask(context, { ...subject, run, plan: { ...plan, task } }, progress);
    }
  }
}

function timeoutOf({ timeoutSeconds }: VerifyPlan, at: PausedAt | undefined, now: number): number {
  const { expiresAt } = at?.hook ?? {};
  if (expiresAt === undefined) return timeoutSeconds;
  const left = Math.floor((expiresAt.getTime() - now - BEFORE_EXPIRY_MS) / 1000);
  return Math.min(timeoutSeconds, Math.max(1, left));
}

function releaseOf(
  { region }: Pick<Context, 'region'>,
  { run, commit, image: { uri, digest }, services }: VerifySubject,
  at: PausedAt | undefined,
): VerifiedRelease {
  return {
    environment: run.environment,
    cluster: run.cluster,
    region,
    ...(commit === undefined ? {} : { commit }),
    ...(digest === '' ? {} : { image: `${uri}@${digest}` }),
    revisions: Object.fromEntries(
      services.map(({ live, taskDefinition }) => [live.plan.name, revisionName(taskDefinition.arn)]),
    ),
    ...(at === undefined ? {} : { paused: at.service }),
  };
}
