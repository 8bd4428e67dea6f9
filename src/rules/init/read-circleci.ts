import { environmentFor, type EnvironmentDraft, type InitDraft } from './draft.ts';
import { mergeDrafts } from './merge-drafts.ts';
import { commaList, isFilledIn, listOf, overriddenCommand, sectionOf, textIn } from './yaml-values.ts';
import type { Section } from './yaml-values.ts';

/** Parameters of the orbs that have no counterpart (docs/migrate-from-circleci-orbs.md). */
const LOST = [
  'container_env_var_updates',
  'container_secret_updates',
  'container_docker_label_updates',
  'task_definition_tags',
  'create_repo',
  'lifecycle_policy_path',
  'create_service',
  'desired_count',
  'codedeploy_application_name',
];

/** A use of the aws-ecr or aws-ecs orb: in a workflow, or as a step of a job. */
interface Use {
  name: string;
  parameters: Section;
}

/** A CircleCI configuration that deploys with the aws-ecr and aws-ecs orbs. */
export function readCircleci(content: Section): InitDraft {
  const workflows = Object.values(sectionOf(content['workflows'])).map(sectionOf);
  const jobs = Object.values(sectionOf(content['jobs'])).map(sectionOf);
  const uses = [
    ...workflows.flatMap(({ jobs: list }) => listOf(list)),
    ...jobs.flatMap(({ steps }) => listOf(steps)),
  ]
    .flatMap(usesIn)
    .filter(({ name }) => /^aws-(?:ecr|ecs|code-deploy)\//.test(name));
  const notes =
    uses.length === 0
      ? ['No job or step of the aws-ecr and aws-ecs orbs was found: write `services` by hand.']
      : [];
  return mergeDrafts([...uses.map(readUse), { notes }]);
}

function usesIn(entry: unknown): Use[] {
  return Object.entries(sectionOf(entry)).map(([name, parameters]) => ({
    name: name.startsWith('aws-') ? name.replace(/\/.*$/, underscored) : name,
    parameters: Object.fromEntries(
      Object.entries(sectionOf(parameters)).map(([key, value]) => [parameterOf(key), value]),
    ),
  }));
}

/** Before aws-ecs 4 and aws-ecr 9 the orbs had hyphens in all names, and some parameters had another one. */
function underscored(name: string): string {
  return name.replaceAll('-', '_');
}

const FORMER_NAMES: Readonly<Record<string, string>> = {
  cluster_name: 'cluster',
  aws_region: 'region',
};

function parameterOf(key: string): string {
  // These belong to the workflow, and never had another name.
  if (['pre-steps', 'post-steps'].includes(key)) return key;
  const name = underscored(key);
  return FORMER_NAMES[name] ?? name;
}

function readUse({ name, parameters }: Use): Partial<InitDraft> {
  const of = (key: string) => {
    const text = textIn(parameters, key);
    return text === undefined || isFilledIn(text) ? undefined : text;
  };
  const notes = LOST.filter((key) => textIn(parameters, key) !== undefined).map(
    (key) => `\`${key}\` of ${name} has no counterpart: see docs/migrate-from-circleci-orbs.md.`,
  );
  const environments = environmentOf(parameters, of);
  if (name.startsWith('aws-ecr/')) return { ...readImage(of), environments, notes };
  if (name === 'aws-ecs/deploy_ecs_scheduled_task')
    return { environments, notes, rules: [of('rule_name') ?? []].flat() };
  if (name === 'aws-ecs/run_task') {
    const migrate = overriddenCommand(textIn(parameters, 'overrides') ?? '');
    const unread = 'A task is run, but its command could not be read: write it as `migrate.command`.';
    return migrate === undefined
      ? { environments, notes: [...notes, unread] }
      : { environments, notes, migrate };
  }
  if (!/^aws-ecs\/(?:deploy_service_update|update_service)$/.test(name)) return { environments, notes };
  const service = of('service_name') ?? of('family');
  const container = /(?:^|,)\s*container=([\w-]+)/.exec(
    textIn(parameters, 'container_image_name_updates') ?? '',
  )?.[1];
  return {
    environments,
    services:
      service === undefined ? [] : [{ name: service, ...(container === undefined ? {} : { container }) }],
    notes,
  };
}

function readImage(of: (key: string) => string | undefined): Partial<InitDraft> {
  const words = (of('extra_build_args') ?? '').split(/\s+/);
  const buildArguments = Object.fromEntries(
    words.flatMap((word, index) => {
      const given = word.startsWith('--build-arg=') ? word.slice('--build-arg='.length) : words[index + 1];
      const [name, ...value] = (given ?? '').split('=');
      return word.startsWith('--build-arg') && name !== undefined && value.length > 0
        ? [[name, value.join('=')]]
        : [];
    }),
  );
  const [repository, context, dockerfile, platform] = [
    of('repo'),
    of('build_path') ?? of('path'),
    of('dockerfile'),
    of('platform'),
  ];
  return {
    ...(repository === undefined ? {} : { repository }),
    image: {
      ...(context === undefined || context === '.' ? {} : { context }),
      ...(dockerfile === undefined || dockerfile === 'Dockerfile' ? {} : { dockerfile }),
      ...(platform === undefined || commaList(platform).length !== 1 ? {} : { platform }),
      ...(Object.keys(buildArguments).length === 0 ? {} : { buildArguments }),
    },
  };
}

/** A job that is limited to branches says which environment it is. */
function environmentOf(parameters: Section, of: (key: string) => string | undefined): EnvironmentDraft[] {
  const only = listOf(sectionOf(sectionOf(parameters['filters'])['branches'])['only']);
  const branches = only.filter((name): name is string => typeof name === 'string' && !name.startsWith('/'));
  const cluster = of('cluster');
  const named = cluster ?? of('context');
  if (named === undefined && branches.length === 0) return [];
  const usual = environmentFor(named ?? (branches.includes('develop') ? 'staging' : 'production'));
  // The former parameter was the name of a variable.
  const region = /^[a-z-]+-\d$/.test(of('region') ?? '') ? of('region') : undefined;
  return [
    {
      ...usual,
      branches,
      ...(region === undefined ? {} : { region }),
      ...(cluster === undefined ? {} : { cluster }),
    },
  ];
}
