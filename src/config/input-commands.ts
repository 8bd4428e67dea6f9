import type { Problem } from '../errors.ts';
import { INPUTS, type InputName, type Inputs } from './inputs.ts';
import { COMMANDS, type Command } from './plan.ts';

/** The commands that work on the services of a cluster. */
const ON_ECS = COMMANDS.filter((command) => command !== 'bump' && command !== 'build');
/** An inventory is of all services. */
const OF_SERVICES = ON_ECS.filter((command) => command !== 'inventory');
const WAITING = ['deploy', 'wait', 'rollback', 'continue', 'redeploy'] as const;

/** Which commands have a use for an input. */
const USED_BY: Readonly<Record<InputName, readonly Command[]>> = {
  command: COMMANDS,
  config: COMMANDS.filter((command) => command !== 'init'),
  environment: COMMANDS,
  region: COMMANDS.filter((command) => command !== 'bump'),
  role: COMMANDS.filter((command) => command !== 'bump' && command !== 'init'),
  cluster: ON_ECS,
  target: ON_ECS.filter((command) => command !== 'init'),
  repository: ['deploy', 'plan', 'build', 'run', 'init'],
  services: OF_SERVICES,
  migrate: ['deploy', 'plan', 'init'],
  image: ['deploy', 'plan', 'build'],
  force: COMMANDS.filter((command) => command !== 'init'),
  timeout: [...WAITING, 'run'],
  'mask-aws-account-id': COMMANDS,
  'github-token': ['deploy', 'plan', 'bump'],
  revision: ['rollback'],
  rollback: ['continue'],
  'hook-id': ['continue'],
  'dry-run': ['bump'],
  from: ['init'],
  service: ['run'],
  'run-command': ['run'],
  'run-count': ['run'],
  'run-retries': ['run'],
  'run-cpu': ['run'],
  'run-memory': ['run'],
  'run-task-role': ['run'],
  'run-environment': ['run'],
};

/** The inputs that a command has a use for, in their usual order; without `command` itself. */
export function inputsOf(command: Command): (typeof INPUTS)[number][] {
  return INPUTS.filter(({ name }) => name !== 'command' && USED_BY[name].includes(command));
}

/**
 * An input of another command would be ignored, and somebody meant it: `deploy` with `revision` deploys no revision.
 * Those of a deploy are no harm elsewhere: a job may have them for all its commands.
 */
export function misplacedInputs(command: Command, inputs: Inputs): Problem[] {
  return INPUTS.flatMap(({ name }) => {
    const owners = USED_BY[name];
    const value = (inputs as Partial<Record<InputName, unknown>>)[name];
    const isMisplaced = !owners.includes(command) && !owners.includes('deploy');
    if (!isMisplaced || value === undefined || value === false) return [];
    const [owner = 'deploy'] = owners;
    return [
      {
        code: 'INPUT_INVALID' as const,
        message: `input \`${name}\` belongs to the command \`${owner}\`, not to \`${command}\``,
        hint: `Say \`command: ${owner}\`, or leave \`${name}\` out.`,
      },
    ];
  });
}
