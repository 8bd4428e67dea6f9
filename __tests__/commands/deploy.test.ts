import { breaker, completes, neverSteady, scaledToZero, supersededBy } from '../fakes/aws/fake-aws.ts';
import { Shop } from '../fakes/shop.ts';

describe('a deploy', () => {
  it('goes from image to record, and each step is a gate for the next', async () => {
    const shop = new Shop();
    const code = await shop.deploy();
    console.log(shop.host.lines.join('\n'));
    expect(code).toBe(0);
    expect(shop.aws.mutations().map(({ operation }) => operation)).toEqual([
      'RegisterTaskDefinition',
      'RegisterTaskDefinition',
      'RunTask',
      'UpdateService',
      'UpdateService',
      'TagResource',
      'TagResource',
    ]);
  });
});
