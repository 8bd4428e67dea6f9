import type { CodeBuildPlan } from '../../config/image-plan.ts';
import { DeployError } from '../../errors.ts';
import { DEFAULT_BUILDSPEC, filesOf } from '../../rules/codebuild/buildspec.ts';
import { decideSource, type SourceOverride } from '../../rules/codebuild/source.ts';
import type { BuildContext } from './build-context.ts';
import { uploadCheckout, type CheckoutPart } from './upload-checkout.ts';

/** The source of a build: the checkout handed over, or what the project has, which is looked at before anything is started. */
export async function buildSource(
  context: BuildContext,
  {
    purpose,
    plan,
    commit,
    part,
  }: {
    purpose: 'image' | 'before-deploy';
    plan: CodeBuildPlan;
    commit: string;
    part: Omit<CheckoutPart, 'files'>;
  },
): Promise<SourceOverride> {
  const { source, project, buildspec = DEFAULT_BUILDSPEC } = plan;
  if (source.kind === 'upload')
    return uploadCheckout(context, { bucket: source.bucket, part: { ...part, files: filesOf(buildspec) } });

  const { repository } = context.report;
  const decision = decideSource({
    purpose,
    project: await context.builds.project(project),
    commit,
    ...(repository === undefined ? {} : { repository }),
  });
  if ('problem' in decision) {
    throw new DeployError('CODEBUILD_NOT_STARTED', `project ${project} ${decision.problem}`, {
      hint: decision.hint,
    });
  }
  if (decision.warning !== undefined) context.log.warn(`Source of ${project}`, decision.warning);
  return decision.override;
}
