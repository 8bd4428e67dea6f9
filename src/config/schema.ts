import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../rules/input/duration.ts';
import { LINT_NAMES } from '../rules/lint/lint.ts';
import { NAMES, parseName } from '../rules/input/names.ts';
import type { NameKind } from '../rules/input/names.ts';
import type { Parsed } from '../rules/input/parsed.ts';
import { parseCheckoutPath } from '../rules/input/paths.ts';
import { shellWords } from '../rules/input/shell-words.ts';
import type { CommandWords } from '../rules/input/shell-words.ts';

// The single truth about deploy.yml: the type, the published JSON Schema, the reference and the errors all come
// from here. Only keys that work are accepted: an ignored key would be a lie.

/** Hands what a rule finds wrong to zod; a hint travels as a parameter of the issue. */
function follow<Input, Value>(rule: (input: Input) => Parsed<Value>) {
  return (input: Input, context: z.core.$RefinementCtx<Input>): Value => {
    const parsed = rule(input);
    if ('value' in parsed) return parsed.value;
    const { problem, hint } = parsed;
    context.issues.push({
      code: 'custom',
      message: problem,
      input,
      ...(hint === undefined ? {} : { params: { hint } }),
    });
    return z.NEVER;
  };
}

const name = (kind: NameKind) =>
  z
    .string()
    .meta({ pattern: NAMES[kind].pattern.source, maxLength: NAMES[kind].longest })
    .transform(follow((text: string) => parseName(kind, text)));

const path = () => z.string().meta({ minLength: 1 }).transform(follow(parseCheckoutPath));

const duration = () =>
  z
    .union(
      [
        z.number().meta({ type: 'integer', minimum: 1 }),
        z.string().meta({ pattern: DURATION_PATTERN.source }),
      ],
      {
        error: 'must be a duration such as `90s`, `30m` or `2h`',
      },
    )
    .transform(follow((value: number | string) => parseDuration(String(value))));

/** Text that YAML may have read as a number or as true; the file hands it over as it was written. */
const asWritten = () =>
  z.union([z.string(), z.number(), z.boolean()], { error: 'must be text' }).transform(String);

const command = () =>
  z
    .union([z.string().meta({ minLength: 1 }), z.array(asWritten()).meta({ minItems: 1 })], {
      error: 'must be a command: text, or a list of words',
    })
    .transform(follow(wordsOf));

function wordsOf(value: string | string[]): Parsed<CommandWords> {
  if (typeof value === 'string') return shellWords(value);
  const [program, ...more] = value;
  return program === undefined || program === ''
    ? { problem: 'must name a program' }
    : { value: [program, ...more] };
}

const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices) => z.enum(choices);

const minimumTasks = () => z.int().min(0);

const oneOrMore = (kind: NameKind) =>
  z.union([name(kind), z.array(name(kind)).min(1)], { error: 'must be text, or a list of texts' });

const image = z.strictObject({
  repository: name('repository')
    .optional()
    .describe(
      'The ECR repository: a name in the account that is signed in to, or one full URI that every environment pulls from.',
    ),
  context: path().optional().describe('The folder that is sent to the build. Default: `.`, the checkout.'),
  dockerfile: path()
    .optional()
    .describe('The Dockerfile, relative to the checkout. Default: `Dockerfile` in the context.'),
  target: name('stage').optional().describe('The stage of the Dockerfile to build. Default: its last one.'),
  platform: name('platform')
    .optional()
    .describe('The platform to build for. Default: that of the task definition (`runtimePlatform`).'),
  'build-args': z
    .record(name('variable'), asWritten())
    .optional()
    .describe(
      'Build arguments by name. They can be seen in the image: what is secret belongs into `secrets`.',
    ),
  secrets: z
    .array(name('variable'))
    .optional()
    .describe(
      'Names of environment variables whose values are handed to the build as BuildKit secrets of the same id.',
    ),
  cache: choice(['registry', 'inline', 'gha', 'off'])
    .optional()
    .describe('Where the layers of earlier builds are kept. Default: `registry`.'),
  builder: choice(['docker'])
    .optional()
    .describe('What builds the image. Default, and so far the only one: `docker`.'),
  reuse: z
    .union([
      choice(['content', 'never']),
      z.number().meta({ type: 'integer', minimum: 1 }),
      z.string().meta({ pattern: DURATION_PATTERN.source }),
    ])
    .transform(follow(reuseOf))
    .optional()
    .describe(
      'Whether an image that was built from the same content is deployed again instead of building: `content` (always), `never`, or the greatest age it may have, such as `720h`. Default: `content`.',
    ),
});

