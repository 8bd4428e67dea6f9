import { asDeployError } from '../errors.ts';
import type { Aws } from '../ports/aws.ts';
import type { World } from '../ports/world.ts';
import { Log } from '../report/log.ts';
import { newRunReport } from '../report/run-report.ts';
import { ENDED_STATE, readSavedState, unfinishedPart, type SavedState } from '../rules/record/saved-state.ts';
import { splitByTarget } from '../rules/record/target-state.ts';
import { finishBuild, tellBuild } from '../steps/codebuild/finish-build.ts';
import { finishRollout, tellRollout } from '../steps/rollout/finish-rollout.ts';
import { finishSchedule, tellUnfinishedSchedule } from '../steps/schedules/finish-schedule.ts';
import { finishTask, tellTask } from '../steps/task/finish-task.ts';

/** A job waits for its post step: what takes longer is named instead. */
const LONGEST_MS = 50_000;

/** Something that may still be there. */
interface Leftover {
  finish(aws: Aws): Promise<void>;
  /** Names it, where it could not be finished. */
  tell(reason: string): void;
}

/**
 * Finishes what a killed or cancelled run left in AWS and on this machine, as its `on-cancel` asks, or names it with
 * the command that ends it. After a clean end there is nothing: no call, no output. Never fails: what cannot be done
 * is a warning. GitHub runs it as the post step; elsewhere a cancelled run does so itself, with `unfinishedOnly`.
 */
export async function finish(
  { host, clock, builder, connectAws }: Pick<World, 'host' | 'clock' | 'builder' | 'connectAws'>,
  { unfinishedOnly = false }: { unfinishedOnly?: boolean } = {},
): Promise<void> {
  const log = new Log(host, clock, newRunReport('finish'));
  const [own = {}, ...targets] = splitByTarget(host.savedState());
  for (const entries of [own, ...targets]) {
    // How the run ended is written down once, for all of its targets.
    const saved = readSavedState({ ...entries, [ENDED_STATE]: own[ENDED_STATE] ?? '' });
    const state = unfinishedOnly ? unfinishedPart(saved) : saved;
    await removeFolders(builder, log, state);
    await finishWhere({ clock, connectAws, log }, state);
  }
}

/** What is left in one place. */
async function finishWhere(
  { clock, connectAws, log }: Pick<World, 'clock' | 'connectAws'> & { log: Log },
  state: SavedState,
): Promise<void> {
  const { connection } = state;
  if (connection === undefined) return;
  const left = new Set(leftoversOf(log, clock, state));
  const tellAll = (reason: string) => {
    for (const leftover of left) leftover.tell(reason);
    left.clear();
  };
  const isOver = new AbortController();
  try {
    await Promise.race([
      finishAll(() => connectAws(connection), left),
      clock.sleep(LONGEST_MS, isOver.signal).then(() => tellAll('AWS did not answer in time')),
    ]);
  } catch (thrown) {
    tellAll(asDeployError(thrown).message);
  } finally {
    isOver.abort(new Error('over'));
  }
}

async function finishAll(connect: () => Promise<Aws>, left: Set<Leftover>): Promise<void> {
  if (left.size === 0) return;
  const aws = await connect();
  for (const leftover of left) {
    try {
      await leftover.finish(aws);
    } catch (thrown) {
      // Named already, where the time was up meanwhile.
      if (left.has(leftover)) leftover.tell(asDeployError(thrown).message);
    }
    left.delete(leftover);
  }
}

function leftoversOf(
  log: Log,
  clock: World['clock'],
  { ended, connection, tasks, rollouts, builds, schedules }: SavedState,
): Leftover[] {
  const region = connection?.region ?? '';
  // Where AWS was lost, or a defect ended the run, nobody asked for a cancel: such an end undoes nothing (law 5).
  const mayAct = ended === undefined || ended === 'cancelled';
  const uncancelled = new AbortController().signal;
  return [
    ...tasks.map((task) => ({
      finish: ({ ecs }: Aws) => finishTask({ ecs, log, region }, task, { mayAct }),
      tell: (reason: string) => tellTask({ log, region }, task, reason),
    })),
    ...builds.map((build) => ({
      finish: ({ codebuild }: Aws) => finishBuild({ codebuild, log, region }, build, { mayAct }),
      tell: (reason: string) => tellBuild({ log, region }, build, reason),
    })),
    ...rollouts.map((rollout) => ({
      finish: ({ ecs }: Aws) => finishRollout({ ecs, log, region }, rollout, { mayAct }),
      tell: (reason: string) => tellRollout({ log, region }, rollout, reason),
    })),
    // After the services: a task that starts meanwhile finds what it was made for.
    ...schedules.map((schedule) => ({
      finish: ({ events, scheduler }: Aws) =>
        finishSchedule({ events, scheduler, clock, log, signal: uncancelled }, schedule, { mayAct }),
      tell: (reason: string) => tellUnfinishedSchedule({ log }, schedule, reason),
    })),
  ];
}

async function removeFolders(
  builder: World['builder'],
  log: Log,
  { folders }: Pick<SavedState, 'folders'>,
): Promise<void> {
  for (const folder of folders) {
    try {
      await builder.removeFolder?.(folder);
    } catch (thrown) {
      log.warn(
        'Not removed',
        `${folder} holds a credential and could not be removed: ${asDeployError(thrown).message}`,
      );
    }
  }
}
