import {
  clusterOf,
  judgePin,
  taskDefinitionOf,
  withTaskDefinition,
} from '../../../src/rules/schedule/pin.ts';
import { parseScheduleName, shortName } from '../../../src/rules/schedule/schedule-name.ts';
import { clusterArn, revisionArn, RULE_TARGETS } from '../../fixtures/schedules.ts';

const BROUGHT = [
  { family: 'web', arn: revisionArn('web:10') },
  { family: 'worker', arn: revisionArn('worker:3') },
];
const target = (TaskDefinitionArn: string) => ({
  Arn: clusterArn('staging'),
  EcsParameters: { TaskDefinitionArn },
});

describe('a target', () => {
  it.each([
    ['an earlier revision', revisionArn('web:9'), 'move'],
    ['a later one', revisionArn('web:11'), 'move'],
    ['that revision', revisionArn('web:10'), 'current'],
    ['the family alone', revisionArn('web'), 'unpinned'],
    ['another family', revisionArn('web-batch:9'), undefined],
    ['a family of another account', revisionArn('web:9').replace('111111111111', '2'.repeat(12)), undefined],
    ['a family of another region', revisionArn('web:9').replace('ap-northeast-1', 'eu-west-1'), undefined],
    ['a short name, as emulators take it', 'web:9', 'move'],
    ['nothing', '', undefined],
  ])('that names %s is judged', (_what, arn, verdict) => {
    expect(judgePin(target(arn), BROUGHT)?.verdict).toBe(verdict);
  });

  it('that is no ECS task is none of ours', () => {
    expect(judgePin({ Arn: 'arn:aws:sqs:ap-northeast-1:111111111111:web' }, BROUGHT)).toBeUndefined();
    expect(judgePin({ Arn: 'x', EcsParameters: ['web:9'] }, BROUGHT)).toBeUndefined();
  });

  it.each(Object.entries(RULE_TARGETS))('with %s gets a revision and keeps all else', (_what, make) => {
    const { Id, Arn, ...more } = make(revisionArn('web:9'));
    const changed = withTaskDefinition({ Id, Arn, ...more }, revisionArn('web:10'));
    expect(JSON.stringify(changed)).toBe(JSON.stringify(make(revisionArn('web:10'))));
    expect(taskDefinitionOf(changed)).toBe(revisionArn('web:10'));
  });

  it('tells its cluster', () => {
    expect(clusterOf(target('x'))).toBe('staging');
  });
});

it.each([
  ['rule', 'nightly', 'nightly'],
  ['rule', 'default/nightly', 'nightly'],
  ['rule', 'aws.partner/acme.com/1/on-order', 'aws.partner/acme.com/1/on-order'],
  ['schedule', 'reports/weekly', 'reports/weekly'],
] as const)('the name of a %s, %s, is shown as %s', (kind, text, shown) => {
  expect(shortName(parseScheduleName(kind, text))).toBe(shown);
});
