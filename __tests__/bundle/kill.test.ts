import { jest } from '@jest/globals';
import { atCall } from './at-call.ts';
import { NEW, inputs, openFakeShop, type FakeShop } from './fake-shop.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(120_000);

const request = { inputs: { ...inputs, migrate: 'bin/migrate' }, runId: '4711' };
const KILLS = [
  ['after', 'GetCallerIdentity'],
  ['after', 'DescribeServices'],
  ['after', 'DescribeImages'],
  ['before', 'RegisterTaskDefinition'],
  ['after', 'RegisterTaskDefinition'],
  ['before', 'RunTask'],
  ['after', 'RunTask'],
  ['after', 'GetLogEvents'],
  ['before', 'UpdateService'],
  ['after', 'UpdateService'],
  ['after', 'ListServiceDeployments'],
  ['before', 'TagResource'],
  ['after', 'TagResource'],
] as const;

describe('the bundle, killed and started again', () => {
  let shop: FakeShop;

  beforeEach(async () => {
    shop = await openFakeShop();
    shop.aws.ecs.nextTask('web', { runSeconds: 1, logLines: [{ afterSeconds: 0.1, message: 'migrated' }] });
  });
  afterEach(() => shop.close());
  afterAll(() => {
    process.stdout.write(`kills of the bundle: ${KILLS.length}\n`);
  });

  it.each(KILLS)('%s %s comes to its end, and nothing is done twice', async (side, operation) => {
    const kill = new AbortController();
    atCall(shop.aws, operation, side, () => kill.abort());

    const killed = await shop.run({ ...request, kill: kill.signal });
    const again = await shop.run({ ...request, attempt: 2 });

    expect(killed.exitCode).toBe(137);
    expect(killed.post.exitCode).toBe(0);
    expect({ exitCode: again.exitCode, stdout: again.stdout }).toMatchObject({ exitCode: 0 });
    expect(again.outputs['image-digest']).toBe(NEW);
    expect(shop.aws.ecs.service('web').deployments[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutState: 'COMPLETED',
      taskDefinition: expect.stringMatching(/\/web:2$/u) as string,
    });
    expect(shop.aws.mutations().filter((call) => call.operation === 'RegisterTaskDefinition')).toHaveLength(
      1,
    );
    expect(shop.aws.mutations().filter((call) => call.operation === 'UpdateService')).toHaveLength(1);
    expect(shop.aws.ecs.tasks({ group: 'family:web' })).toHaveLength(1);
    expect(again.left).toEqual({ files: [], processes: [] });
  });
});
