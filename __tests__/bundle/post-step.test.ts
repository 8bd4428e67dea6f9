import type { ActionRun } from '../e2e/support/runner.ts';
import { completes, neverSteady } from '../fakes/aws/fake-aws.ts';
import { inputs, openFakeShop, type FakeShop } from './fake-shop.ts';

const configuration = (rollout: string) => `version: 1
image: { repository: shop }
environments:
  staging: { branch: develop, cluster: staging }
services: [web]
rollout: { on-cancel: ${rollout} }
`;

describe('the post step of the bundle', () => {
  let shop: FakeShop;

  afterEach(() => shop.close());

  /** Ends the step when its log has come to a line. */
  function endAt(
    line: RegExp,
    more: { with: 'kill' | 'signal'; inputs?: Record<string, string> },
  ): Promise<ActionRun> {
    const end = new AbortController();
    return shop.run({
      inputs: { image: 'v2', ...more.inputs },
      [more.with]: end.signal,
      onLine: (text) => {
        if (line.test(text)) end.abort();
      },
    });
  }

  const open = async (rollout: 'keep' | 'rollback') => {
    shop = await openFakeShop({
      files: { '.github/deploy.yml': configuration(rollout) },
      rollout: neverSteady(),
    });
    shop.aws.ecs.nextRollout('web', completes({ afterSeconds: 0.2 }));
  };

  it('sends a service back whose run was killed, with `on-cancel: rollback`', async () => {
    await open('rollback');

    const run = await endAt(/^web: 0 of 1/u, { with: 'kill' });

    expect(run.exitCode).toBe(137);
    expect(run.post).toMatchObject({ exitCode: 0 });
    expect(run.post.stdout).toBe('web: sent back to web:1, not waited for');
    expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/\/web:1$/u);
    expect(run.left).toEqual({ files: [], processes: [] });
  }, 30_000);

  it('names the rollout of a killed run, and the command that ends it, with `on-cancel: keep`', async () => {
    await open('keep');

    const run = await endAt(/^web: 0 of 1/u, { with: 'kill' });

    expect(run.post.exitCode).toBe(0);
    expect(run.post.stdout).toBe(
      '::warning title=A rollout is not over::web: web:2 is IN_PROGRESS, 0 of 1 tasks run. To end it: aws ecs update-service --cluster staging --service web --task-definition web:1 --region ap-northeast-1',
    );
    expect(shop.aws.ecs.service('web').taskDefinition).toMatch(/\/web:2$/u);
  }, 30_000);

  it.each(['kill', 'signal'] as const)(
    'names a migration that goes on after a %s',
    async (how) => {
      await open('keep');
      shop.aws.ecs.nextTask('web', { runSeconds: 60 });

      const run = await endAt(/is RUNNING/u, { with: how, inputs: { ...inputs, migrate: 'bin/migrate' } });

      expect(run.exitCode).toBe(how === 'kill' ? 137 : 130);
      expect(run.post.exitCode).toBe(0);
      expect(run.post.stdout).toMatch(
        /^::warning title=A task still runs::Task [0-9a-f]+ \(migrate\) still runs\. End it with: aws ecs stop-task --cluster staging --task arn:\S+ --region ap-northeast-1$/u,
      );
      expect(shop.aws.callsOf('StopTask')).toEqual([]);
    },
    30_000,
  );
});
