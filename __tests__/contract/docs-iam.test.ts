import { readFileSync } from 'node:fs';
import { otherSubject } from '../../src/rules/aws/trust-policy.ts';
import { breaker, completes } from '../fakes/aws/fake-aws.ts';
import { planShop } from '../fakes/plan-shop.ts';
import { Shop } from '../fakes/shop.ts';
import { clusterArn, revisionArn } from '../fixtures/schedules.ts';
import { sourceFiles } from './docs-support.ts';

interface Statement {
  Sid?: string;
  Action: string | string[];
  Resource?: string | string[];
  Principal?: Record<string, string>;
  Condition?: Record<string, Record<string, string | string[]>>;
}

const read = (path: string) =>
  (JSON.parse(readFileSync(path, 'utf8')) as { Statement: Statement[] }).Statement;
const list = (value: string | string[] = []) => (typeof value === 'string' ? [value] : value);
const policy = read('docs/iam/deploy-policy.json');
const allowed = policy.flatMap(({ Action }) => list(Action));

/** What `history` and `rollback` need besides. */
const more = read('docs/iam/rollback-policy.json').flatMap(({ Action }) => list(Action));

/** What builds on CodeBuild need besides. */
const onCodeBuild = read('docs/iam/codebuild-policy.json').flatMap(({ Action }) => list(Action));

/** What `schedules` needs besides. */
const schedules = read('docs/iam/schedules-policy.json').flatMap(({ Action }) => list(Action));

/** What `inventory` needs besides. */
const ofInventory = read('docs/iam/inventory-policy.json').flatMap(({ Action }) => list(Action));

/** What the gate `image.scan` needs besides. */
const ofScans = read('docs/iam/scan-policy.json').flatMap(({ Action }) => list(Action));

/** Where the port has another word than the API. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  'ecr.login': 'GetAuthorizationToken',
  'ecr.describeImage': 'DescribeImages',
  'ecr.describeRepository': 'DescribeRepositories',
  'ecr.lifecyclePolicy': 'GetLifecyclePolicy',
  'logs.readPage': 'GetLogEvents',
  'logs.readTail': 'GetLogEvents',
  'ecs.listRevisions': 'ListTaskDefinitions',
};

/** The calls to AWS that commands and steps make, as IAM actions: `ecs.updateService(` is `ecs:UpdateService`. */
const written = sourceFiles('src')
  .filter((path) => /^src\/(?:steps|commands)\/(?!preflight)/.test(path))
  .flatMap((path) => [
    ...readFileSync(path, 'utf8').matchAll(/\b(ecs|ecr|logs|codebuild|s3|events|scheduler)\.([a-z]\w*)\(/g),
  ])
  // The events of a service are a list, and no port.
  .filter(([, , method = '']) => !(method in Array.prototype))
  .map(([, service = '', method = '']) => {
    const operation = OWN_WORDS[`${service}.${method}`] ?? method.charAt(0).toUpperCase() + method.slice(1);
    return `${service}:${operation}`;
  });

/** What docker asks of the registry, and what ECS asks for on our behalf. */
const ON_OUR_BEHALF = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
  'iam:PassRole',
];

describe('R57: the permission policy', () => {
  it('allows, with those for all other commands and sections, every call that is made, and no other', () => {
    const all = new Set([...allowed, ...more, ...onCodeBuild, ...schedules, ...ofInventory, ...ofScans]);
    expect([...all].sort()).toEqual([...new Set([...written, ...ON_OUR_BEHALF])].sort());
  });

  it.each([
    ['completes', completes()],
    ['is rolled back', breaker({ logLines: ['boom'] })],
    ['fails and is sent back', breaker({ rollback: false })],
  ])('is enough for a deploy that %s', async (_how, rollout) => {
    const shop = new Shop({ serviceDeployments: true });
    shop.aws.ecs.nextRollout('web', rollout);
    await shop.deploy();
    const called = shop.aws.calls.map(({ service, operation }) => `${service}:${operation}`);
    // Everybody may ask who they are.
    const lacking = called.filter(
      (action) => action !== 'sts:GetCallerIdentity' && !allowed.includes(action),
    );
    expect(called).toContain('ecs:UpdateService');
    expect(lacking).toEqual([]);
  });

  it.each(['[{ rule: nightly }, { schedule: report }]', 'auto'])(
    'is enough, with that for schedules, where schedules are %s',
    async (which) => {
      const shop = new Shop();
      shop.configure((yaml) => `${yaml}schedules: ${which}\n`);
      const target = {
        Arn: clusterArn('staging'),
        RoleArn: 'arn:aws:iam::111111111111:role/staging-rules',
        EcsParameters: { TaskDefinitionArn: revisionArn('web:1') },
      };
      shop.aws.events.addRule('nightly', { targets: [{ Id: 'one', ...target }] });
      shop.aws.scheduler.addSchedule({ Name: 'report', Target: target });
      expect(await shop.deploy()).toBe(0);
      const called = shop.aws.calls.map(({ service, operation }) => `${service}:${operation}`);
      expect(called).toEqual(expect.arrayContaining(['events:PutTargets', 'scheduler:UpdateSchedule']));
      const enough = [...allowed, ...schedules, 'sts:GetCallerIdentity'];
      expect(called.filter((action) => !enough.includes(action))).toEqual([]);
    },
  );

  it('names resources, except where AWS knows none for the action', () => {
    const everywhere = policy.filter(({ Resource }) => list(Resource).includes('*'));
    expect(everywhere.flatMap(({ Action }) => list(Action)).sort()).toEqual([
      'ecr:GetAuthorizationToken',
      'ecs:DescribeTaskDefinition',
      'ecs:ListTasks',
    ]);
  });

  it('lets tasks be run and listed in one cluster only', () => {
    const limited = policy.filter(({ Condition }) => Condition?.['ArnEquals']?.['ecs:cluster'] !== undefined);
    expect(limited.flatMap(({ Action }) => list(Action)).sort()).toEqual(['ecs:ListTasks', 'ecs:RunTask']);
  });

  it('passes named roles to ECS tasks and to nobody else', () => {
    const passing = policy.filter(({ Action }) => list(Action).includes('iam:PassRole'));
    expect(passing.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    ]);
    expect(passing.flatMap(({ Resource }) => list(Resource)).filter((role) => role.includes('*'))).toEqual(
      [],
    );
  });
});

