import type { Build } from '../../ports/codebuild.ts';
import type { BuildReport } from '../../report/run-report.ts';
import { buildLogInterval } from '../../rules/codebuild/poll-intervals.ts';
import { followLog, type FollowedLog, type LogPatience } from '../task/follow-log.ts';
import type { BuildContext } from './build-context.ts';

const LOG_TAIL_LINES = 50;
/** CodeBuild writes the end of its log before it says that the build is over; a stream it never wrote does not come late. */
const PATIENCE: LogPatience = { quietMs: 2_000, lateStreamMs: 3_000 };

export interface BuildLog {
  /** Takes the place of the log from a look at the build, as soon as it is known. */
  place(build: Build): void;
  /** Reads on and on at its own beat until `stop`, whatever else goes on. */
  start(): void;
  /** Ends that; what is being read is read to its end. */
  stop(): Promise<void>;
  /** After the build is over: reads what comes late. */
  drain(): Promise<void>;
}

/** Shows the log of a build as it grows, and keeps its last lines in the report. */
export function buildLog(context: BuildContext, report: BuildReport): BuildLog {
  const { clock, log, builds, region } = context;
  const stopped = new AbortController();
  let followed: FollowedLog | undefined;
  let isPlaced = false;
  let reading: Promise<void> | undefined;

  async function readOn(): Promise<void> {
    builds.followedLogs += 1;
    try {
      while (!stopped.signal.aborted) {
        await followed?.read();
        await clock.sleep(buildLogInterval(builds.followedLogs), stopped.signal).catch(() => undefined);
      }
    } finally {
      builds.followedLogs -= 1;
    }
  }

  return {
    place({ logs }) {
      if (isPlaced || logs === undefined) return;
      const { groupName: group, streamName: stream, cloudWatchLogs, s3DeepLink } = logs;
      if (cloudWatchLogs?.status === 'DISABLED') {
        isPlaced = true;
        const elsewhere = s3DeepLink === undefined ? '' : ` It is in S3: ${s3DeepLink}`;
        log.info(`The log cannot be shown here: the project writes none to CloudWatch Logs.${elsewhere}`);
      } else if (group !== undefined && stream !== undefined && group !== '' && stream !== '') {
        isPlaced = true;
        report.logStream = { group, stream, region };
        followed = followLog(
          context,
          report.logStream,
          (lines) => {
            report.logTail = [...report.logTail, ...lines].slice(-LOG_TAIL_LINES);
          },
          PATIENCE,
        );
      }
    },
    start: () => {
      reading ??= readOn();
    },
    stop: async () => {
      stopped.abort();
      await reading;
    },
    drain: async () => followed?.drain(),
  };
}
