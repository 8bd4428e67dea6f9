import { COMMAND_POLICIES, type PolicySection, type Scope } from '../aws/policies.ts';

/** What a deploy of these services touches; every name as it is in AWS. */
export interface DeployResources {
  /** "aws", "aws-cn", "aws-us-gov" */
  partition: string;
  region: string;
  account: string;
  cluster: string;
  services: readonly string[];
  /** Families of task definitions that are registered. */
  families: readonly string[];
  /** The family that the migration and the other one-off tasks run. */
  taskFamilies: readonly string[];
  /** ARNs of task roles and execution roles. */
  roles: readonly string[];
  logGroups: readonly string[];
  repository: { account: string; region: string; name: string };
}

/** What only some deploys touch. */
export interface FeatureResources {
  /** "BUS/NAME", or "NAME" on the default bus */
  rules?: readonly string[];
  /** "GROUP/NAME" */
  schedules?: readonly string[];
  scheduleRoles?: readonly string[];
  /** Names or patterns of secrets of Secrets Manager. */
  secrets?: readonly string[];
  /** Projects of CodeBuild. */
  projects?: readonly string[];
  /** Repositories that images are copied from. */
  copiedFrom?: readonly DeployResources['repository'][];
  /** Buckets that a checkout is handed over in. */
  buckets?: readonly string[];
}

export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Statement[];
}

/**
 * The permissions of `deploy` and of going back, no more: `docs/iam/deploy-policy.json` is this for an example, and a
 * test holds that against every call that the code makes.
 */
export function deployPolicy(resources: DeployResources): PolicyDocument {
  return policyOf(COMMAND_POLICIES['deploy'] ?? [], resources);
}

/** A policy for these resources. A section of something that there is none of is left out. */
export function policyOf(
  sections: readonly PolicySection[],
  resources: DeployResources & FeatureResources,
): PolicyDocument {
  const { partition, region, account, cluster } = resources;
  const clusterArn = `arn:${partition}:ecs:${region}:${account}:cluster/${cluster}`;
  const statements = sections.map(({ sid, actions, on, inCluster, passedTo }) => ({
    Sid: sid,
    Effect: 'Allow' as const,
    Action: oneOrAll(actions),
    Resource: oneOrAll(arnsOf(on, resources)),
    ...(inCluster === undefined ? {} : { Condition: { ArnEquals: { 'ecs:cluster': clusterArn } } }),
    ...(passedTo === undefined
      ? {}
      : { Condition: { StringEquals: { 'iam:PassedToService': oneOrAll(passedTo) } } }),
  }));
  return { Version: '2012-10-17', Statement: statements.filter(({ Resource }) => Resource.length > 0) };
}

function arnsOf(scope: Scope, resources: DeployResources & FeatureResources): readonly string[] {
  const { partition, region, account, cluster, repository } = resources;
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const each = (names: readonly string[] | undefined, write: (name: string) => string) =>
    (names ?? []).map(write);
  const revisions = (names: readonly string[]) =>
    each(names, (name) => arn('ecs', `task-definition/${name}:*`));
  const rules = each(resources.rules, (name) => arn('events', `rule/${name}`));
  const schedules = each(resources.schedules, (name) => arn('scheduler', `schedule/${name}`));
  const streams = (group: string) => arn('logs', `log-group:${group}:log-stream:*`);
  const repositoryArn = ({ account: owner, region: where, name }: DeployResources['repository']) =>
    `arn:${partition}:ecr:${where}:${owner}:repository/${name}`;
  const ofServiceDeployments = arn('ecs', `service-deployment/${cluster}/*`);
  switch (scope) {
    case 'everything':
      return ['*'];
    case 'repository':
      return [repositoryArn(repository)];
    case 'other-repository':
      return (resources.copiedFrom ?? []).map(repositoryArn);
    case 'revisions':
      return revisions(resources.families);
    case 'task-revisions':
      return revisions(resources.taskFamilies);
    case 'task-roles':
      return resources.roles;
    case 'tasks':
      return [arn('ecs', `task/${cluster}/*`)];
    case 'log-streams':
      return each(resources.logGroups, streams);
    case 'services':
      return each(resources.services, (name) => arn('ecs', `service/${cluster}/${name}`));
    case 'every-service':
      return [arn('ecs', `service/${cluster}/*`)];
    case 'service-deployments':
      return [ofServiceDeployments];
    case 'rollouts':
      return [ofServiceDeployments, arn('ecs', `service-revision/${cluster}/*`)];
    case 'rules':
      return rules;
    case 'schedules':
      return schedules;
    case 'rules-and-schedules':
      return [...rules, ...schedules];
    case 'schedule-roles':
      return resources.scheduleRoles ?? [];
    case 'secrets':
      return each(resources.secrets, (name) => arn('secretsmanager', `secret:${name}`));
    case 'project':
      return each(resources.projects, (name) => arn('codebuild', `project/${name}`));
    case 'build-logs':
      return each(resources.projects, (name) => streams(`/aws/codebuild/${name}`));
    case 'handed-over':
      return each(resources.buckets, (name) => `arn:${partition}:s3:::${name}/deploy-action/*`);
  }
}

function oneOrAll(values: readonly string[]): string | string[] {
  const [first] = values;
  return first !== undefined && values.length === 1 ? first : [...values];
}
