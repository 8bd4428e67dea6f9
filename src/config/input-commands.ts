import type { Problem } from '../errors.ts';
import type { Inputs } from './inputs.ts';
import type { Command } from './plan.ts';

/** The inputs that belong to one command; the others belong to all, or are harmless where nothing asks for them. */
const OWNERS: Partial<Record<keyof Inputs, Command>> = {
  revision: 'rollback',
  rollback: 'continue',
  'hook-id': 'continue',
  'dry-run': 'bump',
  service: 'run',
  'run-command': 'run',
  'run-count': 'run',
  'run-retries': 'run',
  'run-cpu': 'run',
  'run-memory': 'run',
  'run-task-role': 'run',
  'run-environment': 'run',
};

/** An input of another command would be ignored, and somebody meant it: `deploy` with `revision` deploys no revision. */
export function misplacedInputs(command: Command, inputs: Inputs): Problem[] {
  return (Object.entries(OWNERS) as [keyof Inputs, Command][]).flatMap(([name, owner]) =>
    owner === command || inputs[name] === undefined || inputs[name] === false
      ? []
      : [
          {
            code: 'INPUT_INVALID' as const,
            message: `input \`${name}\` belongs to the command \`${owner}\`, not to \`${command}\``,
            hint: `Say \`command: ${owner}\`, or leave \`${name}\` out.`,
          },
        ],
  );
}
