import { commentMarker } from '../../../src/rules/preflight/comment-marker.ts';
import { expiringRules } from '../../../src/rules/preflight/lifecycle-policy.ts';
import { trustOfEcsTasks } from '../../../src/rules/preflight/role-trust.ts';
import { secretReference } from '../../../src/rules/preflight/secret-reference.ts';
import { judgeTargetGroup } from '../../../src/rules/preflight/target-group.ts';
import type { JsonObject } from '../../../src/rules/text/json.ts';

const ecsTasks = {
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
};
const condition = { Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } };

describe('the trust of a role in ECS', () => {
  it.each<[string, JsonObject, string]>([
    ['one statement', { Statement: ecsTasks }, 'yes'],
    [
      'among several services',
      {
        Statement: [
          { ...ecsTasks, Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] } },
        ],
      },
      'yes',
    ],
    ['all actions of STS', { Statement: [{ ...ecsTasks, Action: ['sts:*'] }] }, 'yes'],
    ['under a condition', { Statement: [{ ...ecsTasks, ...condition }] }, 'conditional'],
    ['once with and once without', { Statement: [{ ...ecsTasks, ...condition }, ecsTasks] }, 'yes'],
    ['another service', { Statement: [{ ...ecsTasks, Principal: { Service: 'ec2.amazonaws.com' } }] }, 'no'],
    [
      'ECS itself, which is another one',
      { Statement: [{ ...ecsTasks, Principal: { Service: 'ecs.amazonaws.com' } }] },
      'no',
    ],
    ['another action', { Statement: [{ ...ecsTasks, Action: 'sts:TagSession' }] }, 'no'],
    ['denied', { Statement: [ecsTasks, { ...ecsTasks, Effect: 'Deny' }] }, 'no'],
    [
      'denied under a condition',
      { Statement: [ecsTasks, { ...ecsTasks, Effect: 'Deny', ...condition }] },
      'conditional',
    ],
    ['nothing at all', {}, 'no'],
  ])('%s', (_what, policy, wanted) => {
    expect(trustOfEcsTasks(policy)).toBe(wanted);
  });
});

describe('a lifecycle policy', () => {
  const rule = (selection: object, more: object = {}) =>
    JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' }, ...more }] });
  const count = { countType: 'imageCountMoreThan', countNumber: 10 };
  const age = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 };

  it.each<[string, string, string[]]>([
    ['for any image', rule({ tagStatus: 'any', ...count }), ['rule 1 keeps only the newest 10 of them']],
    ['for untagged images', rule({ tagStatus: 'untagged', ...age }), []],
    [
      'for a prefix of ours',
      rule({ tagStatus: 'tagged', tagPrefixList: ['src-'], ...age }),
      ['rule 1 expires what is older than 14 days'],
    ],
    ['for another prefix', rule({ tagStatus: 'tagged', tagPrefixList: ['pr-'], ...age }), []],
    ['for two prefixes at once', rule({ tagStatus: 'tagged', tagPrefixList: ['src-', 'pr-'], ...age }), []],
    [
      'for a pattern of ours',
      rule({ tagStatus: 'tagged', tagPatternList: ['*rc-a*'], ...age }),
      ['rule 1 expires what is older than 14 days'],
    ],
    ['for a pattern with a dot', rule({ tagStatus: 'tagged', tagPatternList: ['src.*'], ...age }), []],
    [
      'for what was not pulled',
      rule({ tagStatus: 'any', ...age, countType: 'sinceImagePulled' }),
      ['rule 1 expires what was not pulled for 14 days'],
    ],
    [
      'that moves images into an archive',
      rule({ tagStatus: 'any', ...age }, { action: { type: 'transition' } }),
      [],
    ],
    [
      'with a description',
      rule({ tagStatus: 'any', ...count }, { description: 'Keep 10' }),
      ['rule 1 keeps only the newest 10 of them ("Keep 10")'],
    ],
    ['without rules', '{"rules":[]}', []],
  ])('%s', (_what, policy, wanted) => {
    expect(expiringRules(policy, ['src-abc'])).toEqual(wanted);
  });

  it.each(['', 'nonsense', '[]', '{}'])('that cannot be read says nothing: %p', (policy) => {
    expect(expiringRules(policy, ['src-abc'])).toBeUndefined();
  });
});

