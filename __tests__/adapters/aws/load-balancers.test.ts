import { FakeAws } from '../../fakes/aws/fake-aws.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { rejectionOf } from '../../fixtures/thrown.ts';

const GROUP = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/web/0123456789abcdef';

describe('the deregistration delay of a target group', () => {
  it('is read in seconds', async () => {
    const aws = new FakeAws({ clock: new FakeClock() });
    aws.loadBalancers.addTargetGroup(GROUP, { deregistrationDelay: 15 });
    const { loadBalancers } = await aws.connect();
    expect(await loadBalancers.deregistrationDelay(GROUP)).toBe(15);
  });

  it('of a group that is gone is an error with the action that was refused', async () => {
    const { loadBalancers } = await new FakeAws({ clock: new FakeClock() }).connect();
    const error = await rejectionOf(loadBalancers.deregistrationDelay(GROUP));
    expect(error).toMatchObject({
      action: 'elasticloadbalancing:DescribeTargetGroupAttributes',
      retryable: false,
    });
  });
});
