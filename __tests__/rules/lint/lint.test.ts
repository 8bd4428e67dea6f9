import { lint, LINT_NAMES, type LintName } from '../../../src/rules/lint/lint.ts';
import type { LintSubject } from '../../../src/rules/lint/subject.ts';

const GROUP = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/web/1';
const breaker = { enable: true, rollback: true };
const logging = (mode?: string) => ({
  logDriver: 'awslogs',
  options: { 'awslogs-group': '/shop', ...(mode === undefined ? {} : { mode }) },
});
const ECR = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop:1';
const APP = {
  name: 'app',
  image: ECR,
  portMappings: [{ containerPort: 3000 }],
  stopTimeout: 20,
  environment: [{ name: 'RAILS_ENV', value: 'production' }],
  secrets: [{ name: 'DATABASE_PASSWORD', valueFrom: 'arn:secret' }],
  logConfiguration: logging('blocking'),
};

/** A service that every rule has something to look at in, and nothing to find. */
const good: LintSubject = {
  service: {
    serviceName: 'web',
    desiredCount: 2,
    launchType: 'FARGATE',
    schedulingStrategy: 'REPLICA',
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: breaker,
    },
    loadBalancers: [{ targetGroupArn: GROUP, containerName: 'app', containerPort: 3000 }],
  },
  definition: definitionWith({}),
  platforms: ['linux/arm64', 'linux/arm64'],
  imagePlatform: 'linux/arm64',
  migrationContainer: 'app',
  deregistrationDelays: new Map([[GROUP, 30]]),
};

function definitionWith(app: object, more: object = {}): LintSubject['definition'] {
  return {
    family: 'web',
    requiresCompatibilities: ['FARGATE'],
    executionRoleArn: 'arn:aws:iam::111111111111:role/execution',
    runtimePlatform: { cpuArchitecture: 'ARM64' },
    containerDefinitions: [
      { ...APP, ...app },
      { name: 'agent', image: 'public.ecr.aws/agent:7' },
    ],
    ...more,
  };
}

const counts = (desiredCount: number, minimumHealthyPercent?: number, maximumPercent?: number) => ({
  service: {
    ...good.service,
    desiredCount,
    deploymentConfiguration: {
      deploymentCircuitBreaker: breaker,
      ...(minimumHealthyPercent === undefined ? {} : { minimumHealthyPercent }),
      ...(maximumPercent === undefined ? {} : { maximumPercent }),
    },
  },
});
const deployment = (deploymentConfiguration: LintSubject['service']['deploymentConfiguration']) => ({
  service: { ...good.service, ...(deploymentConfiguration === undefined ? {} : { deploymentConfiguration }) },
});
const named = (...names: string[]) => ({
  definition: definitionWith({ environment: names.map((name) => ({ name, value: 'hunter2' })) }),
});
const app = (more: object) => ({ definition: definitionWith(more) });
const withoutRole = (more: object = {}, definition: object = {}) => ({
  definition: definitionWith(
    { secrets: [], image: 'nginx:1', logConfiguration: undefined, ...more },
    { executionRoleArn: '', ...definition },
  ),
});
const onEc2 = { service: { ...good.service, launchType: 'EC2' as const } };
const EC2 = { requiresCompatibilities: ['EC2'] };

