import type { FakeBuild } from '../../__tests__/fakes/aws/codebuild-builds.ts';
import type { FakeAws } from '../../__tests__/fakes/aws/fake-aws.ts';
import { FakeClock } from '../../__tests__/fakes/clock.ts';
import { FakeHost } from '../../__tests__/fakes/host.ts';
import { sideBySide } from '../../__tests__/fakes/builds-side-by-side.ts';
import { largest, median, percentile, type Figure, type Measured } from './figure.ts';

const BUILDS = 40;
const SIDE_BY_SIDE = 17;
const LINES_A_SECOND = 200;
const LOG_SECONDS = 20;
/** From a line's writing to CloudWatch Logs showing it. */
const INGESTION_SECONDS = 1;
const LATE_TARGET = 5;
const CALLS_TARGET = 10;

/** What a build on CodeBuild costs in time and calls. On a fake clock, for all it does is wait: an hour takes a second. */
export const codebuild: Figure = {
  name: 'codebuild',

  async measure(onProgress) {
    onProgress(`Following ${BUILDS} builds on CodeBuild, then ${SIDE_BY_SIDE} at once, then a busy log`);
    const late: number[] = [];
    for (let index = 0; index < BUILDS; index += 1) late.push(await lateness(index));
    return [
      seconds(
        'Return after the CodeBuild build has ended',
        late,
        `${BUILDS} builds of 20 to 140 s, image found in ECR`,
      ),
      seconds(
        'Lag of the log of a build',
        await logLag(),
        `${LINES_A_SECOND} lines a second, shown by CloudWatch Logs after ${INGESTION_SECONDS} s`,
      ),
      ...(await callsSideBySide()),
    ];
  },
};

function seconds(what: string, values: readonly number[], how: string): Measured {
  const worst = percentile(values, 95);
  return {
    what,
    target: `≤ ${LATE_TARGET} s`,
    measured: `${worst.toFixed(2)} s (median ${median(values).toFixed(2)}, at most ${largest(values).toFixed(2)})`,
    holds: worst <= LATE_TARGET,
    how: `95th percentile of ${how}; fake AWS, fake clock`,
  };
}

/** Seconds from the end of a build to the digest; no length is a multiple of any interval at which somebody could ask. */
async function lateness(index: number): Promise<number> {
  const clock = new FakeClock({ random: Math.random });
  const { aws, build } = await sideBySide(['shop-build'], { clock });
  aws.codebuild.nextBuild('shop-build', {
    seconds: { BUILD: 10 + index * Math.PI },
    logLines: [{ afterSeconds: 9 + index * Math.PI, message: 'the end', lateSeconds: INGESTION_SECONDS }],
  });
  await build('shop');
  return (clock.now() - (onlyBuild(aws).endedAt ?? 0)) / 1000;
}

/** Seconds from the writing of each line to its being shown. */
async function logLag(): Promise<number[]> {
  const clock = new FakeClock({ random: Math.random });
  const shown: { at: number; writtenAfter: number }[] = [];
  class TimedHost extends FakeHost {
    override outside(lines: readonly string[]): void {
      for (const line of lines) {
        const [, writtenAt] = /^written at (\d+)$/.exec(line) ?? [];
        if (writtenAt !== undefined) shown.push({ at: clock.now(), writtenAfter: Number(writtenAt) });
      }
    }
  }
  const { aws, build } = await sideBySide(['shop-build'], { clock, host: new TimedHost() });
  aws.codebuild.nextBuild('shop-build', {
    seconds: { BUILD: LOG_SECONDS + 1 },
    logLines: Array.from({ length: LINES_A_SECOND * LOG_SECONDS }, (_, index) => ({
      afterSeconds: index / LINES_A_SECOND,
      message: `written at ${Math.round((index / LINES_A_SECOND) * 1000)}`,
      lateSeconds: INGESTION_SECONDS,
    })),
  });
  await build('shop');
  if (shown.length !== LINES_A_SECOND * LOG_SECONDS) throw new Error(`${shown.length} lines were shown`);
  const [printing] = onlyBuild(aws).phases.filter(({ name }) => name === 'BUILD');
  return shown.map(({ at, writtenAfter }) => (at - writtenAfter - (printing?.startedAt ?? 0)) / 1000);
}

function onlyBuild({ codebuild: { builds } }: FakeAws): FakeBuild {
  const [one] = builds;
  if (one === undefined || builds.length > 1) throw new Error(`${builds.length} builds were started`);
  return one;
}

/** Calls a second while many builds are followed, their logs included. */
async function callsSideBySide(): Promise<Measured[]> {
  const clock = new FakeClock({ random: Math.random });
  const { aws, build } = await sideBySide(['shop-build'], { clock });
  for (let index = 0; index < SIDE_BY_SIDE; index += 1) {
    aws.codebuild.nextBuild('shop-build', {
      seconds: { BUILD: 120 + index },
      logLines: Array.from({ length: 100 }, (_, line) => ({ afterSeconds: line, message: `line ${line}` })),
    });
  }
  const startedAt = clock.now();
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, index) => build(`image-${index}`)));
  const lastEnd = Math.max(...aws.codebuild.builds.map((one) => one.endedAt ?? 0));
  const took = (clock.now() - startedAt) / 1000;
  const rate = (operation: string) => aws.callsOf(operation).length / took;
  const looks = rate('BatchGetBuilds');
  const reads = rate('GetLogEvents');
  const late = (clock.now() - lastEnd) / 1000;
  return [
    {
      what: `Calls for ${SIDE_BY_SIDE} CodeBuild builds at once`,
      target: `≤ ${CALLS_TARGET} calls/s each`,
      measured: `${looks.toFixed(2)} BatchGetBuilds/s, ${reads.toFixed(2)} GetLogEvents/s`,
      holds: looks <= CALLS_TARGET && reads <= CALLS_TARGET,
      how: `over ${took.toFixed(0)} s in which each writes a line a second; return ${late.toFixed(1)} s after the last has ended; fake AWS, fake clock`,
    },
  ];
}
