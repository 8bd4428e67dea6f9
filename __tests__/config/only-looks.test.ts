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

  it.each(['status', 'history', 'wait'])('may be looked at: %s', async (command) => {
    expect(await read(command)).toMatchObject({ command, environment: 'production' });
  });

  it.each(['deploy', 'redeploy', 'rollback'])('may not be changed: %s', async (command) => {
    await expect(read(command)).rejects.toMatchObject({ code: 'BRANCH_NOT_MAPPED' });
  });
});
