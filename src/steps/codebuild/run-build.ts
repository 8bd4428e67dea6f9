import { asDeployError, DeployError, isAwsError } from '../../errors.ts';
import type { CodeBuildPlan } from '../../config/image-plan.ts';
import type { Build } from '../../ports/codebuild.ts';
import { buildsOutput } from '../../report/outputs.ts';
import type { BuildReport } from '../../report/run-report.ts';
import { stopBuildCommand } from '../../rules/aws/aws-commands.ts';
import { consoleLink } from '../../rules/aws/console-link.ts';
import { buildKey, type BuildIdentity } from '../../rules/codebuild/build-key.ts';
import { judgeBuild } from '../../rules/codebuild/build-verdict.ts';
import { startBuildInput } from '../../rules/codebuild/start-build-input.ts';
import type { SourceOverride } from '../../rules/codebuild/source.ts';
import type { BuildVariable } from '../../rules/codebuild/build-variables.ts';
import type { BuildContext } from './build-context.ts';
import { buildLog, type BuildLog } from './build-log.ts';
import { buildMemory, type BuildMemory } from './build-state.ts';
import { buildTeller } from './build-teller.ts';
import { startBuild, type BuildToStart, type StartedBuild } from './start-build.ts';
import { watchBuild } from './watch-build.ts';

export interface BuildRequest {
  plan: CodeBuildPlan;
  identity: BuildIdentity;
  /** Beside those of the plan. */
  variables: readonly BuildVariable[];
  source: SourceOverride;
}

interface RunningBuild {
  build: StartedBuild['build'];
  plan: CodeBuildPlan;
  /** Milliseconds since the epoch. */
  deadline: number;
  report: BuildReport;
  log: BuildLog;
  tell: (build: Build) => void;
  memory: BuildMemory;
}

/** From StopBuild to the end: CodeBuild ends the container and tells so within seconds. */
const STOP_GRACE_MS = 60_000;
const MOST_DETAILS = 20;
const QUEUE_HINT =
  'Too many builds ran at the same time: raise its `timeout`, or ask AWS for a higher quota "Concurrently running builds" of its compute type.';

/**
 * Runs a build to its end and judges it: id and page at once, phases as they change, log as it grows. Rejects with
 * CODEBUILD_NOT_STARTED, CODEBUILD_FAILED or CODEBUILD_TIMED_OUT; cancelled, it stops the build. The report has the
 * build either way.
 */
export async function runBuild(context: BuildContext, request: BuildRequest): Promise<BuildReport> {
  const { plan, identity } = request;
  const { purpose, project, subject } = identity;
  const report: BuildReport = {
    purpose,
    project,
    state: 'running',
    logTail: [],
    ...(purpose === 'image' ? { subject } : {}),
  };
  context.report.builds.push(report);
  const key = buildKey(identity);
  const memory = buildMemory(context, { project, key });
  const startedAt = context.clock.now();
  const deadline = startedAt + plan.timeoutSeconds * 1000;
  try {
    memory.remember();
    const { build, state } = await startBuild(context, {
      key,
      input: startBuildInput({ ...request, key }) as BuildToStart['input'],
      acceptDone: purpose === 'before-deploy',
      deadline,
    });
    keepId(context, report, build);
    if (state === 'done') {
      memory.forget();
      report.reason = 'done by an earlier attempt of this run';
      report.state = 'succeeded';
      context.log.info(`Build ${build.id} of this run has already succeeded`);
      return report;
    }
    memory.remember(build.id);
    tellStart(context, report, state);
    const log = buildLog(context, report);
    const tell = buildTeller(context, report);
    await toItsEnd(context, { build, plan, deadline, report, log, tell, memory });
    return report;
  } catch (thrown) {
    if (report.id === undefined) report.state = 'failed';
    // Cancelled or unanswered while CodeBuild was asked for the build: there may be one.
    const isUnknown = context.signal.aborted || (isAwsError(thrown) && thrown.retryable);
    if (report.state !== 'running' && !(report.id === undefined && isUnknown)) memory.forget();
    report.reason ??= asDeployError(thrown).message;
    throw thrown;
  } finally {
    report.seconds = Math.round((context.clock.now() - startedAt) / 100) / 10;
    context.setOutput('builds', buildsOutput(context.report));
  }
}

function keepId(context: BuildContext, report: BuildReport, build: StartedBuild['build']): void {
  const account = build.arn?.split(':')[4];
  const url =
    account === undefined
      ? undefined
      : consoleLink(context.region, { page: 'build', account, project: report.project, id: build.id });
  report.id = build.id;
  if (url !== undefined) report.url = url;
  context.setOutput('builds', buildsOutput(context.report));
}

