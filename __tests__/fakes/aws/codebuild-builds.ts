import type { BuildScript } from './codebuild.ts';
import { defined, seconds } from './wire.ts';

/** In their order (AWS API reference, BuildPhase). */
export const PHASES = [
  'SUBMITTED',
  'QUEUED',
  'PROVISIONING',
  'DOWNLOAD_SOURCE',
  'INSTALL',
  'PRE_BUILD',
  'BUILD',
  'POST_BUILD',
  'UPLOAD_ARTIFACTS',
  'FINALIZING',
  'COMPLETED',
] as const;
export type PhaseName = (typeof PHASES)[number];

export interface Variable {
  name: string;
  value: string;
  type?: string;
}

interface Phase {
  name: PhaseName;
  /** The last phase has none. */
  status?: string | undefined;
  startedAt: number;
  endedAt?: number;
  context?: { statusCode: string; message: string };
}

/** One build as the fake keeps it. */
export interface FakeBuild {
  project: string;
  id: string;
  number: number;
  startedAt: number;
  endedAt?: number;
  /** Before that nobody finds it. */
  visibleAt: number;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'STOPPED';
  failedAs?: 'FAILED' | 'FAULT' | 'TIMED_OUT';
  phases: Phase[];
  variables: Variable[];
  /** What StartBuild was asked for, without its token. */
  input: object;
  source: object;
  script: BuildScript;
  writesLog: boolean;
  awaitsRoom?: boolean;
}

/** A build as CodeBuild describes it. */
export function describeBuild(
  build: FakeBuild,
  { arn, stream, region, now }: { arn: string; stream: string; region: string; now: number },
): object {
  const hasLog = build.writesLog && build.phases.some(({ name }) => name === 'PROVISIONING');
  return defined({
    id: build.id,
    arn,
    buildNumber: build.number,
    startTime: seconds(build.startedAt),
    endTime: build.endedAt === undefined ? undefined : seconds(build.endedAt),
    currentPhase: build.phases.at(-1)?.name,
    buildStatus: build.status,
    buildComplete: build.status !== 'IN_PROGRESS',
    projectName: build.project,
    phases: build.phases.map((phase) => describePhase(phase)),
    source: build.source,
    environment: {
      type: 'LINUX_CONTAINER',
      image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
      computeType: 'BUILD_GENERAL1_SMALL',
      environmentVariables: build.variables,
    },
    logs: {
      ...(hasLog ? { groupName: `/aws/codebuild/${build.project}`, streamName: stream } : {}),
      deepLink: `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logEvent:group=null;stream=null`,
      cloudWatchLogs: { status: build.writesLog ? 'ENABLED' : 'DISABLED' },
    },
    timeoutInMinutes: 60,
    queuedTimeoutInMinutes: 480,
    initiator: 'deploy/session',
  });

  function describePhase({ name, status, startedAt, endedAt, context }: Phase): object {
    return defined({
      phaseType: name,
      phaseStatus: name === 'COMPLETED' || status === 'IN_PROGRESS' ? undefined : status,
      startTime: seconds(startedAt),
      endTime: endedAt === undefined ? undefined : seconds(endedAt),
      durationInSeconds:
        endedAt === undefined || endedAt > now ? undefined : Math.round((endedAt - startedAt) / 1000),
      contexts: name === 'COMPLETED' ? undefined : [context ?? { statusCode: '', message: '' }],
    });
  }
}