function reuseOf(value: number | string): Parsed<ImageReuse> {
  if (value === 'content' || value === 'never') return { value: { mode: value } };
  const age = parseDuration(String(value));
  return 'value' in age
    ? { value: { mode: 'max-age', seconds: age.value } }
    : { problem: 'must be `content`, `never` or the greatest age of an image, such as `720h`' };
}

export type ImageReuse = { mode: 'content' } | { mode: 'never' } | { mode: 'max-age'; seconds: number };

const service = z.strictObject({
  name: name('service').describe('The name of the ECS service.'),
  container: name('container')
    .optional()
    .describe(
      'The container whose image is replaced. Default: every container whose image is of this repository.',
    ),
  'task-definition': path()
    .optional()
    .describe(
      'A task definition file in the checkout, as JSON. Default: the revision that the service runs now.',
    ),
  'minimum-tasks': minimumTasks()
    .optional()
    .describe(
      'Running tasks that this service must have at the end; `0` allows it to be scaled to zero. Default: `rollout.minimum-tasks`.',
    ),
});

const services = z
  .array(
    z.union([name('service'), service], {
      error: 'must be the name of a service, or a section with a `name`',
    }),
  )
  .min(1)
  .check(noneTwice);

function noneTwice(context: z.core.ParsePayload<(string | { name: string })[]>): void {
  const names = context.value.map((entry) => (typeof entry === 'string' ? entry : entry.name));
  names.forEach((each, index) => {
    if (names.indexOf(each) === index) return;
    context.issues.push({
      code: 'custom',
      message: `is the second service of the name \`${each}\``,
      path: [index],
      input: each,
    });
  });
}

const oneOffTask = {
  service: name('service')
    .optional()
    .describe(
      'The service whose network, platform and roles the task gets; one of `services`. Default: the first of them.',
    ),
  container: name('container')
    .optional()
    .describe('The container that runs the command. Default: the one whose image is replaced.'),
  timeout: duration()
    .optional()
    .describe('How long the task may take; then it is stopped and the run fails. Default: `30m`.'),
  'on-cancel': choice(['keep', 'stop'])
    .optional()
    .describe(
      'What happens to the task when the run is cancelled: it runs on (`keep`), or it is stopped. Default: `keep`.',
    ),
};

const beforeDeploy = z.array(
  z.strictObject({
    ...oneOffTask,
    command: command().describe(
      'What to run on the new image: text split as a shell would, or a list of words.',
    ),
  }),
);

const migrate = z.strictObject({
  ...oneOffTask,
  command: command()
    .optional()
    .describe(
      'The migration, run on the new image before any service changes: text split as a shell would, or a list of words.',
    ),
  'prove-previous': command()
    .optional()
    .describe(
      'A check, run on the image that serves now, after the migration and before any service changes: can it live with the new schema? When it fails, no service changes.',
    ),
});

const rollout = z.strictObject({
  timeout: duration()
    .optional()
    .describe('How long the services may take to become steady on the new revision. Default: `30m`.'),
  'on-failure': choice(['rollback', 'rollback-failed', 'leave'])
    .optional()
    .describe(
      'What happens when a service fails: every service changed in this run returns to the revision it had (`rollback`), only those that failed (`rollback-failed`), or none (`leave`). Default: `rollback`.',
    ),
  'on-cancel': choice(['keep', 'rollback'])
    .optional()
    .describe('What happens to the rollout when the run is cancelled. Default: `keep`, it goes on.'),
  'on-pause': choice(['wait', 'hand-over'])
    .optional()
    .describe(
      'What happens when a deployment pauses at a lifecycle hook: the run waits until somebody continues it or rolls it back (`wait`), or it ends with the outcome `paused` and a later run of the command `continue` takes over (`hand-over`). Default: `wait`.',
    ),
  'other-deployment': choice(['wait', 'refuse'])
    .optional()
    .describe(
      'What to do where another deployment of a service is in progress. Default: `wait` for its end.',
    ),
  'minimum-tasks': minimumTasks()
    .optional()
    .describe('Running tasks that each service must have at the end. Default: `1`.'),
});

