/**
 * What a section is about; with names of resources it becomes the `Resource` of a statement. `everything` stands where
 * AWS knows no resource for the action (AWS service authorization reference).
 */
export type Scope =
  | 'everything'
  | 'repository'
  | 'revisions'
  | 'task-revisions'
  | 'task-roles'
  | 'tasks'
  | 'log-streams'
  | 'services'
  | 'every-service'
  | 'service-deployments'
  | 'rollouts'
  | 'rules'
  | 'schedules'
  | 'rules-and-schedules'
  | 'schedule-roles'
  | 'secrets'
  | 'project'
  | 'build-logs'
  | 'handed-over'
  | 'other-repository';

/** One statement of a policy; `sid` is its `Sid`. */
export interface PolicySection {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly on: Scope;
  /** Only in the cluster of the environment: the action has no resource, and a condition in its place. */
  readonly inCluster?: true;
  /** The services that a role may be passed to. */
  readonly passedTo?: readonly string[];
}

const section = (
  sid: string,
  on: Scope,
  actions: readonly string[],
  more: Partial<PolicySection> = {},
): PolicySection => ({ sid, actions, on, ...more });

const SIGN_IN = section('SignInToTheRegistry', 'everything', ['ecr:GetAuthorizationToken']);
const PUSH = [
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchCheckLayerAvailability',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
];
const READ_DEFINITIONS = section('ReadTaskDefinitions', 'everything', ['ecs:DescribeTaskDefinition']);
const LIST_REVISIONS = section('ListRevisions', 'everything', ['ecs:ListTaskDefinitions']);
const TAG_DEFINITIONS = section('TagTaskDefinitions', 'revisions', ['ecs:TagResource']);
const PASS_TASK_ROLES = section('PassTheRolesOfTheTasks', 'task-roles', ['iam:PassRole'], {
  passedTo: ['ecs-tasks.amazonaws.com'],
});
const FIND_TASKS = section('FindTasks', 'everything', ['ecs:ListTasks'], { inCluster: true });
const SEE_TASKS = section('SeeTasks', 'tasks', ['ecs:DescribeTasks']);
const FOLLOW_TASKS = section('FollowAndStopTasks', 'tasks', ['ecs:DescribeTasks', 'ecs:StopTask']);
const READ_LOGS = section('ReadLogs', 'log-streams', ['logs:GetLogEvents']);
const UPDATE_SERVICES = section('UpdateServices', 'services', [
  'ecs:DescribeServices',
  'ecs:UpdateService',
  'ecs:ListServiceDeployments',
]);
const READ_SERVICES = section('ReadServices', 'services', ['ecs:DescribeServices']);
const FIND_DEPLOYMENTS = section('ReadServices', 'services', [
  'ecs:DescribeServices',
  'ecs:ListServiceDeployments',
]);
const JUDGE_ROLLOUTS = section('JudgeRollouts', 'rollouts', [
  'ecs:DescribeServiceDeployments',
  'ecs:DescribeServiceRevisions',
]);
const ACT_IN_FLIGHT = section('ActOnTheDeploymentInFlight', 'service-deployments', [
  'ecs:StopServiceDeployment',
  'ecs:ContinueServiceDeployment',
]);
const FIND_SCHEDULES = (sid: string) =>
  section(sid, 'everything', ['events:ListEventBuses', 'events:ListRules', 'scheduler:ListSchedules']);

