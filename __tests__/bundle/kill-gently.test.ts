import { jest } from '@jest/globals';
import { neverSteady } from '../fakes/aws/fake-aws.ts';
import { atCall } from './at-call.ts';
import { inputs, openFakeShop, type FakeShop } from './fake-shop.ts';
import { runInTerminal } from './terminal.ts';

// Each test starts Node and git several times, beside others.
jest.setTimeout(120_000);

const migrate = 'bin/migrate';
const STEPS = [
  ['sign-in', 'GetCallerIdentity'],
  ['services', 'DescribeServices'],
  ['image', 'DescribeImages'],
  ['register', 'RegisterTaskDefinition'],
  ['migrate', 'ListTasks'],
  ['migrate', 'RunTask'],
  ['migrate', 'GetLogEvents'],
  ['rollout', 'UpdateService'],
  ['rollout', 'ListServiceDeployments'],
] as const;
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Measured and printed. What is asserted is the last word: past its own limit of 6.5 s the bundle has none. */
const longest: Record<keyof typeof SIGNALS, number> = { SIGINT: 0, SIGTERM: 0 };

describe('the bundle, told to end', () => {
  let shop: FakeShop;
  let signalled: number;

  const cancelAt = (operation: string): AbortSignal => {
    const cancel = new AbortController();
    atCall(shop.aws, operation, 'after', () => {
      signalled = performance.now();
      cancel.abort();
    });
    return cancel.signal;
  };
  const measure = (signal: keyof typeof SIGNALS): void => {
    longest[signal] = Math.max(longest[signal], (performance.now() - signalled) / 1000);
  };
  const expectNamed = (told: string): void => {
    const [task] = shop.aws.ecs.tasks({ group: 'family:web' });
    if (task?.desiredStatus === 'RUNNING') {
      expect(told).toContain(`aws ecs stop-task --cluster staging --task ${task.taskArn}`);
    }
    if (shop.aws.ecs.service('web').taskDefinition.endsWith('/web:2')) {
      expect(told).toContain(
        'aws ecs update-service --cluster staging --service web --task-definition web:1',
      );
    }
  };

  beforeEach(async () => {
    shop = await openFakeShop({ rollout: neverSteady() });
    shop.aws.ecs.nextTask('web', { runSeconds: 1, logLines: [{ afterSeconds: 0.1, message: 'migrated' }] });
  });
  afterEach(() => shop.close());
  afterAll(() => {
    process.stdout.write(
      `signals to the bundle: ${STEPS.length} calls × ${Object.keys(SIGNALS).length} signals, ended within ` +
        `${longest.SIGINT.toFixed(2)} s of SIGINT and ${longest.SIGTERM.toFixed(2)} s of SIGTERM\n`,
    );
  });

  it.each(STEPS)(
    'by SIGINT in step %s at %s, has its last word and names what goes on',
    async (_step, operation) => {
      let ended = 0;
      const signal = cancelAt(operation);
      const run = await shop.run({
        inputs: { ...inputs, migrate },
        signal,
        onLine: (line) => {
          if (line.includes('cancelled')) ended = performance.now();
        },
      });
      longest.SIGINT = Math.max(longest.SIGINT, (ended - signalled) / 1000);

      expect({ exitCode: run.exitCode, outcome: run.outputs['outcome'] }).toEqual({
        exitCode: SIGNALS.SIGINT,
        outcome: 'cancelled',
      });
      expectNamed(run.stdout);
      expect(run.left).toEqual({ files: [], processes: [] });
    },
  );

  it.each(STEPS)('by SIGTERM in step %s at %s in a terminal, does the same', async (_step, operation) => {
    const signal = cancelAt(operation);
    const args = ['--cluster', 'staging', '--repository', 'shop', '--services', 'web', '--image', 'v2'];
    const run = await runInTerminal(
      shop.checkout.folder,
      ['deploy', ...args, '--migrate', migrate, '--json'],
      shop.environment,
      { terminate: signal },
    );
    measure('SIGTERM');

    expect(run.exitCode).toBe(SIGNALS.SIGTERM);
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'cancelled' });
    expectNamed(run.stderr);
  });
});
