import { finish } from '../../src/commands/finish.ts';
import type { Shop } from '../fakes/shop.ts';
import { shopOnCodeBuild } from '../fakes/shop-on-codebuild.ts';
import { startAttempt } from '../matrix/support/attempt.ts';

/** A deploy that is killed when the nth answer to an operation of CodeBuild is on its way, or was taken in. */
async function killedAt(operation: string, side: 'before' | 'after'): Promise<Shop> {
  const shop = shopOnCodeBuild();
  shop.aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: 600 } });
  let isMet = false;
  const { host, exitCode } = await startAttempt(shop, {
    onCrossing: (crossing, fate) => {
      if (crossing.side === 'after' && shop.aws.calls.at(-1)?.operation === operation) {
        if (side === 'after') fate.kill();
        isMet = true;
      } else if (isMet && side === 'before') fate.kill();
    },
  });
  expect(exitCode).toBeUndefined();
  Object.assign(shop.host.states, host.states);
  shop.host.forget();
  shop.aws.calls.length = 0;
  return shop;
}

describe('the post step of a run that was killed while its build went on', () => {
  it.each([
    ['StartBuild', 'after'],
    ['StartBuild', 'before'],
    ['BatchGetBuilds', 'before'],
  ] as const)('at %s (%s) stops the build', async (operation, side) => {
    const shop = await killedAt(operation, side);

    await finish(shop.world());

    expect(shop.aws.codebuild.builds.map(({ status }) => status)).toEqual(['STOPPED']);
    expect(shop.host.infos).toContain(`Build ${shop.aws.codebuild.builds[0]!.id} was told to stop`);
  });

  it('says so when the build has ended meanwhile', async () => {
    const shop = await killedAt('StartBuild', 'before');
    await shop.clock.advance(700_000);

    await finish(shop.world());

    expect(shop.host.infos).toContain(`Build ${shop.aws.codebuild.builds[0]!.id} has ended`);
    expect(shop.aws.mutations()).toEqual([]);
  });

  it('names it where it may not be stopped', async () => {
    const shop = await killedAt('BatchGetBuilds', 'before');
    shop.aws.fault({ operation: 'StopBuild', kind: 'access-denied', times: Infinity });

    await finish(shop.world());

    const { id } = shop.aws.codebuild.builds[0]!;
    expect(shop.host.annotations.map(({ message }) => message).join('\n')).toContain(
      `End it with: aws codebuild stop-build --id ${id} --region ap-northeast-1`,
    );
  });

  it('leaves a build alone that a run lost sight of without a cancel, and names it', async () => {
    const shop = shopOnCodeBuild();
    shop.aws.codebuild.nextBuild('shop-build', { seconds: { BUILD: 600 } });
    shop.aws.fault({ operation: 'BatchGetBuilds', kind: 'access-denied', times: 1 });
    expect(await shop.deploy()).toBe(1);
    shop.host.forget();

    await finish(shop.world());

    expect(shop.aws.codebuild.builds.map(({ status }) => status)).toEqual(['IN_PROGRESS']);
    expect(shop.host.annotations.map(({ title }) => title)).toEqual(['A build still runs']);
  });
});

it('after a build that came to its end there is nothing to finish', async () => {
  const shop = shopOnCodeBuild();
  expect(await shop.deploy()).toBe(0);
  shop.host.forget();
  shop.aws.calls.length = 0;

  await finish(shop.world());

  expect(shop.aws.calls).toEqual([]);
});
