import { jest } from '@jest/globals';
import type { FaultKind } from '../fakes/aws/faults.ts';
import { NEW, inputs, openFakeShop, type FakeShop } from './fake-shop.ts';

// Each test starts Node and git, and the SDK waits between its tries.
jest.setTimeout(120_000);

const request = { inputs: { ...inputs, migrate: 'bin/migrate' } };
const MENDED: readonly FaultKind[] = [
  'throttle',
  'http-500',
  'connection-reset-before',
  'connection-reset-after',
  'truncated-body',
  'empty-answer',
];
/** One call of each step that needs AWS. */
const STEPS = [
  ['sign-in', 'sts:GetCallerIdentity'],
  ['services', 'ecs:DescribeServices'],
  ['image', 'ecr:DescribeImages'],
  ['register', 'ecs:RegisterTaskDefinition'],
  ['migrate', 'ecs:RunTask'],
  ['rollout', 'ecs:UpdateService'],
] as const;

describe('the bundle, over HTTP', () => {
  let shop: FakeShop;

  beforeEach(async () => {
    shop = await openFakeShop();
  });
  afterEach(() => shop.close());
  afterAll(() => {
    process.stdout.write(
      `faults of the bundle: ${MENDED.length} kinds at every call, ${STEPS.length} steps denied\n`,
    );
  });

  it.each(MENDED)(
    'gets over %s at the first call of every operation, and does nothing twice',
    async (kind) => {
      for (const operation of OPERATIONS) shop.aws.fault({ operation, kind });

      const run = await shop.run(request);

      expect({ exitCode: run.exitCode, stdout: run.stdout }).toMatchObject({ exitCode: 0 });
      expect(run.outputs).toMatchObject({ outcome: 'completed', 'image-digest': NEW });
      expect(
        shop.aws.calls
          .filter(({ fault }) => fault === kind)
          .map(({ operation }) => operation)
          .sort(),
      ).toEqual(OPERATIONS.toSorted());
      const carriedOut = (operation: string) =>
        shop.aws.callsOf(operation).filter((call) => call.carriedOut).length;
      expect(carriedOut('RegisterTaskDefinition')).toBe(1);
      expect(carriedOut('UpdateService')).toBe(1);
      expect(shop.aws.ecs.tasks({ group: 'family:web' })).toHaveLength(1);
      expect(shop.aws.ecs.service('web').deployments[0]).toMatchObject({ rolloutState: 'COMPLETED' });
    },
  );

  it.each(STEPS)('says in step %s which right is missing: %s', async (step, action) => {
    shop.aws.fault({ operation: action.split(':')[1]!, kind: 'access-denied', times: Infinity });

    const run = await shop.run(request);

    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ outcome: 'failed', 'failed-step': step });
    expect(run.stdout).toMatch(new RegExp(`::error .*${action}: User: .*request [0-9a-f-]{36}`, 'u'));
    expect(run.stdout).toContain(`Allow ${action}`);
    expect(run.left).toEqual({ files: [], processes: [] });
  });

  it('ends when its credentials do, and says so', async () => {
    shop.aws.fault({ operation: 'DescribeServices', nth: 3, times: Infinity, kind: 'expired-token' });

    const run = await shop.run(request);

    expect(run.exitCode).toBe(1);
    expect(run.outputs['outcome']).toBe('failed');
    expect(run.stdout).toMatch(/::error title=AWS_CREDENTIALS_EXPIRED.*ExpiredTokenException, request /u);
    expect(run.stdout).toContain(
      'To end it: aws ecs update-service --cluster staging --service web --task-definition web:1',
    );
  });
});

const OPERATIONS = [
  'GetCallerIdentity',
  'DescribeServices',
  'DescribeTaskDefinition',
  'GetAuthorizationToken',
  'DescribeImages',
  'RegisterTaskDefinition',
  'ListTasks',
  'DescribeTasks',
  'RunTask',
  'GetLogEvents',
  'UpdateService',
  'TagResource',
];
