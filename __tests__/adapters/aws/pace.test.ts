import { paces } from '../../../src/adapters/aws/pace.ts';
import { CancelledError } from '../../../src/errors.ts';
import { ECS_QUOTAS } from '../../../src/rules/aws/ecs-quotas.ts';
import { FakeAws } from '../../fakes/aws/fake-aws.ts';
import { FakeClock } from '../../fakes/clock.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../../fakes/shop.ts';

const TOKYO = { role: 'arn:aws:iam::111111111111:role/tokyo', region: 'ap-northeast-1' };

/** When each of so many calls of one moment may be made, in seconds from then. */
async function turns(clock: FakeClock, calls: number, wait: () => Promise<void>): Promise<number[]> {
  const start = clock.now();
  return Promise.all(Array.from({ length: calls }, () => wait().then(() => (clock.now() - start) / 1000)));
}

describe('the pace of calls', () => {
  it('lets most of a burst go at once, and the rest one by one', async () => {
    const clock = new FakeClock();
    const pace = paces(clock)(TOKYO);
    const at = await turns(clock, 25, () => pace('RegisterTaskDefinition'));
    expect(at).toEqual([...Array.from({ length: 18 }, () => 0), 1, 2, 3, 4, 5, 6, 7]);
  });

  it('gives a burst again after a rest, and never more', async () => {
    const clock = new FakeClock();
    const pace = paces(clock)(TOKYO);
    await turns(clock, 20, () => pace('RegisterTaskDefinition'));
    await clock.advance(3_600_000);
    const at = await turns(clock, 20, () => pace('RegisterTaskDefinition'));
    expect(at.filter((second) => second === 0)).toHaveLength(18);
  });

  it('counts what shares a bucket together, and other calls apart', async () => {
    const clock = new FakeClock();
    const pace = paces(clock)(TOKYO);
    await turns(clock, 90, () => pace('RunTask'));
    expect(await turns(clock, 1, () => pace('StopTask'))).toEqual([0.025]);
    expect(await turns(clock, 1, () => pace('DescribeServices'))).toEqual([0]);
    expect(await turns(clock, 200, () => pace('ListClusters'))).toEqual(Array.from({ length: 200 }, () => 0));
  });

  it.each([
    ['another role of the account', { ...TOKYO, role: 'arn:aws:iam::111111111111:role/osaka' }, 1],
    ['another account', { ...TOKYO, role: 'arn:aws:iam::222222222222:role/tokyo' }, 0],
    ['another region', { ...TOKYO, region: 'us-east-1' }, 0],
    ['the credentials at hand', { ...TOKYO, role: undefined }, 0],
  ])('is that of the account and region: for %s', async (_who, other, seconds) => {
    const clock = new FakeClock();
    const paceIn = paces(clock);
    await turns(clock, 18, () => paceIn(TOKYO)('RegisterTaskDefinition'));
    expect(await turns(clock, 1, () => paceIn(other)('RegisterTaskDefinition'))).toEqual([seconds]);
  });

  it('gives up its place on a cancel, and waits for what is asked after it', async () => {
    const clock = new FakeClock();
    const aws = new FakeAws({ clock });
    const cancel = new AbortController();
    const { ecs } = await aws.connect({ signal: cancel.signal });
    const register = () =>
      ecs.registerTaskDefinition({ family: 'web', containerDefinitions: [{ name: 'app', image: 'x' }] }, []);
    await Promise.all(Array.from({ length: 18 }, register));
    clock.at(500, () => cancel.abort(new CancelledError('SIGTERM')));
    await expect(Promise.all([register(), register()])).rejects.toBeInstanceOf(CancelledError);
    expect(clock.elapsed).toBe(500);
    await register();
    // The two that gave up left their places: half a second was left of the first.
    expect(clock.elapsed).toBe(1_000);
    expect(clock.sleepers).toBe(0);
  });

  it('knows what every quota is for', () => {
    const actions = ECS_QUOTAS.flatMap((quota) => quota.actions);
    expect(new Set(actions).size).toBe(actions.length);
  });
});

describe('a deploy of fifty families to an account that throttles', () => {
  function shopOfMany(families: number, services: number): Shop {
    const shop = new Shop({ serviceDeployments: true });
    const names = Array.from({ length: families + services }, (_, index) => `part-${index + 1}`);
    for (const family of names)
      shop.aws.ecs.register({
        family,
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true }],
      });
    for (const name of names.slice(families))
      shop.aws.ecs.addService({
        cluster: 'staging',
        name,
        taskDefinition: name,
        desiredCount: 1,
        serviceDeployments: true,
      });
    shop.configure((yaml) =>
      yaml
        .replace('[web, worker]', `[${['web', ...names.slice(families)].join(', ')}]`)
        .concat(families === 0 ? '' : `families: [${names.slice(0, families).join(', ')}]\n`),
    );
    return shop;
  }
  const throttled = (shop: Shop) =>
    shop.aws.calls
      .filter(({ refused }) => refused === 'ThrottlingException')
      .map(({ operation }) => operation);

  it('is never throttled', async () => {
    const shop = shopOfMany(50, 0);
    shop.aws.throttleLikeAws();
    expect(await shop.deploy()).toBe(0);
    expect(shop.aws.callsOf('RegisterTaskDefinition')).toHaveLength(51);
    expect(throttled(shop)).toEqual([]);
  });

  it('nor with sixty services, all updated side by side', async () => {
    const shop = shopOfMany(0, 60);
    shop.aws.throttleLikeAws();
    expect(await shop.deploy()).toBe(0);
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(61);
    expect(throttled(shop)).toEqual([]);
  });

  it('nor by two targets of one account and region that register at the same time', async () => {
    const clock = new FakeClock();
    const aws = new FakeAws({ clock });
    aws.throttleLikeAws();
    const paceIn = paces(clock);
    const roles = ['tokyo', 'osaka'].map((name) => `arn:aws:iam::111111111111:role/${name}`);
    await Promise.all(
      roles.map(async (role) => {
        const { ecs } = await aws.connect({ pace: paceIn({ role, region: 'ap-northeast-1' }) });
        for (let revision = 1; revision <= 20; revision += 1)
          await ecs.registerTaskDefinition(
            { family: 'web', containerDefinitions: [{ name: 'app', image: 'x' }] },
            [],
          );
      }),
    );
    expect(aws.callsOf('RegisterTaskDefinition')).toHaveLength(40);
    expect(aws.calls.filter(({ refused }) => refused !== undefined)).toEqual([]);
  });
});
