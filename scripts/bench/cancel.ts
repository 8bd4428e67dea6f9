import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { inputs, startFakeAws } from '../../__tests__/bundle/fake-shop.ts';
import { actionPrograms, inputVariables } from '../../__tests__/e2e/support/action-definition.ts';
import { neverSteady } from '../../__tests__/fakes/aws/fake-aws.ts';
import { readCall } from '../../__tests__/fakes/aws/protocols.ts';
import { runnerVariables } from './bundle-run.ts';
import { largest, type Figure } from './figure.ts';

interface Moment {
  operation: string;
  /** Which of its calls; the first unless said. */
  nth?: number;
  /** Without a migration, which would come first. */
  isAfterMigration?: boolean;
}

/** In each step, the call at which the signal is sent, right after AWS has carried it out. */
const STEPS: Readonly<Record<string, Moment>> = {
  'sign-in': { operation: 'GetCallerIdentity' },
  services: { operation: 'DescribeTaskDefinition' },
  image: { operation: 'DescribeImages' },
  register: { operation: 'RegisterTaskDefinition' },
  'start of the migration': { operation: 'RunTask' },
  migration: { operation: 'DescribeTasks' },
  'update of the service': { operation: 'UpdateService', isAfterMigration: true },
  // The services are read first, and once more right before they change.
  rollout: { operation: 'DescribeServices', nth: 4, isAfterMigration: true },
};
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const TARGET_SECONDS = 7;
/** A process that lives longer than this will not be asked to end any more. */
const LONGEST_MS = 120_000;

/** From the signal to the end of the process, in each step of a deploy by the bundle. */
export const cancel: Figure = {
  name: 'cancel',

  async measure(onProgress) {
    const seconds: number[] = [];
    const told: string[] = [];
    for (const [step, moment] of Object.entries(STEPS)) {
      onProgress(`Sending SIGINT and SIGTERM in the step ${step}`);
      const both = await Promise.all(SIGNALS.map((signal) => secondsToExit(moment, signal)));
      seconds.push(...both);
      told.push(`${step} ${largest(both).toFixed(1)}`);
    }
    const worst = largest(seconds);
    return [
      {
        what: 'SIGINT or SIGTERM to the end of the process',
        target: `≤ ${TARGET_SECONDS} s`,
        measured: `at most ${worst.toFixed(2)} s (${told.join(', ')})`,
        holds: worst <= TARGET_SECONDS,
        how: `the bundle as a child process, ${SIGNALS.length} signals in ${told.length} steps; AWS is a local fake on the real clock`,
      },
    ];
  },
};

async function secondsToExit(
  { operation, nth = 1, isAfterMigration = false }: Moment,
  signal: (typeof SIGNALS)[number],
): Promise<number> {
  const { aws, environment, close } = await startFakeAws(neverSteady());
  aws.ecs.nextTask({}, { runSeconds: 600 });
  const workspace = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const child = spawn(process.execPath, [actionPrograms().main], {
      cwd: workspace,
      env: {
        ...environment,
        ...runnerVariables(workspace),
        ...inputVariables(isAfterMigration ? inputs : { ...inputs, migrate: 'bin/migrate' }),
      },
      stdio: 'ignore',
    });
    const isOver = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    let seen = 0;
    let sentAt: number | undefined;
    const answer = aws.answer.bind(aws);
    aws.answer = (request) => {
      const answered = answer(request);
      if (readCall(request).operation === operation && ++seen === nth) {
        sentAt = Date.now();
        child.kill(signal);
      }
      return answered;
    };
    await once(child, 'close');
    clearTimeout(isOver);
    if (sentAt === undefined) throw new Error(`the bundle ended before it called ${operation}`);
    return (Date.now() - sentAt) / 1000;
  } finally {
    rmSync(workspace, { recursive: true });
    await close();
  }
}