/** What a command needs, by the command's name: each is whole by itself. `bump` asks AWS nothing. */
export const COMMAND_POLICIES: Readonly<Record<string, readonly PolicySection[]>> = {
  deploy: [
    SIGN_IN,
    section('FindBuildAndPushTheImage', 'repository', [
      'ecr:DescribeImages',
      'ecr:DescribeRepositories',
      'ecr:GetLifecyclePolicy',
      ...PUSH,
    ]),
    READ_DEFINITIONS,
    section('RegisterAndTagTaskDefinitions', 'revisions', ['ecs:RegisterTaskDefinition', 'ecs:TagResource']),
    PASS_TASK_ROLES,
    section('RunTheMigration', 'task-revisions', ['ecs:RunTask'], { inCluster: true }),
    FIND_TASKS,
    FOLLOW_TASKS,
    READ_LOGS,
    UPDATE_SERVICES,
    JUDGE_ROLLOUTS,
  ],
  plan: [
    SIGN_IN,
    section('ReadTheImage', 'repository', [
      'ecr:DescribeImages',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
      'ecr:GetLifecyclePolicy',
    ]),
    READ_DEFINITIONS,
    READ_SERVICES,
    section('LookAtTheRolesOfTheTasks', 'task-roles', ['iam:GetRole']),
    section('SeeThatSecretsAreThereWithoutTheirValues', 'secrets', ['secretsmanager:DescribeSecret']),
    section('SeeWhatHasNoResourceOfItsOwn', 'everything', [
      'ssm:DescribeParameters',
      'logs:DescribeLogGroups',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
    ]),
    section('LookAtSchedules', 'rules-and-schedules', ['events:ListTargetsByRule', 'scheduler:GetSchedule']),
    FIND_SCHEDULES('FindAllSchedules'),
  ],
  status: [
    READ_DEFINITIONS,
    FIND_DEPLOYMENTS,
    section('SeeRollouts', 'service-deployments', ['ecs:DescribeServiceDeployments']),
  ],
  history: [READ_DEFINITIONS, LIST_REVISIONS, READ_SERVICES],
  inventory: [
    section('LookAtAllOfTheCluster', 'everything', [
      'ecs:ListServices',
      'ecs:ListTaskDefinitions',
      'ecs:DescribeTaskDefinition',
    ]),
    section('ReadItsServices', 'every-service', ['ecs:DescribeServices']),
    section('LookAtAllRulesAndSchedules', 'everything', [
      'events:ListEventBuses',
      'events:ListRules',
      'events:ListTargetsByRule',
      'scheduler:ListSchedules',
      'scheduler:GetSchedule',
    ]),
  ],
  wait: [READ_DEFINITIONS, FIND_DEPLOYMENTS, JUDGE_ROLLOUTS, FIND_TASKS, SEE_TASKS, READ_LOGS],
  rollback: [
    section('SeeThatTheImageIsThere', 'repository', ['ecr:DescribeImages']),
    READ_DEFINITIONS,
    LIST_REVISIONS,
    TAG_DEFINITIONS,
    UPDATE_SERVICES,
    JUDGE_ROLLOUTS,
    ACT_IN_FLIGHT,
    FIND_TASKS,
    SEE_TASKS,
    READ_LOGS,
  ],
  continue: [
    READ_DEFINITIONS,
    TAG_DEFINITIONS,
    UPDATE_SERVICES,
    JUDGE_ROLLOUTS,
    ACT_IN_FLIGHT,
    FIND_TASKS,
    SEE_TASKS,
    READ_LOGS,
  ],
  redeploy: [READ_DEFINITIONS, UPDATE_SERVICES, JUDGE_ROLLOUTS, FIND_TASKS, SEE_TASKS, READ_LOGS],
  run: [
    READ_DEFINITIONS,
    READ_SERVICES,
    PASS_TASK_ROLES,
    section('RunTasks', 'task-revisions', ['ecs:RunTask'], { inCluster: true }),
    FIND_TASKS,
    FOLLOW_TASKS,
    READ_LOGS,
  ],
  build: [
    SIGN_IN,
    section('FindBuildAndPushTheImage', 'repository', [
      'ecr:DescribeImages',
      'ecr:DescribeRepositories',
      ...PUSH,
    ]),
  ],
  init: [READ_DEFINITIONS, READ_SERVICES],
};

/** What a part of deploy.yml, or a kind of service, needs on top of the command. */
export const FEATURE_POLICIES: Readonly<Record<string, readonly PolicySection[]>> = {
  schedules: [
    section('MoveRules', 'rules', ['events:ListTargetsByRule', 'events:PutTargets']),
    section('MoveSchedules', 'schedules', ['scheduler:GetSchedule', 'scheduler:UpdateSchedule']),
    section('PassTheRolesOfTheSchedules', 'schedule-roles', ['iam:PassRole'], {
      passedTo: ['events.amazonaws.com', 'scheduler.amazonaws.com'],
    }),
    FIND_SCHEDULES('FindAllOfThem'),
  ],
  codebuild: [
    section('RunBuilds', 'project', [
      'codebuild:BatchGetProjects',
      'codebuild:ListBuildsForProject',
      'codebuild:StartBuild',
      'codebuild:BatchGetBuilds',
      'codebuild:StopBuild',
    ]),
    section('FollowTheirLogs', 'build-logs', ['logs:GetLogEvents']),
    section('HandTheCheckoutOver', 'handed-over', ['s3:PutObject']),
  ],
  copy: [
    section('PullFromTheOtherAccount', 'other-repository', [
      'ecr:DescribeImages',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
    ]),
  ],
  scan: [section('ReadWhatTheScanFound', 'repository', ['ecr:DescribeImageScanFindings'])],
  hooks: [ACT_IN_FLIGHT],
  'load-balancer': [
    section('CompareStopTimeouts', 'everything', ['elasticloadbalancing:DescribeTargetGroupAttributes']),
  ],
};

/** All of them: the name of the file in docs/iam, without its `-policy.json`, and what it allows. */
export const POLICIES = { ...COMMAND_POLICIES, ...FEATURE_POLICIES };

/**
 * Where the published policies allow an action to a command: its own first, then what features add. Where several
 * sections do, `call` (the call that needed it: `events:PutTargets` needs `iam:PassRole`) and `resource` (the ARN that
 * AWS named) tell which is meant. Undefined for what no policy of ours knows.
 */
export function policySection(
  command: string,
  action: string,
  { call = action, resource = '' }: { call?: string; resource?: string } = {},
): { file: string; sid: string } | undefined {
  const own = Object.entries(COMMAND_POLICIES).filter(([name]) => name === command);
  if (own.length === 0) return undefined;
  const found = [...own, ...Object.entries(FEATURE_POLICIES)].flatMap(([name, sections]) =>
    sections
      .filter(({ actions }) => actions.includes(action))
      .map(({ sid, on }) => ({
        section: { file: `docs/iam/${name}-policy.json`, sid },
        isMeant:
          sections.some(({ actions }) => actions.includes(call)) &&
          (on === 'build-logs') === resource.includes(':log-group:/aws/codebuild/'),
      })),
  );
  return (found.find(({ isMeant }) => isMeant) ?? found[0])?.section;
}
