import { keyVariable, type BuildVariable } from './build-variables.ts';
import type { SourceOverride } from './source.ts';

/** What a plan may override of a project, for one build. */
export interface BuildOverrides {
  project: string;
  variables: readonly BuildVariable[];
  image?: string;
  computeType?: string;
  buildspec?: string;
  serviceRole?: string;
  privileged?: boolean;
}

/** The parameters of StartBuild without its token. Only what was asked for is overridden. */
export function startBuildInput({
  plan,
  variables,
  source,
  key,
}: {
  plan: BuildOverrides;
  variables: readonly BuildVariable[];
  source: SourceOverride;
  key: string;
}) {
  const { project, image, computeType, buildspec, serviceRole, privileged } = plan;
  return {
    projectName: project,
    ...source,
    environmentVariablesOverride: unique([...variables, ...plan.variables, keyVariable(key)]),
    ...(image === undefined
      ? {}
      : { imageOverride: image, imagePullCredentialsTypeOverride: pullCredentials(image) }),
    ...(computeType === undefined ? {} : { computeTypeOverride: computeType }),
    ...(buildspec === undefined ? {} : { buildspecOverride: buildspec }),
    ...(serviceRole === undefined ? {} : { serviceRoleOverride: serviceRole }),
    ...(privileged === undefined ? {} : { privilegedModeOverride: privileged }),
  };
}

/** Images that CodeBuild curates are pulled by itself, all others by the project's role (AWS API reference, StartBuild). */
function pullCredentials(image: string): 'CODEBUILD' | 'SERVICE_ROLE' {
  return image.startsWith('aws/codebuild/') ? 'CODEBUILD' : 'SERVICE_ROLE';
}

/** CodeBuild refuses a name twice; the later one counts. */
function unique(variables: readonly BuildVariable[]): BuildVariable[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}
