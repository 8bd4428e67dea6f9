import { UsageError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { Files } from '../ports/files.ts';
import type { Host, HostEvent } from '../ports/host.ts';
import { parseName } from '../rules/input/names.ts';
import { assemble } from './assemble.ts';
import { cookbookBranch } from './assemble/cookbooks.ts';
import { branchMap, chooseEnvironment, eventProblem } from './environments.ts';
import { findConfigFile } from './file.ts';
import type { ConfigFile } from './file.ts';
import { misplacedInputs } from './input-commands.ts';
import { readInputs } from './read-inputs.ts';
import type { Inputs, InputName } from './inputs.ts';
import type { Command, Plan, PlannedCommand } from './plan.ts';
import { verifyProblems } from './verify-problems.ts';

export interface PlanSources {
  host: Pick<Host, 'input' | 'arguments' | 'event'>;
  files: Pick<Files, 'read' | 'isExecutable'>;
  hasEnvironmentVariable: (name: string) => boolean;
}

/** The commands that may verify what they deployed. */
const VERIFYING: readonly Command[] = ['deploy', 'continue'];

/**
 * Inputs over deploy.yml over defaults, for one environment, frozen. Makes no call to AWS.
 * Rejects with one UsageError that carries every problem of inputs, file, branch and event.
 */
export async function readPlan({ host, files, hasEnvironmentVariable }: PlanSources): Promise<Plan> {
  const { inputs, problems } = readInputs(host);
  // What a command needs is known once the command is.
  if (inputs.command === undefined) throw problemsOf(problems);
  problems.push(...misplacedInputs(inputs.command, inputs));
  const isGiven = (name: InputName) => host.input(name) !== undefined;

  const event = await eventOf(host, inputs, problems);
  const commit = event === undefined ? undefined : commitOf(event, problems);

  // A file that was asked for by a wrong name is not replaced by another one.
  const isLost = isGiven('config') && inputs.config === undefined;
  const file = isLost ? 'unreadable' : await fileOf(files, inputs, problems);

  const environment =
    event === undefined ? undefined : environmentOf({ event, inputs, isGiven, file }, problems);
  const isSettled =
    file === undefined || (file !== 'unreadable' && file.config !== undefined && environment !== undefined);
  const command = plannedCommand(inputs);
  const sources = isSettled ? { inputs, isGiven, hasEnvironmentVariable, environment, file } : undefined;
  const assembled = sources && assemble(command, sources, problems);
  if (sources !== undefined && VERIFYING.includes(command) && inputs.rollback !== true)
    problems.push(...(await verifyProblems(files, sources)));

  if (problems.length > 0) throw problemsOf(problems);
  const { force } = inputs;
  if (!event || !commit || !environment || !assembled) {
    throw new Error('the plan is incomplete, but nothing was found wrong');
  }
  return deepFreeze({
    environment,
    event: structuredClone(event),
    commit,
    ...assembled,
    ...(force === undefined ? {} : { force }),
  });
}

function problemsOf(problems: readonly Problem[]): Error {
  const [first, ...more] = problems;
  return first === undefined
    ? new Error('nothing was found wrong, but the plan is incomplete')
    : new UsageError([first, ...more]);
}

function plannedCommand({ command = 'deploy' }: Inputs): PlannedCommand {
  if (command === 'init') throw new Error('init is planned by readInitPlan');
  return command;
}

/** Undefined when the host misread its own arguments, or when an event of this kind may not deploy. */
async function eventOf(
  host: PlanSources['host'],
  { command }: Inputs,
  problems: Problem[],
): Promise<HostEvent | undefined> {
  try {
    const event = await host.event();
    // `plan` changes nothing, and `bump` only shows what it would do for a pull request.
    const notAllowed = command === 'plan' || command === 'bump' ? undefined : eventProblem(event);
    if (notAllowed === undefined) return event;
    problems.push(notAllowed);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    problems.push(...thrown.problems);
  }
  return undefined;
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

/** The commands that deploy nothing of the checkout (`plan` only looks): its branch has no say in them, a named environment is enough. */
const NO_COMMIT_NEEDED: readonly Command[] = [
  'plan',
  'status',
  'history',
  'inventory',
  'wait',
  'rollback',
  'continue',
  'redeploy',
  'run',
];

interface Choice {
  event: HostEvent;
  inputs: Inputs;
  isGiven: (name: InputName) => boolean;
  file: ConfigFile | 'unreadable' | undefined;
}

/** Undefined, too, when what it would be judged by is wrong itself. */
function environmentOf({ event, inputs, isGiven, file }: Choice, problems: Problem[]): string | undefined {
  if (file === 'unreadable' || file?.environments === 'unreadable') return undefined;
  if (isGiven('environment') && inputs.environment === undefined) return undefined;
  const map = branchMap(file?.environments);
  const branch = inputs.command === 'bump' ? cookbookBranch(file?.config) : undefined;
  const chosen = chooseEnvironment({
    // Cookbooks belong to the environment of their branch, wherever they are looked at from.
    event: branch === undefined ? deployedRef(event) : { branch },
    map,
    onlyLooks: NO_COMMIT_NEEDED.some((command) => command === inputs.command),
    ...(inputs.environment === undefined ? {} : { named: inputs.environment }),
    ...(inputs.force === undefined ? {} : { force: inputs.force }),
  });
  if ('environment' in chosen) return chosen.environment;
  problems.push(chosen.problem);
  return undefined;
}

/** A pull request belongs to the environment that its merge deploys. */
function deployedRef(event: HostEvent): Pick<HostEvent, 'branch' | 'tag'> {
  return event.pullRequest === undefined ? event : { branch: event.pullRequest.base };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
