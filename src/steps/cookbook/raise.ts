import { posix } from 'node:path';
import { DeployError } from '../../errors.ts';
import type { TreeFile } from '../../ports/github.ts';
import { decideLevel } from '../../rules/cookbook/level.ts';
import { otherBot } from '../../rules/cookbook/other-bot.ts';
import type { CookbookPlan } from '../../rules/cookbook/plan.ts';
import { planRaises } from '../../rules/cookbook/raise.ts';
import type { RaisePlan } from '../../rules/cookbook/raise-plan.ts';
import type { Cookbook, CookbookProblem } from '../../rules/cookbook/reading.ts';
import { encodeSource } from '../../rules/cookbook/source-text.ts';
import type { CookbookContext } from './context.ts';
import type { CookbookWork, Pending } from './find-pending.ts';
import { isBerksfileLock, isPolicyfileLock } from './snapshot.ts';

/** The whole change for what is pending, at the levels that labels and commits ask for. */
export function raiseFor(work: CookbookWork, plan: CookbookPlan, bumpLabels: readonly string[]): RaisePlan {
  const { snapshot, used } = work;
  const textOf = (path: string) => snapshot.sources.get(path)?.text;
  const problems: CookbookProblem[] = [];
  const isOurs = (cookbook: Cookbook) => {
    const bot = otherBot(cookbook.path, textOf);
    if (bot !== undefined && work.pending.some((each) => each.cookbook === cookbook))
      problems.push({
        cookbook: cookbook.name,
        file: bot.file,
        message: `gives the version of ${cookbook.name} to ${bot.bot}, and two bots cannot own one number`,
        hint: `Take the cookbook out of ${bot.bot}, or out of \`cookbooks.paths\`.`,
      });
    return bot === undefined;
  };
  const cookbooks = snapshot.cookbooks.filter(isOurs);
  const pending = work.pending.filter(({ cookbook }) => cookbooks.includes(cookbook));
  const raised = planRaises({
    cookbooks,
    pending: pending.map((each) => ({
      name: each.cookbook.name,
      level: levelOf(each, plan, bumpLabels),
      subjects: each.messages.map(({ message }) => message.split('\n', 1)[0] ?? ''),
    })),
    used: (name) => used.get(name) ?? [],
    dependants: plan.dependants,
    textOf,
    berksfileLocks: [...snapshot.sources.keys()].filter(isBerksfileLock),
    policyfileLocks: [...snapshot.sources.keys()].filter(isPolicyfileLock),
    pins: plan.pins,
    hasLockCommand: plan.lockCommand !== undefined,
    date: newestDate(pending),
  });
  return { ...raised, problems: [...problems, ...raised.problems] };
}

function levelOf(
  { cookbook, reason, messages, pulls }: Pending,
  plan: CookbookPlan,
  bumpLabels: readonly string[],
) {
  const decided = decideLevel({
    cookbook: cookbook.name,
    least: plan.level,
    bumpLabels,
    pulls,
    messages: messages.map(({ message }) => message),
  });
  return decided.why === 'content changed' ? { ...decided, why: reason.why } : decided;
}

/** The day of the newest change, and not today: a run tomorrow makes the same pull request. */
function newestDate(pending: readonly Pending[]): string {
  const dates = pending.flatMap(({ messages }) => messages.map(({ date }) => date)).sort();
  return dates.at(-1) ?? '1970-01-01';
}

/** The files of the commit; Policyfile locks are written by the user's command in a copy of the repository. */
export async function filesFor(
  { history, log, signal }: CookbookContext,
  { snapshot }: CookbookWork,
  { edits, locks }: RaisePlan,
  command: CookbookPlan['lockCommand'],
): Promise<TreeFile[]> {
  const files = edits.map(({ path, after }) => ({
    path,
    mode: modeOf(path),
    content: encodeSource({ text: after, encoding: snapshot.sources.get(path)?.encoding ?? 'utf-8' }),
  }));
  function modeOf(path: string): string {
    return snapshot.files.get(path)?.mode ?? '100644';
  }
  if (locks.length === 0 || command === undefined) return files;

  const words = command.join(' ');
  const folders = [...new Set(locks.map((lock) => posix.dirname(lock)))];
  const { exitCode, changed } = await history.runInCopy({
    commit: snapshot.commit,
    files,
    folders,
    command,
    onLine: (line) => log.outside([line]),
    signal,
  });
  if (exitCode !== 0)
    throw new DeployError(
      'COOKBOOK_LOCK_FAILED',
      `cookbooks: the lock command \`${words}\` ${exitCode === undefined ? 'could not be run' : `exited with code ${exitCode}`}`,
      {
        hint: 'Its output is above. It runs in the folder of each Policyfile lock, in a copy of the repository.',
      },
    );
  const strays = changed.filter(({ path, content }) => !isPolicyfileLock(path) || content === undefined);
  if (strays.length > 0)
    throw new DeployError(
      'COOKBOOK_LOCK_FAILED',
      `cookbooks: the lock command \`${words}\` changed more than Policyfile locks`,
      { hint: 'Let it write *.lock.json files only.', details: strays.map(({ path }) => path) },
    );
  const written = changed.flatMap(({ path, content }) =>
    content === undefined ? [] : [{ path, mode: modeOf(path), content }],
  );
  return [...files, ...written];
}
