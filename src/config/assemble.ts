import { posix } from 'node:path';
import type { Problem } from '../errors.ts';
import { plainBranchOf } from '../rules/input/branch-map.ts';
import { DEFAULT_PATHS, type CookbookPlan } from '../rules/cookbook/plan.ts';
import { shown } from '../rules/input/parsed.ts';
import { branchMap } from './environments.ts';
import type { ConfigFile } from './file.ts';
import type { InputName, Inputs } from './inputs.ts';
import type { Path } from './issues.ts';
import type {
  BumpPlan,
  Command,
  ContinuePlan,
  DeployPlan,
  ImagePlan,
  MigratePlan,
  OneOffPlan,
  RollbackPlan,
  RolloutPlan,
  RunPlan,
  RunTaskPlan,
  ServicePlan,
  ServicesPlan,
  TargetPlan,
} from './plan.ts';
import type { DeployConfig, EnvironmentConfig } from './schema.ts';

const HALF_AN_HOUR = 30 * 60;

export interface Sources {
  inputs: Inputs;
  /** An input that was given but is wrong counts as given: it is reported once, and not as missing too. */
  isGiven: (name: InputName) => boolean;
  /** Unknown when the branch decided nothing; where there is a file, it is known. */
  environment: string | undefined;
  file: ConfigFile | undefined;
}

type Decided<P> = Omit<P, 'environment' | 'event' | 'commit' | 'force'>;

/** The parts of a plan that inputs, file and defaults decide together. */
export type Assembled =
  | Decided<DeployPlan>
  | Decided<RollbackPlan>
  | Decided<ContinuePlan>
  | Decided<RunPlan>
  | Decided<ServicesPlan>
  | Decided<BumpPlan>;

/** Undefined when something is missing or does not fit together; what, is added to `problems`. */
export function assemble(command: Command, sources: Sources, problems: Problem[]): Assembled | undefined {
  const draft = draftOf(sources);
  if (command === 'bump') {
    const cookbooks = cookbooksOf(draft);
    if (draft.sections.cookbooks === undefined) {
      report(draft, '`cookbooks` is missing', {
        at: [],
        hint: 'Write the section `cookbooks` in deploy.yml, for example `cookbooks: { paths: [cookbooks/*] }`.',
      });
    }
    problems.push(...draft.problems);
    return cookbooks && { command, cookbooks, dryRun: draft.inputs['dry-run'] ?? false };
  }
  const services = servicesOf(draft, command);
  const target = targetOf(draft);
  const more = partsOf(command, draft, services);
  problems.push(...draft.problems);
  if (draft.problems.length > 0 || target === undefined || more === undefined) return undefined;
  return { ...more, target, services, rollout: rolloutOf(draft) };
}

type Parts<P> = Omit<Decided<P>, 'target' | 'services' | 'rollout'>;

/** What a command needs beyond the services: only a deploy has to know about images and migrations. */
function partsOf(
  command: Exclude<Command, 'bump'>,
  draft: Draft,
  services: ServicePlan[],
):
  | Parts<DeployPlan>
  | Parts<RollbackPlan>
  | Parts<ContinuePlan>
  | Parts<RunPlan>
  | Parts<ServicesPlan>
  | undefined {
  if (command === 'rollback') {
    const { revision } = draft.inputs;
    return { command, ...(revision === undefined ? {} : { revision }) };
  }
  if (command === 'continue') {
    const { rollback = false, 'hook-id': hookId } = draft.inputs;
    return {
      command,
      action: rollback ? 'rollback' : 'continue',
      ...(hookId === undefined ? {} : { hookId }),
    };
  }
  if (command === 'run') {
    const task = runTaskOf(draft, services);
    const repository = draft.inputs.repository ?? draft.sections.image?.repository;
    return task && { command, task, ...(repository === undefined ? {} : { repository }) };
  }
  if (command !== 'deploy') return { command };
  const image = imageOf(draft);
  const beforeDeploy = beforeDeployOf(draft, services);
  const migrate = migrateOf(draft, services);
  const cookbooks = cookbooksOf(draft);
  const ignore = draft.sections.lint?.ignore;
  if (image === undefined) return undefined;
  return {
    command,
    image,
    beforeDeploy,
    ...(migrate === undefined ? {} : { migrate }),
    ...(ignore === undefined ? {} : { lint: { ignore } }),
    ...(cookbooks === undefined ? {} : { cookbooks }),
  };
}

interface Draft extends Sources {
  /** The file's sections as this environment has them. */
  sections: EnvironmentConfig;
  /** The path in the file to one of them: the environment's own where it has one. */
  pathTo: (key: keyof EnvironmentConfig, ...rest: Path) => Path;
  problems: Problem[];
}

