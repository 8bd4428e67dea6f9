import { DeployError, isAwsError, type AwsError } from '../../errors.ts';
import type { Build, StartBuildInput } from '../../ports/codebuild.ts';
import { hasKey, idempotencyToken } from '../../rules/codebuild/build-key.ts';
import { queueLine } from '../../rules/codebuild/build-progress.ts';
import { isBuildOver, judgeBuild } from '../../rules/codebuild/build-verdict.ts';
import { limitInterval } from '../../rules/codebuild/poll-intervals.ts';
import { hintForRefusal, isLimit } from '../../rules/codebuild/start-refusal.ts';
import type { BuildContext } from './build-context.ts';

export interface BuildToStart {
  key: string;
  input: StartBuildInput & { projectName: string };
  /** A build of this run that succeeded is as good as a new one. */
  acceptDone: boolean;
  /** Milliseconds since the epoch: so long a limit is waited for. */
  deadline: number;
}

export interface StartedBuild {
  build: Build & { id: string };
  /** `followed`: an earlier attempt of this run started it, and it has not ended. `done`: it succeeded. */
  state: 'started' | 'followed' | 'done';
}

type Arrived = StartedBuild['build'];

/** A start whose answer is lost is tried this often, each time after a look whether it arrived. */
const MOST_LOST_ANSWERS = 3;

/** Starts a build, unless one with its key runs already or has done its work in this run. */
export async function startBuild(context: BuildContext, wanted: BuildToStart): Promise<StartedBuild> {
  const { open, ended } = await buildsOfKey(context, wanted, { fresh: false });
  if (open !== undefined) return { build: open, state: 'followed' };
  const done = wanted.acceptDone ? ended.find((build) => judgeBuild(build).state === 'succeeded') : undefined;
  if (done !== undefined) return { build: done, state: 'done' };
  return { build: await start(context, wanted, ended.length), state: 'started' };
}

async function start(context: BuildContext, wanted: BuildToStart, endedBefore: number): Promise<Arrived> {
  const { codebuild, clock, log, signal } = context;
  let refusals = 0;
  let lostAnswers = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const token = idempotencyToken(wanted.key, endedBefore, refusals);
      return await codebuild.startBuild({ ...wanted.input, idempotencyToken: token });
    } catch (error) {
      if (!isAwsError(error)) throw error;
      if (isLimit(saidBy(error))) {
        refusals += 1;
        await awaitRoom(context, wanted, { error, refusals });
        continue;
      }
      if (!error.retryable) throw notStarted(wanted, error);
      lostAnswers += 1;
      log.info(`The answer was lost, looking for the build: ${error.message}`);
      await clock.sleep(1_500 * (1 + clock.random()), signal);
      const { open, ended } = await buildsOfKey(context, wanted, { fresh: true });
      const arrived = open ?? (ended.length > endedBefore ? ended[0] : undefined);
      if (arrived !== undefined) return arrived;
      if (lostAnswers === MOST_LOST_ANSWERS) throw error;
    }
  }
}

/** Waits a while for a limit to leave room, and shows what fills it. */
async function awaitRoom(
  context: BuildContext,
  wanted: BuildToStart,
  { error, refusals }: { error: AwsError; refusals: number },
): Promise<void> {
  const { clock, log, signal, builds } = context;
  const { projectName } = wanted.input;
  const left = wanted.deadline - clock.now();
  if (left <= 0) {
    throw new DeployError(
      'CODEBUILD_TIMED_OUT',
      `build of ${projectName}: a limit of CodeBuild left no room for it in time`,
      {
        hint: 'Raise its `timeout`, the `concurrentBuildLimit` of the project, or the quota of the account.',
        cause: error,
      },
    );
  }
  const pause = Math.min(left, limitInterval(refusals, clock.random()));
  const newest = await builds.newest(projectName, { fresh: false }).catch(() => undefined);
  signal.throwIfAborted();
  const queue = newest === undefined ? '' : `: ${queueLine(projectName, newest)}`;
  log.info(
    `A limit of CodeBuild is reached${queue}. Trying again in ${Math.ceil(pause / 1000)} s: ${error.message}`,
  );
  await clock.sleep(pause, signal);
}

/** The builds of this key, newest first. */
async function buildsOfKey(
  { builds, log }: BuildContext,
  { key, input }: BuildToStart,
  { fresh }: { fresh: boolean },
): Promise<{ open: Arrived | undefined; ended: Arrived[] }> {
  const all = (await readNewest()).filter((build) => hasKey(build, key)).filter(hasId);
  return { open: all.find((build) => !isBuildOver(build)), ended: all.filter(isBuildOver) };

  async function readNewest(): Promise<readonly Build[]> {
    try {
      return await builds.newest(input.projectName, { fresh });
    } catch (error) {
      if (!isAwsError(error)) throw error;
      if (error.awsCode === 'ResourceNotFoundException') throw notStarted({ input }, error);
      if (error.code !== 'AWS_ACCESS_DENIED') throw error;
      log.warn(
        'Earlier builds unknown',
        `a build that an earlier attempt of this run started cannot be found: ${error.message}`,
      );
      return [];
    }
  }
}

function hasId(build: Build): build is Arrived {
  return build.id !== undefined;
}

function saidBy({ awsCode, message }: AwsError): { awsCode: string; awsMessage: string } {
  return { awsCode, awsMessage: message };
}

function notStarted({ input }: Pick<BuildToStart, 'input'>, error: AwsError): DeployError {
  if (error.code !== 'AWS_CALL_FAILED') return error;
  const hint = hintForRefusal(saidBy(error), input.projectName);
  return new DeployError(
    'CODEBUILD_NOT_STARTED',
    `build of ${input.projectName}: not started: ${error.message}`,
    { cause: error, ...(hint === undefined ? {} : { hint }) },
  );
}
