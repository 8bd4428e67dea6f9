import { consoleLink } from '../../../src/rules/aws/console-link.ts';

describe('a link to the AWS console', () => {
  it.each([
    [
      'ap-northeast-1',
      'https://console.aws.amazon.com/ecs/v2/clusters/shop/services/web/health?region=ap-northeast-1',
    ],
    ['cn-north-1', 'https://console.amazonaws.cn/ecs/v2/clusters/shop/services/web/health?region=cn-north-1'],
    [
      'us-gov-west-1',
      'https://console.amazonaws-us-gov.com/ecs/v2/clusters/shop/services/web/health?region=us-gov-west-1',
    ],
    ['us-iso-east-1', undefined],
    ['eu.evil.example/', undefined],
    [undefined, undefined],
  ])('goes to the host of its partition: %s', (region, expected) => {
    expect(consoleLink(region, { page: 'service', cluster: 'shop', service: 'web' })).toBe(expected);
  });

  it('takes clusters and tasks by ARN, too', () => {
    expect(
      consoleLink('eu-west-1', {
        page: 'task',
        cluster: 'arn:aws:ecs:eu-west-1:111111111111:cluster/shop',
        task: 'arn:aws:ecs:eu-west-1:111111111111:task/shop/0123abcd',
      }),
    ).toBe(
      'https://console.aws.amazon.com/ecs/v2/clusters/shop/tasks/0123abcd/configuration?region=eu-west-1',
    );
  });

  it('points at a revision', () => {
    expect(consoleLink('eu-west-1', { page: 'task-definition', family: 'web', revision: '12' })).toBe(
      'https://console.aws.amazon.com/ecs/v2/task-definitions/web/12/containers?region=eu-west-1',
    );
  });

  it('spells log groups and streams as the CloudWatch console does', () => {
    expect(consoleLink('eu-west-1', { page: 'log-stream', group: '/ecs/shop', stream: 'web/app/0123' })).toBe(
      'https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fecs$252Fshop/log-events/web$252Fapp$252F0123',
    );
    expect(consoleLink('eu-west-1', { page: 'log-group', group: '/ecs/shop' })).toBe(
      'https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Fecs$252Fshop',
    );
  });
});
