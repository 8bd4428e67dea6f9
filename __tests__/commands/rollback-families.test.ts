import { clusterArn, revisionArn, RULE_TARGETS, SCHEDULES } from '../fixtures/schedules.ts';
import { breaker } from '../fakes/aws/fake-aws.ts';
import { OLD_DIGEST, REGISTRY, Shop } from '../fakes/shop.ts';

const target = (Id: string, revision: string) => ({
  Id,
  Arn: clusterArn('staging'),
  EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
});
const pins = (shop: Shop, rule = 'nightly') =>
  shop.aws.events.targets(rule).map((one) => /task-definition\/([^"]+)/.exec(JSON.stringify(one))?.[1]);

/** web and worker as services, nightly as a family that only a schedule starts. */
function shopWithBatch(schedules = '[{ rule: nightly }]', more = ''): Shop {
  const shop = new Shop({ serviceDeployments: true });
  shop.aws.ecs.register({
    family: 'nightly',
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      { name: 'app', image: `${REGISTRY}/shop@${OLD_DIGEST}`, essential: true, command: ['bin/nightly'] },
    ],
  });
  shop.aws.events.addRule('nightly', { targets: [target('one', 'nightly:1')] });
  shop.configure((yaml) => `${yaml}families: [nightly]\nschedules: ${schedules}\n${more}`);
  return shop;
}

/** Another release: all revisions get the next number. */
async function release(shop: Shop, number: number): Promise<number> {
  shop.files.entries.set('server.js', `serve(${number})`);
  shop.commit(String(number).repeat(40));
  return shop.deploy();
}

async function releases(shop: Shop, count: number): Promise<Shop> {
  for (let number = 1; number <= count; number += 1) expect(await release(shop, number)).toBe(0);
  shop.host.forget();
  return shop;
}

describe('R39: a rollback takes the schedules of families without a service back', () => {
  it('to what the release before ran, and counts them to the release that it is', async () => {
    const shop = await releases(shopWithBatch(), 2);
    expect(pins(shop)).toEqual(['nightly:3']);
    expect(await shop.run('rollback')).toBe(0);
    expect(pins(shop)).toEqual(['nightly:2']);
    expect(shop.host.lines.join('\n')).toContain('✓ web → web:2, worker → worker:2, nightly → nightly:2');
    expect(shop.aws.ecs.taskDefinitions.find('nightly:2')?.tags).toContainEqual({
      key: 'deploy-action:release',
      value: '3',
    });
    // And forth again, as the services do.
    expect(await shop.run('rollback')).toBe(0);
    expect(pins(shop)).toEqual(['nightly:3']);
  });

  it('to what there was before the first release', async () => {
    const shop = await releases(shopWithBatch(), 1);
    expect(await shop.run('rollback')).toBe(0);
    expect(pins(shop)).toEqual(['nightly:1']);
  });

  it('past a release that failed', async () => {
    const shop = await releases(shopWithBatch(), 1);
    shop.aws.ecs.nextRollout('web', breaker());
    expect(await release(shop, 2)).toBe(1);
    expect(await release(shop, 3)).toBe(0);
    expect(pins(shop)).toEqual(['nightly:4']);
    expect(await shop.run('rollback')).toBe(0);
    expect(pins(shop)).toEqual(['nightly:2']);
  });

  it('to the release of a revision that is named', async () => {
    const shop = await releases(shopWithBatch(), 3);
    expect(await shop.run('rollback', { revision: '2' })).toBe(0);
    expect(pins(shop)).toEqual(['nightly:2']);
  });

  it.each(Object.entries(RULE_TARGETS))('with %s in the revision alone', async (_what, of) => {
    const shop = shopWithBatch('[{ rule: weekly }]');
    shop.aws.events.addRule('weekly', { targets: [of(revisionArn('nightly:1'))] });
    await releases(shop, 2);
    expect(await shop.run('rollback')).toBe(0);
    expect(JSON.stringify(shop.aws.events.targets('weekly'))).toBe(
      JSON.stringify([of(revisionArn('nightly:2'))]),
    );
  });

  it.each(Object.entries(SCHEDULES))('a schedule with %s in the revision alone', async (_what, of) => {
    const { Name, GroupName } = of(revisionArn('nightly:1'));
    const shop = shopWithBatch(`[{ schedule: ${GroupName}/${Name} }]`);
    shop.aws.scheduler.addSchedule(of(revisionArn('nightly:1')));
    await releases(shop, 2);
    expect(await shop.run('rollback')).toBe(0);
    const after = shop.aws.scheduler.schedule(Name, GroupName);
    expect(after).toMatchObject(of(revisionArn('nightly:2')));
    expect(JSON.stringify(after.Target)).toBe(JSON.stringify(of(revisionArn('nightly:2')).Target));
  });

  it('found by `auto`', async () => {
    const shop = await releases(shopWithBatch('auto'), 2);
    expect(await shop.run('rollback')).toBe(0);
    expect(pins(shop)).toEqual(['nightly:2']);
  });
});

describe('a rollback leaves the schedules of families', () => {
  it('where only some of the services go back, and says so', async () => {
    const shop = await releases(shopWithBatch(), 2);
    expect(await shop.run('rollback', { services: 'web' })).toBe(0);
    expect(pins(shop)).toEqual(['nightly:3']);
    expect(shop.host.lines.join('\n')).toContain(
      'nightly: left as it is, since only some of the services go back',
    );
  });

  it('where nothing is recorded of the family, and says so', async () => {
    const shop = shopWithBatch();
    shop.configure((yaml) => yaml);
    await releases(shop, 2);
    shop.configure((yaml) => `${yaml}families: [nightly]\nschedules: [{ rule: nightly }]\n`);
    shop.aws.ecs.register({ family: 'nightly', containerDefinitions: [{ name: 'app', image: 'x' }] });
    expect(await shop.run('rollback')).toBe(0);
    expect(pins(shop)).toEqual(['nightly:1']);
    expect(shop.host.lines.join('\n')).toContain(
      'nightly: no release of it is recorded, so its schedules stay where they are',
    );
  });

  it('and refuses, before anything is touched, where the revision was deregistered', async () => {
    const shop = await releases(shopWithBatch(), 2);
    shop.aws.ecs.taskDefinitions.deregister('nightly:2');
    const before = shop.aws.mutations().length;
    expect(await shop.run('rollback')).toBe(1);
    expect(shop.host.annotations.at(-1)?.title).toContain('REVISION_INACTIVE');
    expect(shop.aws.mutations()).toHaveLength(before);
  });
});