const cookbooks = z.strictObject({
  paths: z
    .array(path())
    .min(1)
    .optional()
    .describe(
      'Globs of the folders that hold one cookbook each; `.` is the whole repository. Default: `[cookbooks/*]`.',
    ),
  branch: name('branch')
    .optional()
    .describe(
      'The branch whose pushes are judged and that the pull request goes to. Default: the branch of the environment `production`, where that is one plain name.',
    ),
  level: choice(['patch', 'minor', 'major'])
    .optional()
    .describe('The least level by which a version rises; labels and commits may raise it. Default: `patch`.'),
  pins: z
    .array(path())
    .optional()
    .describe('Chef environment files whose pins follow the versions. Default: none.'),
  'lock-command': command()
    .optional()
    .describe(
      'Writes Policyfile locks anew, such as `[chef, update]`; runs in the folder of each lock, in a copy of the repository.',
    ),
  dependants: choice(['excluding', 'always'])
    .optional()
    .describe(
      'Which cookbooks rise with one that they depend on: those whose constraint excludes its new version (`excluding`), or all (`always`). Default: `excluding`.',
    ),
  deploy: command()
    .optional()
    .describe(
      'The infrastructure deploy: runs once when versions were released, with them in its environment, after the application. Text split as a shell would, or a list of words.',
    ),
});

const lint = z.strictObject({
  ignore: z
    .array(choice(LINT_NAMES))
    .optional()
    .describe('The findings that are not warned of, by their names: [the list](lint.md).'),
});

const sections = {
  image: image.optional().describe('The image: where it comes from and how it is built.'),
  services: services.optional().describe('The ECS services that run the image, by name or as a section.'),
  'before-deploy': beforeDeploy
    .optional()
    .describe('Commands that run one after the other on the new image, before the migration.'),
  migrate: migrate.optional().describe('The migration: a gate before any service changes.'),
  rollout: rollout
    .optional()
    .describe('How the services are brought to the new revision, and what happens when that fails.'),
  lint: lint
    .optional()
    .describe('What is known to go wrong with services and task definitions is warned of.'),
  cookbooks: cookbooks
    .optional()
    .describe(
      'Chef cookbooks: the pull request that raises their versions, and the infrastructure deploy that its merge releases. Needs the input `github-token`.',
    ),
};

const environment = z
  .strictObject({
    branch: oneOrMore('branchPattern')
      .optional()
      .describe('The branches that deploy here: a name, a glob such as `release/*`, or a list of them.'),
    tag: oneOrMore('branchPattern')
      .optional()
      .describe('The pushed tags that deploy here: a name, a glob such as `v*`, or a list of them.'),
    region: name('region').optional().describe('The AWS region. Default: what the job is configured with.'),
    role: name('role')
      .optional()
      .describe(
        "The IAM role to assume with the host's OIDC token. Default: the credentials that the job has.",
      ),
    cluster: name('cluster').optional().describe('The ECS cluster.'),
    'any-branch': z
      .boolean()
      .optional()
      .describe(
        'Allows this environment to be deployed from any branch, when it is asked for by name. Default: `false`.',
      ),
    ...sections,
  })
  .check(isReachable);

function isReachable(
  context: z.core.ParsePayload<{ branch?: unknown; tag?: unknown; 'any-branch'?: boolean | undefined }>,
): void {
  const { branch, tag, 'any-branch': anyBranch } = context.value;
  if (branch !== undefined || tag !== undefined || anyBranch === true) return;
  context.issues.push({
    code: 'custom',
    message: 'can never be deployed: no branch belongs to it',
    input: context.value,
    params: { hint: 'Write the branch that deploys it (`branch: develop`), a `tag`, or `any-branch: true`.' },
  });
}

const environments = z
  .record(name('environment'), environment)
  .refine((map) => Object.keys(map).length > 0, { error: 'must have at least one environment' });

/** deploy.yml. */
export const deployConfig = z
  .strictObject({
    version: z.literal(1).describe('The version of this format: `1`.'),
    ...sections,
    environments: environments
      .optional()
      .describe(
        'The environments by name. Each may override every other section of this file: sections key by key, lists as a whole. Default: `develop` deploys staging; `master` and `main` deploy production.',
      ),
  })
  .describe('deploy.yml: what deploy-action deploys, and where.');

export type DeployConfig = z.output<typeof deployConfig>;
export type EnvironmentConfig = z.output<typeof environment>;
export type EnvironmentsConfig = z.output<typeof environments>;

/** The part of the file that the branch is judged by, so that it can be judged while another part is wrong. */
export const environmentsConfig = environments.optional();

/** The JSON Schema of what a user writes; editors show its descriptions. Published as schema/deploy.schema.json. */
export function jsonSchema(): object {
  return { ...z.toJSONSchema(deployConfig, { io: 'input' }), title: 'deploy.yml' };
}