/** What each rule finds, and what looks like it and is fine. */
const cases: readonly [rule: LintName, isFound: boolean, why: string, change: Partial<LintSubject>][] = [
  ['breaker-off', true, 'nothing is configured', deployment({})],
  [
    'breaker-off',
    true,
    'it is off',
    deployment({ deploymentCircuitBreaker: { enable: false, rollback: false } }),
  ],
  ['breaker-off', false, 'blue/green has no need of it', deployment({ strategy: 'BLUE_GREEN' })],

  [
    'breaker-without-rollback',
    true,
    'it only ends',
    deployment({ deploymentCircuitBreaker: { enable: true, rollback: false } }),
  ],

  ['minimum-zero', true, 'everything may stop', counts(2, 0, 100)],
  ['minimum-zero', false, 'nothing runs', counts(0, 0, 100)],
  ['minimum-zero', false, 'one may stop', counts(2, 50, 100)],
  [
    'minimum-zero',
    false,
    'a DAEMON service has no other way',
    { service: { ...counts(2, 0, 100).service, schedulingStrategy: 'DAEMON' } },
  ],

  ['no-room', true, '100 and 100', counts(2, 100, 100)],
  ['no-room', true, '1 task: 150 % is still one, 50 % too', counts(1, 50, 150)],
  ['no-room', true, '3 tasks: 130 % is still three, 70 % too', counts(3, 70, 130)],
  ['no-room', false, '2 tasks: 150 % is three', counts(2, 100, 150)],
  ['no-room', false, '2 tasks: 50 % is one', counts(2, 50, 100)],
  ['no-room', false, 'the defaults of ECS', counts(1)],
  ['no-room', false, 'nothing runs', counts(0, 100, 100)],
  [
    'no-room',
    false,
    'blue/green starts all of them anew',
    deployment({ strategy: 'BLUE_GREEN', minimumHealthyPercent: 100, maximumPercent: 100 }),
  ],

  ['port-not-mapped', true, 'no mapping', app({ portMappings: [] })],
  ['port-not-mapped', true, 'another port', app({ portMappings: [{ containerPort: 8080 }] })],
  ['port-not-mapped', true, 'another container', app({ name: 'renamed' })],
  ['port-not-mapped', false, 'a range', app({ portMappings: [{ containerPortRange: '3000-3010' }] })],

  ['execution-role-missing', true, 'secrets', withoutRole({ secrets: APP.secrets })],
  [
    'execution-role-missing',
    true,
    'awslogs on Fargate',
    withoutRole({ logConfiguration: logging('blocking') }),
  ],
  ['execution-role-missing', true, 'an image of ECR on Fargate', withoutRole({ image: ECR })],
  [
    'execution-role-missing',
    true,
    'the credentials of a registry',
    withoutRole({ repositoryCredentials: { credentialsParameter: 'arn' } }),
  ],
  [
    'execution-role-missing',
    true,
    'secrets on EC2 too',
    { ...onEc2, ...withoutRole({ secrets: APP.secrets }, EC2) },
  ],
  ['execution-role-missing', false, 'nothing needs it', withoutRole()],
  [
    'execution-role-missing',
    false,
    'on EC2 the instance pulls and logs',
    { ...onEc2, ...withoutRole({ image: ECR, logConfiguration: logging('blocking') }, EC2) },
  ],

  ['architecture', true, 'built for the other one', { imagePlatform: 'linux/amd64' }],
  ['architecture', true, 'two in one deploy', { platforms: ['linux/amd64', 'linux/arm64'] }],
  [
    'architecture',
    false,
    'nothing is built for one',
    { imagePlatform: undefined, platforms: [] } as unknown as Partial<LintSubject>,
  ],
  [
    'architecture',
    false,
    'EC2 does not say',
    { imagePlatform: 'linux/amd64', definition: definitionWith({}, { ...EC2, runtimePlatform: {} }) },
  ],

  ['plain-text-secret', true, 'a password', named('DATABASE_PASSWORD')],
  ['plain-text-secret', true, 'in camel case', named('dbPassword')],
  ['plain-text-secret', true, 'a key', named('STRIPE_API_KEY')],
  ['plain-text-secret', true, 'Rails', named('SECRET_KEY_BASE')],
  ['plain-text-secret', true, 'AWS', named('AWS_SECRET_ACCESS_KEY')],
  [
    'plain-text-secret',
    false,
    'names that are about secrets and hold none',
    named('SECRET_ARN', 'TOKEN_TTL', 'PASSWORD_MIN_LENGTH', 'CACHE_KEY_PREFIX', 'PUBLIC_KEY', 'KEYCLOAK_URL'),
  ],
  [
    'plain-text-secret',
    false,
    'an empty one',
    app({ environment: [{ name: 'DATABASE_PASSWORD', value: '' }] }),
  ],

  ['non-blocking-log', true, 'it says so', app({ logConfiguration: logging('non-blocking') })],
  ['non-blocking-log', true, 'it is the default', app({ logConfiguration: logging() })],
  ['non-blocking-log', false, 'no log that we follow', app({ logConfiguration: { logDriver: 'json-file' } })],
  [
    'non-blocking-log',
    false,
    'no migration runs here',
    { ...app({ logConfiguration: logging() }), migrationContainer: 'agent' },
  ],

  ['stop-timeout', true, 'the container takes longer', app({ stopTimeout: 31 })],
  ['stop-timeout', false, 'as long', app({ stopTimeout: 30 })],
  [
    'stop-timeout',
    false,
    'the default of 30 s, which nobody chose',
    {
      ...app({ stopTimeout: undefined }),
      deregistrationDelays: new Map([[GROUP, 5]]),
    },
  ],
  [
    'stop-timeout',
    false,
    'the delay is not known',
    {
      ...app({ stopTimeout: 120 }),
      deregistrationDelays: new Map<string, number>(),
    },
  ],
];

describe('R54: the lint', () => {
  it('finds nothing on good input', () => {
    expect(lint(good)).toEqual([]);
  });

  it.each(cases)('%s (%s): %s', (rule, isFound, _why, change) => {
    const subject = { ...good, ...change };
    expect(lint(subject).map((finding) => finding.rule)).toEqual(isFound ? [rule] : []);
    expect(lint(subject, [rule])).toEqual([]);
  });

  it('has a finding and something fine for every rule', () => {
    const withBoth = LINT_NAMES.filter((name) => cases.some(([rule, isFound]) => rule === name && isFound));
    expect(withBoth).toEqual(LINT_NAMES);
  });

  it('tells names of secrets and never a value', () => {
    const [finding] = lint({ ...good, ...named('DATABASE_PASSWORD', 'API_TOKEN') });
    expect(finding?.message).toContain('container app has DATABASE_PASSWORD, API_TOKEN in `environment`');
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });

  it('says how many may and must run', () => {
    expect(lint({ ...good, ...counts(3, 70, 130) })[0]?.message).toContain(
      'with 3 tasks, minimumHealthyPercent 70 and maximumPercent 130 ECS may neither start a new task first (at most 3 may run) nor stop an old one first (at least 3 must)',
    );
  });
});
