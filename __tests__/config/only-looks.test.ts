import { readPlan } from '../../src/config/read-plan.ts';
import { configWorld, push } from '../fakes/config-world.ts';

describe('an environment that is named from the branch of another', () => {
  const read = (command: string) =>
    readPlan(
      configWorld({
        event: push('develop'),
        inputs: {
          command,
          environment: 'production',
          cluster: 'production',
          services: 'web',
          repository: 'shop',
        },
      }),
    );

  it.each(['status', 'history', 'inventory', 'wait', 'rollback', 'redeploy'])(
    'may be meant, where nothing of the checkout is deployed: %s',
    async (command) => {
      expect(await read(command)).toMatchObject({ command, environment: 'production' });
    },
  );

  it('may not get the commit of that branch: deploy', async () => {
    await expect(read('deploy')).rejects.toMatchObject({ code: 'BRANCH_NOT_MAPPED' });
  });
});
