import { parse } from 'yaml';
import { EXAMPLE_RESOURCES } from '../../../scripts/docs/example-resources.ts';
import { deployPolicy } from '../../../src/rules/init/permission-policy.ts';
import { roleFiles } from '../../../src/rules/init/role-files.ts';
import { circleciTrustPolicy, githubTrustPolicy } from '../../../src/rules/init/role-trust.ts';

const trust = githubTrustPolicy({
  partition: 'aws',
  account: '111111111111',
  repository: 'acme/shop',
  ids: { owner: '1234', repository: '5678' },
  environment: 'production',
});
const policy = deployPolicy(EXAMPLE_RESOURCES);
const files = new Map(
  roleFiles({ environment: 'production', trust, policy }).map(({ path, text }) => [path, text]),
);
const textOf = (name: string) => files.get(`deploy-role/production/${name}`) ?? '';

it('the two documents are JSON, as IAM takes them', () => {
  expect(JSON.parse(textOf('policy.json'))).toEqual(policy);
  expect(JSON.parse(textOf('trust-policy.json'))).toEqual(trust);
});

it('the CloudFormation template holds both', () => {
  const { Resources } = parse(textOf('role.cloudformation.yml')) as {
    Resources: { DeployRole: { Properties: Record<string, unknown> } };
  };
  expect(Resources.DeployRole.Properties).toEqual({
    RoleName: 'deploy-production',
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: 'deploy', PolicyDocument: policy }],
  });
});

it('the Terraform file holds both, as arguments of jsonencode', () => {
  const encoded = [...textOf('role.tf').matchAll(/jsonencode\((\{[^]*?\n {2}\})\)/g)].map(
    ([, json = '']) => JSON.parse(json) as unknown,
  );
  expect(encoded).toEqual([trust, policy]);
});

it('what Terraform would read as a template is escaped', () => {
  const [, , terraform] = roleFiles({
    environment: 'production',
    trust: { Condition: { StringLike: { 'aws:username': '${aws:username}' } } },
    policy,
  });
  expect(terraform?.text).toContain('$${aws:username}');
});

it('GitHub’s trust has both forms of the subject', () => {
  expect(JSON.stringify(trust)).toContain(
    '["repo:acme/shop:environment:production","repo:acme@1234/shop@5678:environment:production"]',
  );
});

it('ids that are not known are places to fill in, which match nobody', () => {
  const open = githubTrustPolicy({
    partition: 'aws',
    account: '111111111111',
    repository: 'acme/shop',
    environment: 'staging',
  });
  expect(JSON.stringify(open)).toContain('repo:acme@OWNER_ID/shop@REPOSITORY_ID:environment:staging');
});

it('CircleCI’s trust names organization and project', () => {
  expect(circleciTrustPolicy({ partition: 'aws-cn', account: '1' })).toMatchObject({
    Statement: [
      {
        Principal: { Federated: 'arn:aws-cn:iam::1:oidc-provider/oidc.circleci.com/org/ORGANIZATION_ID' },
        Condition: {
          StringLike: {
            'oidc.circleci.com/org/ORGANIZATION_ID:sub': 'org/ORGANIZATION_ID/project/PROJECT_ID/user/*',
          },
        },
      },
    ],
  });
});

it('a policy names every resource of the services, and no more', () => {
  const one = deployPolicy({
    ...EXAMPLE_RESOURCES,
    partition: 'aws-us-gov',
    services: ['web'],
    roles: [],
    logGroups: [],
  });
  const text = JSON.stringify(one);
  expect(text).toContain('arn:aws-us-gov:ecs:ap-northeast-1:111111111111:service/staging/web');
  expect(text).not.toContain('arn:aws:');
  expect(one.Statement.map(({ Sid }) => Sid)).not.toContain('PassTheRolesOfTheTasks');
  expect(one.Statement.map(({ Sid }) => Sid)).not.toContain('ReadLogs');
});
