import { jest } from '@jest/globals';
import { breaker } from '../fakes/aws/fake-aws.ts';
import { readAsRunner } from '../e2e/support/runner-commands.ts';
import { NEW, openFakeShop, type FakeShop } from './fake-shop.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(60_000);

describe('what the bundle answers', () => {
  let shop: FakeShop;

  afterEach(() => shop.close());

  it('a deploy that succeeds sets outputs, job summary and state, and leaves nothing for the post step', async () => {
    shop = await openFakeShop();

    const run = await shop.run();

    expect({ exitCode: run.exitCode, stdout: run.stdout }).toMatchObject({ exitCode: 0 });
    expect(run.outputs).toMatchObject({
      outcome: 'completed',
      environment: 'staging',
      'image-digest': NEW,
      'image-reused': 'true',
      image: `111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop@${NEW}`,
      'task-definitions': '{"web":"web:2"}',
    });
    expect(run.outputs).not.toHaveProperty('failed-step');
    expect(run.summary).toContain('staging: completed');
    expect(run.state).toHaveProperty('started', 'true');
    expect(run.post).toEqual({ exitCode: 0, stdout: '' });
    expect(run.left).toEqual({ files: [], processes: [] });
    expect(shop.aws.ecs.service('web').deployments[0]).toMatchObject({
      rolloutState: 'COMPLETED',
      runningCount: 1,
    });
  });

  it('a deploy that is rolled back ends with 1, and all that is known is set all the same', async () => {
    shop = await openFakeShop({ rollout: breaker({ afterSeconds: 1, rollbackSeconds: 0.5, exitCode: 9 }) });

    const run = await shop.run();

    expect({ exitCode: run.exitCode, stdout: run.stdout }).toMatchObject({ exitCode: 1 });
    expect(run.outputs).toMatchObject({
      outcome: 'rolled-back',
      'failed-step': 'rollout',
      'image-digest': NEW,
      'task-definitions': '{"web":"web:2"}',
    });
    expect(run.summary).toContain('staging: rolled-back');
    const { commands } = readAsRunner(run.stdout);
    expect(commands.filter(({ name }) => name === 'error')).toHaveLength(1);
    expect(shop.aws.ecs.service('web').deployments[0]?.taskDefinition).toMatch(/:web:1$|\/web:1$/u);
  });

  it('a deploy of what runs already ends with 0 and changes no service', async () => {
    shop = await openFakeShop();
    const first = await shop.run();
    const changes = shop.aws.callsOf('UpdateService').length;

    const run = await shop.run();

    expect([first.outputs['outcome'], run.outputs['outcome']]).toEqual(['completed', 'no-change']);
    expect(run.exitCode).toBe(0);
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(changes);
    expect(shop.aws.callsOf('RegisterTaskDefinition')).toHaveLength(1);
  });
});
