import { stringify } from 'yaml';
import { inPlace } from '../../src/adapters/command-line/help.ts';
import { inputVariable } from '../../src/adapters/variables.ts';
import { COMMAND_TEXTS } from '../../src/config/command-texts.ts';
import { inputsOf } from '../../src/config/input-commands.ts';
import type { INPUTS } from '../../src/config/inputs.ts';
import { COMMANDS, type Command } from '../../src/config/plan.ts';
import { VERSION } from '../../src/version.ts';

interface Parameter {
  type: 'string' | 'boolean' | 'executor' | 'env_var_name';
  default: string | boolean;
  description: string;
}

type Parameters = Record<string, Parameter>;

/** The commands that a job has a use for: `init` writes files for a person to look at. */
export const ORB_COMMANDS = COMMANDS.filter((command) => command !== 'init');
/** CircleCI has a step `run` of its own, so that the orb's command has another name; the job has the usual one. */
const COMMAND_NAMES: Partial<Record<Command, string>> = { run: 'run-task' };
/** The commands that may build an image. */
const BUILDING: readonly Command[] = ['deploy', 'build'];
/** The commands that look at what a push has changed. */
const OF_A_PUSH: readonly Command[] = ['deploy', 'plan', 'bump'];
/** Where the script leaves outputs and summary. */
const RESULTS = '/tmp/deploy-action';

/** The orb's components that follow from the commands and their inputs: the text of each file under `orb/src/`. */
export function orbComponents(): { path: string; text: string }[] {
  return ORB_COMMANDS.flatMap((command) => [
    { path: `orb/src/commands/${COMMAND_NAMES[command] ?? command}.yml`, text: yaml(commandOf(command)) },
    { path: `orb/src/jobs/${command}.yml`, text: yaml(jobOf(command)) },
  ]);
}

function commandOf(command: Command): object {
  return {
    description: descriptionOf(command),
    parameters: parametersOf(command),
    steps: [stepOf(command)],
  };
}

function jobOf(command: Command): object {
  const isBuilding = BUILDING.includes(command);
  return {
    description: descriptionOf(command),
    parameters: {
      executor: {
        type: 'executor',
        default: 'default',
        description: 'Where the job runs: Node 22.18 or newer, git, and to build an image Docker.',
      },
      checkout: {
        type: 'boolean',
        default: true,
        description: 'Check the repository out first. Without it, a step before has to do so.',
      },
      ...(isBuilding ? dockerParameters : {}),
      ...parametersOf(command),
    } satisfies Parameters,
    executor: '<< parameters.executor >>',
    steps: [
      when('checkout', 'checkout'),
      ...(isBuilding
        ? [
            when('remote-docker', {
              setup_remote_docker: { docker_layer_caching: '<< parameters.docker-layer-caching >>' },
            }),
          ]
        : []),
      stepOf(command),
      { store_artifacts: { path: RESULTS, destination: 'deploy-action' } },
    ],
  };
}

const dockerParameters = {
  'remote-docker': {
    type: 'boolean',
    default: true,
    description: 'Set up the engine that images are built with; not needed on a machine executor.',
  },
  'docker-layer-caching': {
    type: 'boolean',
    default: false,
    description: 'Keep the layers of builds between jobs; CircleCI charges for it.',
  },
} satisfies Parameters;

function parametersOf(command: Command): Parameters {
  return {
    ...Object.fromEntries(inputsOf(command).map((input) => [input.name, parameterOf(input)])),
    ...(OF_A_PUSH.includes(command)
      ? {
          before: {
            type: 'string',
            default: '',
            description:
              'The commit that the branch was at before, for the section `cookbooks`: `pipeline.git.base_revision` in double angle brackets.',
          },
        }
      : {}),
    'oidc-audience': {
      type: 'string',
      default: '',
      description:
        'The audience of the OIDC token, where the provider in IAM has another one than the id of the organisation.',
    },
    'no-output-timeout': {
      type: 'string',
      default: '1h',
      description: 'How long the step may print nothing: as long as the longest bake time or wait at a hook.',
    },
    version: {
      type: 'string',
      default: VERSION,
      description:
        'The version of the npm package deploy-action; default: the one that the orb was made with.',
    },
  };
}

function parameterOf({ name, kind, description }: (typeof INPUTS)[number]): Parameter {
  if (name === 'github-token') {
    return {
      type: 'env_var_name',
      default: inputVariable(name),
      description: `The variable that holds it. ${description}`,
    };
  }
  const words = inPlace(description);
  return kind === 'flag'
    ? { type: 'boolean', default: false, description: words }
    : { type: 'string', default: '', description: words };
}

function stepOf(command: Command): object {
  const inputs = inputsOf(command).map(({ name, kind }): [string, string] => [
    name === 'github-token'
      ? 'DEPLOY_TOKEN_VARIABLE'
      : inputVariable(name).replace(/^DEPLOY_/u, kind === 'flag' ? 'DEPLOY_FLAG_' : 'DEPLOY_PARAM_'),
    `<< parameters.${name} >>`,
  ]);
  return {
    run: {
      name: `deploy-action ${command}`,
      environment: {
        DEPLOY_ACTION_COMMAND: command,
        DEPLOY_ACTION_VERSION: '<< parameters.version >>',
        ...Object.fromEntries(inputs),
        ...(OF_A_PUSH.includes(command) ? { DEPLOY_PARAM_BEFORE: '<< parameters.before >>' } : {}),
        DEPLOY_PARAM_OIDC_AUDIENCE: '<< parameters.oidc-audience >>',
      },
      no_output_timeout: '<< parameters.no-output-timeout >>',
      command: '<<include(scripts/deploy-action.sh)>>',
    },
  };
}

function when(parameter: string, step: unknown): object {
  return { when: { condition: `<< parameters.${parameter} >>`, steps: [step] } };
}

function descriptionOf(command: Command): string {
  const { summary, details } = COMMAND_TEXTS[command];
  return `${summary} ${details}`;
}

function yaml(component: object): string {
  const header = '# Written by `npm run docs` out of the commands and their inputs.\n';
  // A component that is a copy of another one is written again: CircleCI reads no YAML aliases across files.
  return header + stringify(component, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
}