function draftOf(sources: Sources): Draft {
  const { environment = '', file } = sources;
  const top = file?.config ?? {};
  const environments = file?.config?.environments ?? {};
  const own = (Object.hasOwn(environments, environment) ? environments[environment] : undefined) ?? {};
  return {
    ...sources,
    sections: override(top, own),
    pathTo: (key, ...rest) => [...(key in own ? ['environments', environment] : []), key, ...rest],
    problems: [],
  };
}

/** Sections are overridden key by key, build arguments name by name, lists as a whole. */
function override(top: Partial<DeployConfig>, own: EnvironmentConfig): EnvironmentConfig {
  const image = { ...top.image, ...own.image };
  const buildArguments = { ...top.image?.['build-args'], ...own.image?.['build-args'] };
  return {
    ...own,
    image: { ...image, 'build-args': buildArguments },
    services: own.services ?? top.services,
    'before-deploy': own['before-deploy'] ?? top['before-deploy'],
    migrate:
      top.migrate === undefined && own.migrate === undefined ? undefined : { ...top.migrate, ...own.migrate },
    rollout: { ...top.rollout, ...own.rollout },
    lint: { ...top.lint, ...own.lint },
    cookbooks:
      top.cookbooks === undefined && own.cookbooks === undefined
        ? undefined
        : { ...top.cookbooks, ...own.cookbooks },
  };
}

const PRODUCTION = 'production';

/** The branch whose pushes are judged, as the file says it for all environments. */
export function cookbookBranch(config: Partial<DeployConfig> | undefined): string | undefined {
  return config?.cookbooks?.branch ?? plainBranchOf(branchMap(config?.environments), PRODUCTION);
}

function cookbooksOf(draft: Draft): CookbookPlan | undefined {
  const { cookbooks } = draft.sections;
  if (cookbooks === undefined) return undefined;
  const branch = cookbooks.branch ?? cookbookBranch(draft.file?.config);
  if (branch === undefined) {
    report(draft, '`cookbooks.branch` is missing', {
      at: draft.pathTo('cookbooks'),
      hint: `Write the branch that the pull request goes to. It goes without saying only where \`environments.${PRODUCTION}\` has one branch, by its plain name.`,
    });
    return undefined;
  }
  const { 'lock-command': lockCommand, deploy } = cookbooks;
  return {
    paths: cookbooks.paths ?? DEFAULT_PATHS,
    branch,
    level: cookbooks.level ?? 'patch',
    pins: cookbooks.pins ?? [],
    dependants: cookbooks.dependants ?? 'excluding',
    ...(lockCommand === undefined ? {} : { lockCommand }),
    ...(deploy === undefined ? {} : { deploy }),
  };
}

function targetOf(draft: Draft): TargetPlan | undefined {
  const { inputs, sections, environment, file } = draft;
  const region = inputs.region ?? sections.region;
  const role = inputs.role ?? sections.role;
  const cluster = inputs.cluster ?? sections.cluster;
  if (cluster === undefined) {
    const section =
      file?.config?.environments === undefined ? undefined : `environments.${String(environment)}.cluster`;
    missing(draft, 'cluster', section, ['environments', environment ?? '']);
    return undefined;
  }
  return { cluster, ...(region === undefined ? {} : { region }), ...(role === undefined ? {} : { role }) };
}

function imageOf(draft: Draft): ImagePlan | undefined {
  const { inputs } = draft;
  const image = draft.sections.image ?? {};
  const repository = inputs.repository ?? image.repository;
  if (repository === undefined) {
    missing(draft, 'repository', 'image.repository', draft.pathTo('image'));
    return undefined;
  }
  const context = image.context ?? '.';
  return {
    repository,
    ...(inputs.image === undefined ? {} : { use: inputs.image }),
    context,
    dockerfile: image.dockerfile ?? posix.join(context, 'Dockerfile'),
    ...(image.target === undefined ? {} : { target: image.target }),
    ...(image.platform === undefined ? {} : { platform: image.platform }),
    buildArguments: image['build-args'] ?? {},
    secrets: image.secrets ?? [],
    cache: image.cache ?? 'registry',
    reuse: image.reuse ?? { mode: 'content' },
  };
}

/** The input chooses by name; what the file says about a service of that name still holds. */
function servicesOf(draft: Draft, command: Command): ServicePlan[] {
  const { sections } = draft;
  const { service } = draft.inputs;
  const inputs = command === 'run' && service !== undefined ? { services: [service] } : draft.inputs;
  const listed = (sections.services ?? []).map((entry) =>
    typeof entry === 'string' ? { name: entry } : entry,
  );
  const chosen =
    inputs.services?.map((name) => listed.find((entry) => entry.name === name) ?? { name }) ?? listed;
  if (chosen.length === 0) missing(draft, 'services', 'services', draft.pathTo('services'));
  return chosen.map((service) => ({
    name: service.name,
    ...(service.container === undefined ? {} : { container: service.container }),
    ...(service['task-definition'] === undefined ? {} : { taskDefinition: service['task-definition'] }),
    minimumTasks: service['minimum-tasks'] ?? sections.rollout?.['minimum-tasks'] ?? 1,
  }));
}