describe('where a secret comes from', () => {
  const here = 'ap-northeast-1';
  const arn = `arn:aws:secretsmanager:us-east-1:111111111111:secret:shop/db-AbCdEf`;
  it.each<[string, object | undefined]>([
    ['/shop/url', { kind: 'parameter', name: '/shop/url', region: here }],
    ['url', { kind: 'parameter', name: 'url', region: here }],
    [
      `arn:aws:ssm:us-east-1:111111111111:parameter/shop/url`,
      { kind: 'parameter', name: '/shop/url', region: 'us-east-1' },
    ],
    [
      `arn:aws:ssm:us-east-1:111111111111:parameter/url`,
      { kind: 'parameter', name: 'url', region: 'us-east-1' },
    ],
    [arn, { kind: 'secret', id: arn, name: 'shop/db-AbCdEf', region: 'us-east-1' }],
    [`${arn}:password::`, { kind: 'secret', id: arn, name: 'shop/db-AbCdEf', region: 'us-east-1' }],
    [
      `${arn}:password:AWSPREVIOUS:`,
      { kind: 'secret', id: arn, name: 'shop/db-AbCdEf', region: 'us-east-1' },
    ],
    [
      'arn:aws-cn:ssm:cn-north-1:111111111111:parameter/a/b',
      { kind: 'parameter', name: '/a/b', region: 'cn-north-1' },
    ],
    ['arn:aws:s3:::bucket/key', undefined],
  ])('%s', (valueFrom, wanted) => {
    expect(secretReference(valueFrom, here)).toEqual(wanted);
  });
});

describe('a target group', () => {
  const definition = (networkMode: string | undefined, mapping: object): JsonObject => ({
    ...(networkMode === undefined ? {} : { networkMode }),
    containerDefinitions: [{ name: 'app', portMappings: [{ ...mapping }] }],
  });
  const behind = { container: 'app', port: 3000 };

  it.each<[string, Parameters<typeof judgeTargetGroup>, string]>([
    [
      'of addresses for awsvpc',
      [{ targetType: 'ip', port: 80 }, definition('awsvpc', { containerPort: 3000 }), behind],
      'pass',
    ],
    [
      'of instances for bridge',
      [{ targetType: 'instance' }, definition('bridge', { containerPort: 3000 }), behind],
      'pass',
    ],
    [
      'of instances where no mode is said',
      [{ targetType: 'instance' }, definition(undefined, { containerPort: 3000 }), behind],
      'pass',
    ],
    [
      'of addresses for bridge',
      [{ targetType: 'ip' }, definition('bridge', { containerPort: 3000 }), behind],
      'fail',
    ],
    [
      'with a port in a range',
      [{ targetType: 'ip' }, definition('awsvpc', { containerPortRange: '2990-3010' }), behind],
      'pass',
    ],
    [
      'with a port beside the range',
      [{ targetType: 'ip' }, definition('awsvpc', { containerPortRange: '4000-4010' }), behind],
      'fail',
    ],
    [
      'of a container that is gone',
      [{ targetType: 'ip' }, definition('awsvpc', { containerPort: 3000 }), { container: 'web', port: 3000 }],
      'fail',
    ],
    [
      'whose health check has a port of its own that is mapped',
      [{ targetType: 'ip', healthCheckPort: '3000' }, definition('awsvpc', { containerPort: 3000 }), behind],
      'pass',
    ],
    [
      'whose health check asks a port of nobody',
      [{ targetType: 'ip', healthCheckPort: '81' }, definition('awsvpc', { containerPort: 3000 }), behind],
      'warn',
    ],
  ])('%s', (_what, [group, of, where], state) => {
    expect(judgeTargetGroup(group, of, where).state).toBe(state);
  });
});

it('the marker of a comment is one for each environment, cluster and repository, and nothing that ends a comment', () => {
  const plans = [
    { environment: 'staging', cluster: 'a', repository: 'shop' },
    { environment: 'production', cluster: 'a', repository: 'shop' },
    { environment: 'staging', cluster: 'b', repository: 'shop' },
    { environment: 'staging', cluster: 'a', repository: 'a-->b' },
  ];
  const markers = plans.map(commentMarker);
  expect(new Set(markers).size).toBe(4);
  for (const marker of markers) expect(marker).toMatch(/^<!-- deploy-action:plan [0-9a-f]{16} -->$/);
});
