import { defined } from '../fakes/aws/wire.ts';
import type { BuildLogStream } from './codebuild-run.ts';
import type { StageFacts } from './stage.ts';

/** A project as its owner has set it up. */
export interface StageProject {
  name: string;
  /** Builds of it at the same time; further ones are refused. */
  concurrentBuildLimit?: number;
  /** Does a build reach docker? Default: yes. */
  privilegedMode?: boolean;
}

export interface Variable {
  name: string;
  value: string;
  type?: string;
}

/** What StartBuild takes here. */
export interface StartInput {
  projectName?: string;
  sourceVersion?: string;
  sourceTypeOverride?: string;
  sourceLocationOverride?: string;
  buildspecOverride?: string;
  imageOverride?: string;
  imagePullCredentialsTypeOverride?: string;
  computeTypeOverride?: string;
  serviceRoleOverride?: string;
  privilegedModeOverride?: boolean;
  environmentVariablesOverride?: Variable[];
  idempotencyToken?: string;
}

export interface Phase {
  phaseType: string;
  phaseStatus?: string;
  startTime: number;
  endTime?: number;
  durationInSeconds?: number;
  contexts?: { statusCode: string; message: string }[];
}

export interface StageBuild {
  id: string;
  number: number;
  project: StageProject;
  input: StartInput;
  /** What it runs in. */
  image: string;
  isPrivileged: boolean;
  status: string;
  phases: Phase[];
  startTime: number;
  endTime?: number;
  log: BuildLogStream;
  hasLog: boolean;
  container: string;
  /** Aborted by StopBuild. */
  stop: AbortController;
}

/** What goes wrong in a phase, with CodeBuild's code for it. */
export class PhaseError extends Error {
  readonly statusCode: string;

  constructor(statusCode: string, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** One phase from its begin to its end; what fails in it is kept as its context, and passed on. */
export async function inPhase<T>(
  build: StageBuild,
  phaseType: string,
  body: () => Promise<T> | T,
): Promise<T> {
  const entered: Phase = { phaseType, startTime: now(), contexts: [{ statusCode: '', message: '' }] };
  build.phases.push(entered);
  const end = (phaseStatus: string): void => {
    const endTime = now();
    const durationInSeconds = Math.round(endTime - entered.startTime);
    Object.assign(entered, { phaseStatus, endTime, durationInSeconds });
    build.log.write(`[Container] Phase complete: ${phaseType} State: ${phaseStatus}`);
  };
  try {
    const result = await body();
    end('SUCCEEDED');
    return result;
  } catch (error) {
    const statusCode = error instanceof PhaseError ? error.statusCode : 'CLIENT_ERROR';
    entered.contexts = [{ statusCode, message: error instanceof Error ? error.message : String(error) }];
    end(build.stop.signal.aborted ? 'STOPPED' : 'FAILED');
    throw error;
  }
}

export function now(): number {
  return Date.now() / 1000;
}

/** A build as CodeBuild describes it. */
export function describeBuild({ region, account }: StageFacts, build: StageBuild): object {
  const { input, project, log, endTime } = build;
  return defined({
    id: build.id,
    arn: `arn:aws:codebuild:${region}:${account}:build/${build.id}`,
    buildNumber: build.number,
    projectName: project.name,
    startTime: build.startTime,
    endTime,
    currentPhase: build.phases.at(-1)?.phaseType,
    buildStatus: build.status,
    buildComplete: endTime !== undefined,
    phases: build.phases,
    sourceVersion: input.sourceVersion,
    source: describeSource(input),
    environment: {
      type: 'LINUX_CONTAINER',
      image: build.image,
      computeType: input.computeTypeOverride ?? 'BUILD_GENERAL1_SMALL',
      privilegedMode: build.isPrivileged,
      environmentVariables: input.environmentVariablesOverride ?? [],
    },
    serviceRole: input.serviceRoleOverride ?? `arn:aws:iam::${account}:role/codebuild`,
    logs: {
      ...(build.hasLog ? { groupName: log.group, streamName: log.stream } : {}),
      cloudWatchLogs: { status: 'ENABLED' },
    },
  });
}

/** A project as CodeBuild describes it. */
export function describeProject({ account }: StageFacts, project: StageProject, image: string): object {
  const { name, concurrentBuildLimit, privilegedMode = true } = project;
  return defined({
    name,
    source: describeSource({}),
    environment: {
      type: 'LINUX_CONTAINER',
      image,
      computeType: 'BUILD_GENERAL1_SMALL',
      environmentVariables: [],
      privilegedMode,
    },
    serviceRole: `arn:aws:iam::${account}:role/codebuild`,
    concurrentBuildLimit,
  });
}

function describeSource({
  sourceTypeOverride,
  sourceLocationOverride,
  buildspecOverride,
}: StartInput): object {
  return defined({
    type: sourceTypeOverride ?? 'GITHUB',
    location: sourceLocationOverride ?? 'https://github.com/acme/shop.git',
    buildspec: buildspecOverride,
  });
}
