import type { BuildPlan } from '../config/plan.ts';
import type { Outcome } from '../errors.ts';
import type { StepContext } from '../steps/context.ts';
import { provideImage } from '../steps/image.ts';
import { signInChapter } from './chapters.ts';

/**
 * The image alone: what the registry has of this content, else a build. ECS is not asked for anything; the digest is an
 * output, and a later `deploy` takes it as its input `image`.
 */
export async function build(plan: BuildPlan, context: StepContext): Promise<Outcome> {
  const { image, commit, event } = plan;
  const { account } = await signInChapter(plan, context);
  return context.log.step('image', 'Provide the image', async (step) => {
    if (image.use === undefined && image.platform === undefined) sayPlatformIsOpen(context);
    const { reused, reference } = await provideImage(context, { image, commit, runId: event.runId, account });
    step.finish(`${reused ? 'Reused' : 'Built and pushed'} ${reference}`);
    return reused ? 'no-change' : 'completed';
  });
}

/** A deploy takes it from the task definitions, and the platform is part of the content tag. */
function sayPlatformIsOpen({ log }: Pick<StepContext, 'log'>): void {
  log.info(
    'No `image.platform` is set: this image is for the platform of the builder. A deploy that builds takes the platform of the task definitions, and looks for another content tag; set it, or hand the digest over as the input `image`.',
  );
}
