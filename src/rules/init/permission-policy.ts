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

export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Statement[];
}

/**
 * The permissions of `deploy` and of going back, no more: `docs/iam/deploy-policy.json` is this for an example, and a
 * test holds that against every call that the code makes. `*` stands where AWS knows no resource for the action
 * (AWS service authorization reference, Amazon ECR and Amazon ECS).
 */
export function deployPolicy(resources: DeployResources): PolicyDocument {
  const {
    partition,
    region,
    account,
    cluster,
    services,
    families,
    taskFamilies,
    roles,
    logGroups,
    repository,
  } = resources;
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const inCluster = { ArnEquals: { 'ecs:cluster': arn('ecs', `cluster/${cluster}`) } };
  const revisionsOf = (names: readonly string[]) =>
    names.map((name) => arn('ecs', `task-definition/${name}:*`));
  return {
    Version: '2012-10-17',
    Statement: [
      allow('SignInToTheRegistry', ['ecr:GetAuthorizationToken'], ['*']),
      allow(
        'FindBuildAndPushTheImage',
        [
          'ecr:DescribeImages',
          'ecr:DescribeRepositories',
          'ecr:GetLifecyclePolicy',
          'ecr:BatchGetImage',
          'ecr:GetDownloadUrlForLayer',
          'ecr:BatchCheckLayerAvailability',
          'ecr:InitiateLayerUpload',
          'ecr:UploadLayerPart',
          'ecr:CompleteLayerUpload',
          'ecr:PutImage',
        ],
        [`arn:${partition}:ecr:${repository.region}:${repository.account}:repository/${repository.name}`],
      ),
      allow('ReadTaskDefinitions', ['ecs:DescribeTaskDefinition'], ['*']),
      allow(
        'RegisterAndTagTaskDefinitions',
        ['ecs:RegisterTaskDefinition', 'ecs:TagResource'],
        revisionsOf(families),
      ),
      ...(roles.length === 0
        ? []
        : [
            allow('PassTheRolesOfTheTasks', ['iam:PassRole'], roles, {
              StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
            }),
          ]),
      ...(taskFamilies.length === 0
        ? []
        : [allow('RunTheMigration', ['ecs:RunTask'], revisionsOf(taskFamilies), inCluster)]),
      allow('FindTasks', ['ecs:ListTasks'], ['*'], inCluster),
      allow('FollowAndStopTasks', ['ecs:DescribeTasks', 'ecs:StopTask'], [arn('ecs', `task/${cluster}/*`)]),
      ...(logGroups.length === 0
        ? []
        : [
            allow(
              'ReadLogs',
              ['logs:GetLogEvents'],
              logGroups.map((group) => arn('logs', `log-group:${group}:log-stream:*`)),
            ),
          ]),
      allow(
        'UpdateServices',
        ['ecs:DescribeServices', 'ecs:UpdateService', 'ecs:ListServiceDeployments'],
        services.map((name) => arn('ecs', `service/${cluster}/${name}`)),
      ),
      allow(
        'JudgeRollouts',
        ['ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions'],
        [arn('ecs', `service-deployment/${cluster}/*`), arn('ecs', `service-revision/${cluster}/*`)],
      ),
    ],
  };
}

function allow(
  Sid: string,
  actions: string[],
  resources: readonly string[],
  Condition?: Statement['Condition'],
): Statement {
  return {
    Sid,
    Effect: 'Allow',
    Action: oneOrAll(actions),
    Resource: oneOrAll(resources),
    ...(Condition === undefined ? {} : { Condition }),
  };
}

function oneOrAll(values: readonly string[]): string | string[] {
  const [first = '', ...more] = values;
  return more.length === 0 ? first : [...values];
}
