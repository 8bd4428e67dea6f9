import type { Build, BuildPhase, Project, StartBuildCommandInput } from '@aws-sdk/client-codebuild';

export type { Build, BuildPhase, Project };
export type StartBuildInput = StartBuildCommandInput;

/** At most so many ids go into one BatchGetBuilds (AWS API reference). */
export const MOST_BUILDS_A_CALL = 100;

/** The calls to CodeBuild that the steps make. Every call rejects with `AwsError`. */
export interface CodeBuild {
  /** What a project is set to; undefined where there is none of that name. */
  batchGetProjects(project: string): Promise<Project | undefined>;
  /**
   * Sent once: where the answer is lost (a retryable AwsError), the step looks for the build before it asks again. The
   * token would hold for five minutes only.
   */
  startBuild(input: StartBuildInput): Promise<Build & { id: string }>;
  /** At most `MOST_BUILDS_A_CALL` ids; `missing` are those that CodeBuild does not know (yet). */
  batchGetBuilds(ids: readonly string[]): Promise<{ builds: Build[]; missing: string[] }>;
  /** Ids of the newest builds of a project, newest first: one page, a hundred at most. */
  listBuildsForProject(project: string): Promise<string[]>;
  /** A build that has ended already stays as it is. */
  stopBuild(id: string): Promise<void>;
}
