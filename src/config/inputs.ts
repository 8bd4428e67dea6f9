import type { Problem } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { parseDuration } from '../rules/input/duration.ts';
import { NAMES, parseName } from '../rules/input/names.ts';
import type { NameKind } from '../rules/input/names.ts';
import { nearest } from '../rules/input/nearest.ts';
import { shown } from '../rules/input/parsed.ts';
import type { Parsed } from '../rules/input/parsed.ts';
import { shellWords } from '../rules/input/shell-words.ts';
import { COMMANDS } from './plan.ts';
import type { Command, ImagePlan } from './plan.ts';

interface InputSpec {
  name: string;
  /** What may be written, in a word or two, for tables. */
  kind:
    | 'command'
    | 'number'
    | 'path'
    | 'name'
    | 'ARN'
    | 'list'
    | 'command line'
    | 'image'
    | 'flag'
    | 'text'
    | 'duration';
  description: string;
  default?: string;
}

/** Every input there is. action.yml, the command line's options and the reference are held to this list. */
export const INPUTS = [
  {
    name: 'command',
    kind: 'command',
    default: 'deploy',
    description:
      'What to do: `deploy`; `status` (what runs now); `history` (the releases of the environment); `wait` (follow the deployment in flight to its end); `rollback` (stop the deployment in flight, or put the release before back); `continue` (pass the lifecycle hook at which a deployment is paused, or with `rollback` end it); `redeploy` (new tasks of the same revision); `run` (a command in a one-off task); `bump` (the cookbook part alone: the pull request that raises versions, and the infrastructure deploy of what was released).',
  },
  {
    name: 'config',
    kind: 'path',
    description:
      'Path of the configuration file. Default: `.github/deploy.yml`, `.circleci/deploy.yml` or `deploy.yml`, the first that exists; without a file the inputs are enough.',
  },
  {
    name: 'environment',
    kind: 'name',
    description:
      'The environment to deploy. Default: the one whose branch was pushed. One that is named here must still match its branch, unless the file says `any-branch: true` for it, `force` is given, or the command only looks (`status`, `history`, `wait`).',
  },
  {
    name: 'region',
    kind: 'name',
    description: 'The AWS region. Default: what the job is configured with (`AWS_REGION`).',
  },
  {
    name: 'role',
    kind: 'ARN',
    description:
      "ARN of the IAM role to assume with the host's OIDC token; on GitHub the job needs `id-token: write`. Default: the AWS credentials that the job has.",
  },
  { name: 'cluster', kind: 'name', description: 'The ECS cluster, by name.' },
  {
    name: 'repository',
    kind: 'name',
    description:
      'The ECR repository: its name in the account that is signed in to, or its full URI without a tag.',
  },
  {
    name: 'services',
    kind: 'list',
    description: 'The ECS services to deploy, separated by commas or line breaks.',
  },
  {
    name: 'migrate',
    kind: 'command line',
    description:
      'A command that runs to its end in a task on the new image before any service changes; when it fails, nothing changes. Split as a shell would, quotes honoured, nothing expanded. Runs with the network and the roles of the first service, unless the file names another.',
  },
  {
    name: 'image',
    kind: 'image',
    description:
      'Deploys this instead of building: a tag, a digest (`sha256:…`), or `current` for the image that runs now.',
  },
  {
    name: 'service',
    kind: 'name',
    description:
      'For `run`: the service whose revision, network and roles the task gets. Default: the first service.',
  },
  {
    name: 'run-command',
    kind: 'command line',
    description:
      'For `run`: the command, split as a shell would, or a JSON array of words. Its exit code is the exit code of deploy-action.',
  },
  {
    name: 'run-count',
    kind: 'number',
    description: 'For `run`: how many tasks run the command side by side, 1 to 10. Default: 1.',
  },
  {
    name: 'run-retries',
    kind: 'number',
    description: 'For `run`: how often a task that failed is started anew, 0 to 10. Default: 0.',
  },
  {
    name: 'run-cpu',
    kind: 'number',
    description: 'For `run`: CPU units of the task, in place of those of the revision.',
  },
  {
    name: 'run-memory',
    kind: 'number',
    description: 'For `run`: memory of the task in MiB, in place of that of the revision.',
  },
  {
    name: 'run-task-role',
    kind: 'ARN',
    description: 'For `run`: the task role, in place of that of the revision.',
  },
  {
    name: 'run-environment',
    kind: 'list',
    description:
      'For `run`: environment variables of the container, one `NAME=value` on a line. Not for secrets: ECS shows them to everybody who may describe tasks.',
  },
  {
    name: 'revision',
    kind: 'name',
    description:
      'For `rollback`: the revision to go back to, as a number or as `family:revision`. Default: the release before the one that runs.',
  },
  {
    name: 'hook-id',
    kind: 'name',
    description:
      'For `continue`: the lifecycle hook to act on, as in the output `hook-id`. Default: every hook at which one of the services waits.',
  },
  {
    name: 'rollback',
    kind: 'flag',
    description:
      'For `continue`: `true` ends the paused deployment and goes back to the revision from before, instead of continuing. Default: `false`.',
  },
  {
    name: 'dry-run',
    kind: 'flag',
    description:
      'For `bump`: `true` prints the diff and the pull request that it would open, writes nothing and needs no token. Default: `false`.',
  },
  {
    name: 'github-token',
    kind: 'text',
    description:
      'A token for the section `cookbooks` of the file, with `contents: write` and `pull-requests: write`: the job’s own (`github.token`), or that of a GitHub App. Nothing else uses it.',
  },
  {
    name: 'force',
    kind: 'text',
    description:
      'Overrides the guards. The value is the reason, in words; it is logged and kept with the revision.',
  },
  {
    name: 'timeout',
    kind: 'duration',
    description:
      'How long the services may take to become steady: `90s`, `30m`, `2h`; a bare number is seconds. Default: `rollout.timeout` of the file, else `30m`. The migration has its own, in the file.',
  },
] as const satisfies readonly InputSpec[];

