import { UsageError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { Files } from '../ports/files.ts';
import type { Git } from '../ports/git.ts';
import type { Host, HostEvent } from '../ports/host.ts';
import { parseName } from '../rules/names.ts';
import { assemble } from './assemble.ts';
import { branchMap, chooseEnvironment, eventProblem } from './environments.ts';
import { findConfigFile } from './file.ts';
import type { ConfigFile } from './file.ts';
import { readInputs } from './inputs.ts';
import type { Inputs, InputName } from './inputs.ts';
import type { Plan } from './plan.ts';

export interface PlanSources {
  host: Pick<Host, 'input' | 'arguments' | 'event'>;
  files: Pick<Files, 'read'>;
  /** Asked where the host does not know branch or commit: on a terminal. */
  git?: Pick<Git, 'currentBranch' | 'headCommit'>;
}

/**
 * Inputs over deploy.yml over defaults, for one environment, frozen. Makes no call to AWS.
 * Rejects with one UsageError that carries every problem of inputs, file, branch and event.
 */
export async function readPlan({ host, files, git }: PlanSources): Promise<Plan> {
  const { inputs, problems } = readInputs(host);
  const isGiven = (name: InputName) => host.input(name) !== undefined;

  const event = await completeEvent(await host.event(), git);
  const notAllowed = eventProblem(event);
  if (notAllowed !== undefined) problems.push(notAllowed);
  const commit = commitOf(event, problems);

  // A file that was asked for by a wrong name is not replaced by another one.
  const file =
    isGiven('config') && inputs.config === undefined ? 'unreadable' : await fileOf(files, inputs, problems);
  const environment =
    notAllowed === undefined ? environmentOf(event, inputs, isGiven, file, problems) : undefined;

  const isSettled =
    file === undefined || (file !== 'unreadable' && file.config !== undefined && environment !== undefined);
  const assembled = isSettled ? assemble({ inputs, isGiven, environment, file }, problems) : undefined;

  const [first, ...more] = problems;
  if (first !== undefined) throw new UsageError([first, ...more]);
  if (
    environment === undefined ||
    commit === undefined ||
    assembled === undefined ||
    inputs.command === undefined
  ) {
    throw new Error('a plan is incomplete, but nothing was found wrong');
  }
  return deepFreeze({
    command: inputs.command,
    environment,
    event: structuredClone(event),
    commit,
    ...assembled,
    ...(inputs.force === undefined ? {} : { force: inputs.force }),
  });
}

/** On a terminal the checkout tells what the host cannot; on a CI host what it does not say stays unknown. */
async function completeEvent(event: HostEvent, git: PlanSources['git']): Promise<HostEvent> {
  if (event.kind !== 'manual' || git === undefined) return event;
  const branch = event.branch ?? (await git.currentBranch());
  const commit = event.commit ?? (await git.headCommit());
  return {
    ...event,
    ...(branch === undefined ? {} : { branch }),
    ...(commit === undefined ? {} : { commit }),
  };
}

function commitOf(event: HostEvent, problems: Problem[]): string | undefined {
  if (event.commit === undefined) {
    problems.push({
      code: 'INPUT_INVALID',
      message: 'the commit to deploy is unknown',
      hint: 'Run inside a git checkout that has a commit.',
    });
    return undefined;
  }
  const parsed = parseName('commit', event.commit);
  if ('value' in parsed) return parsed.value;
  problems.push({
    code: 'INPUT_INVALID',
    message: `the commit of the \`${event.name}\` event ${parsed.problem}`,
    hint: 'An event without a commit, such as the deletion of a branch, deploys nothing.',
  });
  return undefined;
}

async function fileOf(
  files: PlanSources['files'],
  inputs: Inputs,
  problems: Problem[],
): Promise<ConfigFile | 'unreadable' | undefined> {
  const found = await findConfigFile(files, inputs.config);
  if ('missing' in found) {
    problems.push(found.missing);
    return 'unreadable';
  }
  problems.push(...(found.file?.problems ?? []));
  return found.file;
}

function environmentOf(
  event: HostEvent,
  inputs: Inputs,
  isGiven: (name: InputName) => boolean,
  file: ConfigFile | 'unreadable' | undefined,
  problems: Problem[],
): string | undefined {
  if (file === 'unreadable' || file?.environments === 'unreadable') return undefined;
  if (isGiven('environment') && inputs.environment === undefined) return undefined;
  const chosen = chooseEnvironment({
    event,
    map: branchMap(file?.environments),
    ...(inputs.environment === undefined ? {} : { named: inputs.environment }),
    ...(inputs.force === undefined ? {} : { force: inputs.force }),
  });
  if ('environment' in chosen) return chosen.environment;
  problems.push(chosen.problem);
  return undefined;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