function tellStart({ log }: BuildContext, { id = '', url }: BuildReport, state: StartedBuild['state']): void {
  log.info(
    state === 'followed'
      ? `Following build ${id}, which an earlier attempt of this run started`
      : `Started build ${id}`,
  );
  if (url !== undefined) log.info(url);
}

async function toItsEnd(context: BuildContext, running: RunningBuild): Promise<void> {
  const { report, memory } = running;
  try {
    const over = await follow(context, running, { first: running.build, deadline: running.deadline });
    if (over === undefined) await stopLate(context, running);
    else judge(running, over);
    memory.forget();
  } catch (thrown) {
    if (report.state === 'running') await leave(context, running);
    throw thrown;
  }
}

/** The build when it is over, its log read to the end; undefined at the deadline. */
async function follow(
  context: BuildContext,
  { build, log, tell }: Pick<RunningBuild, 'build' | 'log' | 'tell'>,
  { first, deadline }: { first: Build; deadline: number },
): Promise<Build | undefined> {
  log.start();
  let over: Build | undefined;
  try {
    over = await watchBuild(context, {
      id: build.id,
      first,
      deadline,
      onLook: (look) => {
        log.place(look);
        tell(look);
      },
    });
  } finally {
    await log.stop();
  }
  if (over !== undefined) await log.drain();
  return over;
}

/** Puts the verdict into the report, and throws where the build did not do its work. */
function judge({ report, build }: RunningBuild, over: Build): void {
  const verdict = judgeBuild(over);
  if (verdict.state === 'succeeded') {
    report.state = 'succeeded';
    delete report.phase;
    return;
  }
  const { reason, hint, phase } =
    verdict.state === 'failed'
      ? verdict
      : { reason: 'is over, and CodeBuild does not say how it ended', hint: undefined, phase: undefined };
  const isStopped = verdict.state === 'failed' && verdict.status === 'STOPPED';
  Object.assign(report, {
    state: isStopped ? 'stopped' : 'failed',
    reason,
    ...(phase === undefined ? {} : { phase }),
  });
  throw new DeployError('CODEBUILD_FAILED', `build ${build.id}: ${reason}`, {
    details: report.logTail.slice(-MOST_DETAILS),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** At the time-out the build is stopped and its end awaited, and that is an error, unless it came to its own good end meanwhile. */
async function stopLate(context: BuildContext, running: RunningBuild): Promise<void> {
  const { build, plan, report } = running;
  const isQueued = report.phase === 'QUEUED';
  const reason = `timed out after ${plan.timeoutSeconds} s${isQueued ? ', and was still in the queue' : ''}`;
  context.log.info(`Build ${build.id} ${reason}: stopping it`);
  let after = 'it was stopped';
  try {
    await context.codebuild.stopBuild(build.id);
    const over = await follow(context, running, {
      first: {},
      deadline: context.clock.now() + STOP_GRACE_MS,
    });
    if (over !== undefined && judgeBuild(over).state === 'succeeded') {
      judge(running, over);
      return;
    }
    if (over === undefined) after = 'it was told to stop but still runs';
  } catch (error) {
    context.signal.throwIfAborted();
    after = `it could not be stopped (${asDeployError(error).message}), end it with: ${endCommand(context, build.id)}`;
  }
  Object.assign(report, { state: 'timed-out', reason: `${reason}; ${after}` });
  throw new DeployError('CODEBUILD_TIMED_OUT', `build ${build.id}: ${reason}; ${after}`, {
    hint: isQueued ? QUEUE_HINT : 'Raise its `timeout` where it needs more time.',
    details: report.logTail.slice(-MOST_DETAILS),
  });
}

/** We leave while the build runs: cancelled it is stopped, no longer able to see it we name it. */
async function leave(context: BuildContext, { build, report, memory }: RunningBuild): Promise<void> {
  const { codebuild, log, signal } = context;
  if (signal.aborted) {
    try {
      await codebuild.stopBuild(build.id);
      Object.assign(report, { state: 'stopped', reason: 'stopped, because the run was cancelled' });
      log.info(`Build ${build.id} was told to stop`);
      memory.forget();
      return;
    } catch (error) {
      log.info(`The build could not be stopped: ${asDeployError(error).message}`);
    }
  }
  report.reason = 'it still runs';
  log.info(`Build ${build.id} still runs. End it with: ${endCommand(context, build.id)}`);
}

function endCommand({ region }: Pick<BuildContext, 'region'>, id: string): string {
  return `${stopBuildCommand(id)} --region ${region}`;
}
