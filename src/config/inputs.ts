import type { ImagePlan } from './image-plan.ts';
import type { Command } from './plan.ts';

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
      'What to do: `deploy`; `plan` (what a deploy would do, with checks of what it needs; writes nothing to AWS, and is allowed on pull requests); `status` (what runs now); `history` (the releases of the environment); `inventory` (every service, schedule and image of the environment with the revision it pins); `wait` (follow the deployment in flight to its end); `rollback` (stop the deployment in flight, or put the release before back); `continue` (pass the lifecycle hook at which a deployment is paused, or with `rollback` end it); `redeploy` (new tasks of the same revision); `run` (a command in a one-off task); `build` (the image alone: reused, or built and pushed); `bump` (the cookbook part alone: the pull request that raises versions, and the infrastructure deploy of what was released); `init` (write deploy.yml, the pipeline and the role for services that run already).',
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
      'The environment to deploy. Default: the one whose branch was pushed. One that is named here must still match its branch, unless the file says `any-branch: true` for it, `force` is given, or the command only looks (`plan`, `status`, `history`, `inventory`, `wait`).',
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
    name: 'target',
    kind: 'name',
    description: 'One of the `targets` of the environment. Default: all of them.',
  },
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
      'Deploys this instead of building: a tag, a digest (`sha256:…`), or `current` for the image that runs now. With `build`, a tag or a digest that must exist.',
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
    name: 'from',
    kind: 'path',
    description:
      'For `init`: a file of the set-up that is to be replaced: a GitHub workflow or a CircleCI configuration that deploys, an `ecspresso.yml`, or a script that calls ecspresso, ecs-deploy, ecs-task or ecs-goploy.',
  },
  {
    name: 'github-token',
    kind: 'text',
    description:
      'A token for the section `cookbooks` of the file, with `contents: write` and `pull-requests: write`, and for the comment of `plan`, with `pull-requests: write`: the job’s own (`github.token`), or that of a GitHub App. Nothing else uses it.',
  },
  {
    name: 'mask-aws-account-id',
    kind: 'flag',
    description:
      'With `true`, account ids are `***` wherever something is written for people: log, job summary, annotations, pull request comment, Slack, result object. The outputs keep them, because later steps need whole ARNs; GitHub however drops an output of the *job* that holds a masked value. Default: `false`.',
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
export type SecretInput = 'github-token';

/** The inputs, read and checked one by one; what is absent or wrong is left out. */
export interface Inputs {
  command?: Command;
  config?: string;
  environment?: string;
  region?: string;
  role?: string;
  cluster?: string;
  target?: string;
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
  from?: string;
  'mask-aws-account-id'?: boolean;
  force?: string;
  timeout?: number;
}

export type ImageChoice = NonNullable<ImagePlan['use']>;
