import { readdirSync, readFileSync } from 'node:fs';
import { otherSubject } from '../../src/rules/aws/trust-policy.ts';
import { Shop } from '../fakes/shop.ts';

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

/** Those that the job signs in with; that they are enough and no more is told by permissions.test.ts. */
const POLICIES = readdirSync('docs/iam')
  .filter(
    (name) =>
      name.endsWith('-policy.json') && !['trust-policy.json', 'copy-repository-policy.json'].includes(name),
  )
  .map((name) => [name, read(`docs/iam/${name}`)] as const);

/** AWS knows no resource for these actions (AWS service authorization reference). */
const WITHOUT_RESOURCE = [
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ecr:GetAuthorizationToken',
  'ecs:DescribeTaskDefinition',
  'ecs:ListServices',
  'ecs:ListTaskDefinitions',
  'ecs:ListTasks',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
  'events:ListEventBuses',
  'events:ListRules',
  'logs:DescribeLogGroups',
  'scheduler:ListSchedules',
  'ssm:DescribeParameters',
];
/** An inventory is of all there are, whatever their names. */
const OF_ALL = ['events:ListTargetsByRule', 'scheduler:GetSchedule'];

describe.each(POLICIES)('%s', (name, policy) => {
  it('names resources, except where AWS knows none for the action', () => {
    const everywhere = policy
      .filter(({ Resource }) => list(Resource).includes('*'))
      .flatMap(({ Action }) => list(Action));
    const known = name === 'inventory-policy.json' ? [...WITHOUT_RESOURCE, ...OF_ALL] : WITHOUT_RESOURCE;
    expect(everywhere.filter((action) => !known.includes(action))).toEqual([]);
  });

  it('lets tasks be run and listed in one cluster only', () => {
    const about = policy.filter(({ Action }) =>
      list(Action).some((action) => ['ecs:ListTasks', 'ecs:RunTask'].includes(action)),
    );
    for (const { Condition } of about)
      expect(Object.keys(Condition?.['ArnEquals'] ?? {})).toEqual(['ecs:cluster']);
  });

  it('passes named roles, and says to whom', () => {
    const passing = policy.filter(({ Action }) => list(Action).includes('iam:PassRole'));
    for (const { Condition, Resource, Action } of passing) {
      expect(list(Action)).toEqual(['iam:PassRole']);
      expect(list(Condition?.['StringEquals']?.['iam:PassedToService'])).not.toEqual([]);
      expect(list(Resource).filter((role) => role.includes('*'))).toEqual([]);
    }
  });

  it('has one name for each section, and no action twice', () => {
    const names = policy.map(({ Sid }) => Sid);
    expect(new Set(names).size).toBe(names.length);
    const actions = policy.flatMap(({ Action }) => list(Action));
    expect(actions).toEqual([...new Set(actions)]);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });
});

describe.each(['plan', 'status', 'history', 'inventory', 'wait', 'init'])('the policy of %s', (command) => {
  const actions = read(`docs/iam/${command}-policy.json`).flatMap(({ Action }) => list(Action));

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
