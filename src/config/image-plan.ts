import type { BuildVariable } from '../rules/codebuild/build-variables.ts';
import type { GatedSeverity } from '../rules/image/scan-verdict.ts';

/** In the order of the file; the one of `image` has no name. */
export type ImagePlans = readonly [ImagePlan, ...ImagePlan[]];

export interface ImagePlan {
  /** Of the map `images`; absent for the one image of `image`. */
  readonly name?: string;
  /** A name in the signed-in account ("shop") or one full URI without tag. */
  readonly repository: string;
  /** Full URI of a repository that has the image already, perhaps in another account or region. */
  readonly copyFrom?: string;
  /** Deploy this instead of building: a tag, a digest, or what runs now. */
  readonly use?: { tag: string } | { digest: string } | 'current';
  readonly context: string;
  /** Relative to the checkout. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly platform?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Names of environment variables handed to the build as secrets. */
  readonly secrets: readonly string[];
  /** Built there; absent: built with docker. */
  readonly codebuild?: CodeBuildPlan;
  readonly cache: 'registry' | 'inline' | 'gha' | 'off';
  readonly reuse: { mode: 'content' } | { mode: 'never' } | { mode: 'max-age'; seconds: number };
  readonly scan?: ScanPlan;
}

/** What the scan of an image must not have found. */
export interface ScanPlan {
  readonly failOn: GatedSeverity;
  readonly timeoutSeconds: number;
}

/** A build on CodeBuild; what is absent is as the project has it. */
export interface CodeBuildPlan {
  readonly project: string;
  readonly variables: readonly BuildVariable[];
  readonly image?: string;
  readonly computeType?: string;
  /** A path in the source, a whole buildspec, or the ARN of one in S3. */
  readonly buildspec?: string;
  readonly serviceRole?: string;
  readonly privileged?: boolean;
  readonly source: { kind: 'project' } | { kind: 'upload'; bucket: string };
  /** Waiting for a free place included. */
  readonly timeoutSeconds: number;
}

/** A project that builds no image of ours, run to its end. */
export interface BuildStepPlan {
  readonly codebuild: CodeBuildPlan;
}