describe('the policy of plan', () => {
  const plan = read('docs/iam/plan-policy.json');
  const actions = plan.flatMap(({ Action }) => list(Action));

  it('is enough for a plan, without which its checks are skipped', async () => {
    const shop = planShop();
    expect(await shop.run('plan', { image: 'old' })).toBe(0);
    const called = new Set(shop.aws.calls.map(({ service, operation }) => `${service}:${operation}`));
    expect([...called].filter((action) => !actions.includes(action))).toEqual(['sts:GetCallerIdentity']);
  });

  it('lets nothing be written, and no secret be read', () => {
    expect(actions.filter((action) => !/:(?:Describe|Get|BatchGet|List)[A-Z]/.test(action))).toEqual([]);
    expect(actions).not.toContain('secretsmanager:GetSecretValue');
    expect(actions.filter((action) => action.startsWith('ssm:Get'))).toEqual([]);
  });
});

describe('the policies of a copy', () => {
  const SOURCE = '111111111111';
  const ACCOUNT = '222222222222';
  const [role, ...others] = read('docs/iam/copy-policy.json');
  const [repository, ...more] = read('docs/iam/copy-repository-policy.json');

  it('allow on the other repository what ECR is asked there, and what its registry asks of IAM, on both sides', async () => {
    const shop = new Shop();
    const uri = `${SOURCE}.dkr.ecr.ap-northeast-1.amazonaws.com/shop-elsewhere`;
    shop.configure((yaml) => yaml.replace('repository: shop', `repository: shop, copy-from: ${uri}`));
    shop.aws.ecr.addRepository('shop-elsewhere', { immutableTags: true, registryId: SOURCE });
    const digest = `sha256:${'d'.repeat(64)}`;
    shop.aws.ecr.putImage('shop-elsewhere', { digest, tags: ['v7'], registryId: SOURCE });
    shop.host.inputs = { image: 'v7' };
    expect(await shop.deploy()).toBe(0);
    expect(shop.copies).toHaveLength(1);
    const there = shop.aws.calls
      .filter(({ service, input }) => service === 'ecr' && input['repositoryName'] === 'shop-elsewhere')
      .map(({ operation }) => `ecr:${operation}`);
    // Manifests and layers are pulled from the registry (ECR user guide, pulling an image).
    const needed = [...new Set([...there, 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'])].sort();
    expect([role, repository].map((statement) => list(statement?.Action).toSorted())).toEqual([
      needed,
      needed,
    ]);
  });

  it('name one repository, and the one role that may pull from it', () => {
    expect([others, more]).toEqual([[], []]);
    expect(role?.Resource).toMatch(new RegExp(`^arn:aws:ecr:[a-z0-9-]+:${SOURCE}:repository/[a-z-]+$`));
    // It hangs on its repository.
    expect(repository?.Resource).toBeUndefined();
    expect(repository?.Principal).toEqual({ AWS: `arn:aws:iam::${ACCOUNT}:role/deploy` });
  });
});

it('the trust policy has both forms of the subject of one job', () => {
  const [{ Condition }] = read('docs/iam/trust-policy.json') as [Statement];
  const equals = Condition?.['StringEquals'] ?? {};
  const [sub = '', other = ''] = list(equals['token.actions.githubusercontent.com:sub']);
  expect(equals['token.actions.githubusercontent.com:aud']).toBe('sts.amazonaws.com');
  expect(otherSubject({ sub: other })).toBe(sub);
  expect(otherSubject({ sub, repositoryOwnerId: '1234', repositoryId: '5678' })).toBe(other);
});