function beforeDeployOf(draft: Draft, services: ServicePlan[]): OneOffPlan[] {
  return (draft.sections['before-deploy'] ?? []).flatMap((section, index) => {
    const path = draft.pathTo('before-deploy', index);
    return oneOffOf(draft, { ...section, label: `before-deploy[${index}]`, path }, services) ?? [];
  });
}

function migrateOf(draft: Draft, services: ServicePlan[]): MigratePlan | undefined {
  const { inputs, sections, isGiven } = draft;
  const command = inputs.migrate ?? sections.migrate?.command;
  const path = draft.pathTo('migrate');
  if (command !== undefined) {
    const plan = oneOffOf(draft, { ...sections.migrate, command, label: 'migrate', path }, services);
    const provePrevious = sections.migrate?.['prove-previous'];
    return plan && { ...plan, ...(provePrevious === undefined ? {} : { provePrevious }) };
  }
  if (sections.migrate !== undefined && !isGiven('migrate')) {
    report(draft, '`migrate.command` is missing', {
      at: path,
      hint: 'Write the command of the migration, such as `command: [bin/rails, "db:migrate"]`.',
    });
  }
  return undefined;
}

type OneOffSection = NonNullable<EnvironmentConfig['before-deploy']>[number];

function oneOffOf(
  draft: Draft,
  { label, path, ...section }: OneOffSection & { label: string; path: Path },
  services: ServicePlan[],
): OneOffPlan | undefined {
  const names = services.map(({ name }) => name);
  const service = section.service ?? names[0];
  // Without services there is nothing to judge by, and that is reported already.
  if (service === undefined) return undefined;
  if (names.length > 0 && !names.includes(service)) {
    report(
      draft,
      `\`${label}.service\` names ${shown(service)}, which is not among the services of this run`,
      {
        at: [...path, 'service'],
        hint: `The task gets the network, the roles and the new revision of a service that is deployed: ${names.join(', ')}.`,
      },
    );
  }
  return {
    service,
    ...(section.container === undefined ? {} : { container: section.container }),
    command: section.command,
    timeoutSeconds: section.timeout ?? HALF_AN_HOUR,
    onCancel: section['on-cancel'] ?? 'keep',
  };
}

const AN_HOUR = 60 * 60;

/** A task for a person: nobody waits behind it, so a cancel stops it. */
function runTaskOf({ inputs, isGiven, ...draft }: Draft, [service]: ServicePlan[]): RunTaskPlan | undefined {
  const command = inputs['run-command'];
  if (command === undefined && !isGiven('run-command')) {
    report({ inputs, isGiven, ...draft, file: undefined }, '`run-command` is missing', {
      at: [],
      hint: 'Give the command to run: --run-command "bin/report --day 1".',
    });
  }
  if (command === undefined || service === undefined) return undefined;
  return {
    service: service.name,
    ...(service.container === undefined ? {} : { container: service.container }),
    command,
    timeoutSeconds: inputs.timeout ?? AN_HOUR,
    onCancel: 'stop',
    count: inputs['run-count'] ?? 1,
    retries: inputs['run-retries'] ?? 0,
    overrides: {
      ...(inputs['run-cpu'] === undefined ? {} : { cpu: String(inputs['run-cpu']) }),
      ...(inputs['run-memory'] === undefined ? {} : { memory: String(inputs['run-memory']) }),
      ...(inputs['run-task-role'] === undefined ? {} : { taskRole: inputs['run-task-role'] }),
      ...(inputs['run-environment'] === undefined ? {} : { environment: inputs['run-environment'] }),
    },
  };
}

function rolloutOf({ inputs, sections: { rollout } }: Draft): RolloutPlan {
  return {
    timeoutSeconds: inputs.timeout ?? rollout?.timeout ?? HALF_AN_HOUR,
    onFailure: rollout?.['on-failure'] ?? 'rollback',
    onCancel: rollout?.['on-cancel'] ?? 'keep',
    onPause: rollout?.['on-pause'] ?? 'wait',
    otherDeployment: rollout?.['other-deployment'] ?? 'wait',
  };
}

/** Something that either the input or the file has to say; `key` is undefined where no file can say it yet. */
function missing(draft: Draft, input: InputName, key: string | undefined, at: Path): void {
  if (draft.isGiven(input)) return;
  const inFile =
    key === undefined ? '' : `, or write \`${key}\` in ${draft.file?.path ?? '.github/deploy.yml'}`;
  report(draft, `\`${input}\` is missing`, { at, hint: `Give the input \`${input}\`${inFile}.` });
}

function report({ file, problems }: Draft, message: string, { at, hint }: { at: Path; hint: string }): void {
  const place = file === undefined ? {} : file.locate(at);
  problems.push({ code: file === undefined ? 'INPUT_INVALID' : 'CONFIG_INVALID', message, hint, ...place });
}