export type InputName = (typeof INPUTS)[number]['name'];

/** Inputs that are no part of any plan: main reads them, and nothing shows them. */
type SecretInput = 'github-token';

/** The inputs, read and checked one by one; what is absent or wrong is left out. */
export interface Inputs {
  command?: Command;
  config?: string;
  environment?: string;
  region?: string;
  role?: string;
  cluster?: string;
  repository?: string;
  services?: readonly [string, ...string[]];
  migrate?: readonly [string, ...string[]];
  image?: ImageChoice;
  service?: string;
  'run-command'?: readonly [string, ...string[]];
  'run-count'?: number;
  'run-retries'?: number;
  'run-cpu'?: number;
  'run-memory'?: number;
  'run-task-role'?: string;
  'run-environment'?: Readonly<Record<string, string>>;
  revision?: string;
  'hook-id'?: string;
  rollback?: boolean;
  'dry-run'?: boolean;
  force?: string;
  timeout?: number;
}

type ImageChoice = NonNullable<ImagePlan['use']>;

const GRAMMARS: { [Name in keyof Inputs]-?: (text: string) => Parsed<NonNullable<Inputs[Name]>> } = {
  command: parseCommand,
  config: parsePath,
  environment: aName('environment'),
  region: aName('region'),
  role: aName('role'),
  cluster: aName('cluster'),
  repository: aName('repository'),
  services: parseServices,
  migrate: shellWords,
  image: parseImage,
  service: aName('service'),
  'run-command': parseRunCommand,
  'run-count': aNumber(1, 10),
  'run-retries': aNumber(0, 10),
  'run-cpu': aNumber(128, 32_768),
  'run-memory': aNumber(4, 1_000_000),
  'run-task-role': aName('role'),
  'run-environment': parseVariables,
  revision: parseRevision,
  'hook-id': aName('hook'),
  rollback: parseFlag,
  'dry-run': parseFlag,
  force: parseReason,
  timeout: parseDuration,
};

/** Reads every input once; all that is wrong with them comes back together. */
export function readInputs(host: Pick<Host, 'input' | 'arguments'>): { inputs: Inputs; problems: Problem[] } {
  const problems: Problem[] = [];
  const wrong = (message: string, hint?: string) =>
    problems.push({ code: 'INPUT_INVALID', message, ...(hint === undefined ? {} : { hint }) });

  const [word, ...rest] = host.arguments;
  if (rest.length > 0) {
    wrong(
      `unexpected argument ${shown(rest[0] ?? '')} after the command`,
      'Everything but the command is an option: `--environment staging`.',
    );
  }

  const inputs: Partial<Record<InputName, unknown>> = {};
  for (const { name } of INPUTS) {
    if (isSecret(name)) continue;
    const text = name === 'command' ? (word ?? host.input(name) ?? 'deploy') : host.input(name);
    if (text === undefined) continue;
    const parsed = GRAMMARS[name](text);
    if ('value' in parsed) inputs[name] = parsed.value;
    else wrong(`input \`${name}\` ${parsed.problem}`, parsed.hint);
  }
  return { inputs: inputs as Inputs, problems };
}

