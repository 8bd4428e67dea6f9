import type { BuildPlan } from '../config/plan.ts';
import type { Outcome } from '../errors.ts';
import type { StepContext } from '../steps/context.ts';
import { signInChapter } from './chapters.ts';
import { imagesChapter } from './revision-chapters.ts';

/**
 * The images alone: what the registry has of their content, else builds. ECS is not asked for anything; the digest is an
 * output, and a later `deploy` takes it as its input `image`.
 */
export async function build(plan: BuildPlan, context: StepContext): Promise<Outcome> {
  const { account } = await signInChapter(plan, context);
  if (plan.images.some(({ use, platform }) => use === undefined && platform === undefined))
    sayPlatformIsOpen(context);
  const images = await imagesChapter(plan, context, { account, users: [] });
  return images.every(({ reused }) => reused) ? 'no-change' : 'completed';
}

/** A deploy takes it from the task definitions, and the platform is part of the content tag. */
function sayPlatformIsOpen({ log }: Pick<StepContext, 'log'>): void {
  log.info(
    'No `platform` is set under `image`: this image is for the platform of the builder. A deploy that builds takes the platform of the task definitions, and looks for another content tag; set it, or hand the digest over as the input `image`.',
  );
}
