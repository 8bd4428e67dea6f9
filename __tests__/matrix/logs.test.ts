import type { TaskScript } from '../fakes/aws/ecs-tasks.ts';
import { Shop } from '../fakes/shop.ts';
import { startAttempt } from './support/attempt.ts';
import { sayCount } from './support/scenario.ts';

interface LogCase {
  /** Of the migration's container. */
  lines: readonly string[];
  /** How they come; by default all within the first second. */
  script?: (lines: readonly string[]) => TaskScript;
  /** Of the container's logConfiguration. */
  logging?: (logConfiguration: Record<string, unknown>) => object;
  prepare?: (shop: Shop) => void;
  /** What is shown; by default the lines as they are. */
  shown?: readonly string[];
  /** Titles of the warnings. */
  warnings?: readonly string[];
  said?: RegExp;
  /** Where GetLogEvents must have been sent; the deploy's own region by default. */
  region?: string;
}

const many = Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`);
const few = ['== 1 CreateOrders: migrating', '== 1 CreateOrders: migrated'];
const optionsOf = (logConfiguration: Record<string, unknown>) =>
  logConfiguration['options'] as Record<string, string>;

const CASES: Readonly<Record<string, LogCase>> = {
  'a few lines': { lines: few },
  'the same line again and again': { lines: ['tick', 'tick', 'tick', 'tock', 'tick'] },
  '5,000 lines in 10 seconds': {
    lines: many,
    script: (lines) => ({
      runSeconds: 10,
      logLines: lines.map((message, index) => ({ afterSeconds: (index * 10) / lines.length, message })),
    }),
  },
  'lines that arrive after the task has stopped (R53)': {
    lines: few,
    script: (lines) => ({
      runSeconds: 3,
      logLines: lines.map((message, index) => ({ afterSeconds: 2, message, lateSeconds: 2 + 2 * index })),
    }),
  },
  'a stream that never appears': { lines: [] },
  'no right to read it': {
    lines: few,
    prepare: ({ aws }) => aws.fault({ operation: 'GetLogEvents', kind: 'access-denied', times: Infinity }),
    shown: [],
    warnings: ['Log not shown'],
    said: /logs:GetLogEvents: User: .* is not authorized/,
  },
  'reads that are throttled': {
    lines: few,
    prepare: ({ aws }) => aws.fault({ operation: 'GetLogEvents', kind: 'throttle', times: 40 }),
  },
  'reads whose answers are lost': {
    lines: few,
    prepare: ({ aws }) => {
      for (const kind of ['connection-reset-after', 'truncated-body', 'empty-answer', 'http-500'] as const)
        aws.fault({ operation: 'GetLogEvents', kind, times: 3 });
    },
  },
  'another region': {
    lines: few,
    logging: (log) => ({ ...log, options: { ...optionsOf(log), 'awslogs-region': 'us-east-1' } }),
    region: 'us-east-1',
  },
  'another driver': {
    lines: few,
    logging: () => ({ logDriver: 'awsfirelens', options: {} }),
    shown: [],
    said: /The log cannot be shown here: container web logs with the driver awsfirelens/,
  },
  'no prefix': {
    lines: few,
    logging: (log) => {
      const options = Object.entries(optionsOf(log)).filter(([name]) => name !== 'awslogs-stream-prefix');
      return { ...log, options: Object.fromEntries(options) };
    },
  },
  'characters of several bytes': { lines: ['マイグレーション完了 ✅', 'Zażółć gęślą jaźń', '👩‍👩‍👧‍👦'] },
  'control characters': { lines: ['\u001b[31mred\u001b[0m', 'bell \u0007', 'null \u0000', 'tab\there'] },
  'line ends inside': { lines: ['one\ntwo', 'three\r\n'], shown: ['one', 'two', 'three'] },
  'commands to the runner': {
    lines: [
      '::error::taken over',
      '##[error]taken over',
      '::set-output name=outcome::failed',
      'a ##[add-mask]b',
    ],
  },
};
const rows = Object.entries(CASES).flatMap(([what, logCase]) =>
  [0, 3].map((exitCode): [string, number, LogCase] => [what, exitCode, logCase]),
);

describe('the log of a migration', () => {
  afterAll(() => sayCount(`log cases: ${Object.keys(CASES).length} logs × 2 exit codes`));

  it.each(rows)('with %s, and exit code %d', async (_what, exitCode, logCase) => {
    const { lines, script, logging, prepare, shown = lines, warnings = [], said, region } = logCase;
    const shop = new Shop({ serviceDeployments: true });
    if (logging !== undefined) changeLogging(shop, logging);
    prepare?.(shop);
    const task = script?.(lines) ?? {
      runSeconds: 5,
      logLines: lines.map((message) => ({ afterSeconds: 0.5, message })),
    };
    shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { ...task, exitCode });

    const attempt = await startAttempt(shop);
    const { host } = attempt;

    // The verdict is that of the exit code, whatever became of the log.
    expect(attempt.exitCode).toBe(exitCode === 0 ? 0 : 1);
    expect(host.outputs).toMatchObject({
      outcome: exitCode === 0 ? 'completed' : 'failed',
      'migration-exit-code': String(exitCode),
    });
    // Once and in order, and only where nothing can command the runner.
    expect(shownOf(host.lines)).toEqual(shown);
    const ours = [...host.infos, ...host.annotations.map(({ message }) => message)].join('\n');
    expect(ours).not.toContain('taken over');
    expect(host.annotations.filter(({ level }) => level === 'warning').map(({ title }) => title)).toEqual(
      warnings,
    );
    if (said !== undefined) expect(ours).toMatch(said);
    const regions = new Set(shop.aws.callsOf('GetLogEvents').map((call) => call.region));
    expect([...regions].filter((one) => one !== (region ?? 'ap-northeast-1'))).toEqual([]);
  });
});

/** The lines from outside in the group of the migration. */
function shownOf(lines: readonly string[]): string[] {
  const start = lines.findIndex((line) => line.startsWith('> Migrate'));
  const end = lines.indexOf('<', start);
  return lines
    .slice(start, end)
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2));
}

function changeLogging(shop: Shop, change: (logConfiguration: Record<string, unknown>) => object): void {
  const { definition } = shop.aws.ecs.taskDefinitions.find('web')!;
  const [web] = definition['containerDefinitions'] as { logConfiguration: Record<string, unknown> }[];
  web!.logConfiguration = change(web!.logConfiguration) as Record<string, unknown>;
}
