import { Shop } from '../fakes/shop.ts';

/** Services that we do not change are refused by name, before anything changes. */
describe.each([
  [
    'CODE_DEPLOY',
    { deploymentController: { type: 'CODE_DEPLOY' } },
    'is deployed by the CODE_DEPLOY controller',
  ],
  ['EXTERNAL', { deploymentController: { type: 'EXTERNAL' } }, 'is deployed by the EXTERNAL controller'],
  ['Express Mode', { resourceManagementType: 'ECS' }, 'is an Express Mode service'],
])('a service of the kind %s', (_, web, said) => {
  it.each(['deploy', 'redeploy', 'rollback'])(
    'is refused by %s, with nothing built, registered or updated',
    async (command) => {
      const shop = new Shop({ web });
      expect(await shop.run(command, { environment: 'staging' })).toBe(1);
      expect(shop.host.outputs['outcome']).toBe('refused');
      expect(shop.host.lines.join('\n')).toContain(`service web ${said}`);
      expect(shop.builder.builds).toEqual([]);
      const changes = shop.aws.calls.filter(({ operation }) =>
        /^(?:Register|Update|Run|Stop|Tag)/.test(operation),
      );
      expect(changes).toEqual([]);
    },
  );
});

it('a DAEMON service is deployed like any other, and no count is asked of it', async () => {
  const shop = new Shop({ web: { schedulingStrategy: 'DAEMON' } });
  expect(await shop.deploy()).toBe(0);
  expect(shop.host.outputs['outcome']).toBe('completed');
});