function isSecret(name: InputName): name is SecretInput {
  return name === 'github-token';
}

function aName(kind: NameKind): (text: string) => Parsed<string> {
  return (text) => parseName(kind, text);
}

function parseCommand(text: string): Parsed<Command> {
  const command = COMMANDS.find((known) => known === text);
  const near = nearest(text, COMMANDS);
  return command === undefined
    ? {
        ...(near === undefined ? {} : { hint: `Did you mean \`${near}\`?` }),
        problem: `must be ${COMMANDS.map((known) => `\`${known}\``).join(' or ')}, not ${shown(text)}`,
      }
    : { value: command };
}

function parseFlag(text: string): Parsed<boolean> {
  return text === 'true' || text === 'false'
    ? { value: text === 'true' }
    : { problem: `must be \`true\` or \`false\`, not ${shown(text)}` };
}

function parsePath(text: string): Parsed<string> {
  return text.startsWith('-') ? { problem: `must be a path, not ${shown(text)}` } : { value: text };
}

function parseServices(text: string): Parsed<readonly [string, ...string[]]> {
  const names = text
    .split(/[,\r\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const [first, ...more] = names;
  if (first === undefined) return { problem: 'is an empty list', hint: 'Name at least one ECS service.' };
  for (const name of names) {
    const parsed = parseName('service', name);
    if ('problem' in parsed) return parsed;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined
    ? { value: [first, ...more] }
    : { problem: `names the service ${shown(twice)} twice` };
}

function parseImage(text: string): Parsed<ImageChoice> {
  if (text === 'current') return { value: 'current' };
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return { value: { digest: text } };
  if (text.length <= NAMES.tag.longest && NAMES.tag.pattern.test(text)) return { value: { tag: text } };
  return {
    problem: `must be a tag, a digest (\`sha256:\` and 64 hexadecimal digits) or \`current\`, not ${shown(text)}`,
    ...(/[/@]/.test(text) ? { hint: 'Leave the repository out; it is the input `repository`.' } : {}),
  };
}

function parseRunCommand(text: string): Parsed<readonly [string, ...string[]]> {
  if (!text.startsWith('[')) return shellWords(text);
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    words = undefined;
  }
  if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === 'string')) {
    return { problem: `must be a command line or a JSON array of words, not ${shown(text)}` };
  }
  return { value: words as [string, ...string[]] };
}

function aNumber(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most
      ? { value }
      : { problem: `must be a whole number from ${least} to ${most}, not ${shown(text)}` };
  };
}

function parseVariables(text: string): Parsed<Readonly<Record<string, string>>> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const variables: [string, string][] = [];
  for (const line of lines) {
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    // The value may be one that nobody should read: the line is not shown.
    if (name === undefined || value === undefined)
      return {
        problem: 'must be one `NAME=value` on a line',
        hint: 'A name has letters, digits and underscores.',
      };
    variables.push([name, value]);
  }
  return { value: Object.fromEntries(variables) };
}

function parseRevision(text: string): Parsed<string> {
  return /^(?:[A-Za-z0-9][A-Za-z0-9_-]{0,254}:)?[1-9][0-9]{0,9}$/.test(text)
    ? { value: text }
    : { problem: `must be a revision number or \`family:revision\`, not ${shown(text)}` };
}

/** `force: false` from an expression must not force anything, so the reason has to read like one. */
function parseReason(text: string): Parsed<string> {
  if (/^(?:true|false|yes|no|on|off|null|[01])$/i.test(text)) {
    return {
      problem: `must be a reason in words, not ${shown(text)}`,
      hint: 'Leave the input empty to force nothing.',
    };
  }
  if (/\p{Cc}/u.test(text) || text.length > 256)
    return { problem: 'must be one line of at most 256 characters' };
  return { value: text };
}
