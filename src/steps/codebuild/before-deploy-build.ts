import type { BuildStepPlan } from '../../config/image-plan.ts';
import type { BuildReport } from '../../report/run-report.ts';
import { plain } from '../../rules/codebuild/build-variables.ts';
import type { RunIdentity } from '../task/one-off-task.ts';
import type { BuildContext } from './build-context.ts';
import { buildSource } from './build-source.ts';
import { runBuild } from './run-build.ts';

/**
 * Runs a project that builds no image of ours (a Packer build, a test) as a step of `before-deploy`. `position` tells
 * one step from another with the same project.
 */
export async function runBuildStep(
  context: BuildContext,
  {
    plan,
    position,
    commit,
    image,
    run,
  }: {
    plan: BuildStepPlan;
    position: number;
    commit: string;
    /** "registry/name@sha256:…" of this deploy. */
    image: string;
    run: Omit<RunIdentity, 'cluster'>;
  },
): Promise<BuildReport> {
  const { codebuild } = plan;
  const source = await buildSource(context, {
    purpose: 'before-deploy',
    plan: codebuild,
    commit,
    part: { context: '.' },
  });
  const { repository, environment, runId } = run;
  return runBuild(context, {
    plan: codebuild,
    source,
    identity: {
      purpose: 'before-deploy',
      project: codebuild.project,
      subject: `${position} ${image}`,
      runId,
      environment,
      ...(repository === undefined ? {} : { repository }),
    },
    variables: plain({ DEPLOY_COMMIT: commit, DEPLOY_ENVIRONMENT: environment, DEPLOY_IMAGE: image }),
  });
}
