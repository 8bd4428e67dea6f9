import { ecrRegion, ecrRepository } from '../../rules/image/image-ref.ts';
import { fail, pass, skip, warn, type Finding } from '../../rules/preflight/check.ts';
import { expiringRules } from '../../rules/preflight/lifecycle-policy.ts';
import { isImageOf } from '../../rules/task-definition/container-match.ts';
import { platformOf } from '../../rules/task-definition/runtime-platform.ts';
import { containersOf, textOf } from '../../rules/task-definition/task-definition.ts';
import type { PlannedImage } from '../../report/plan-report.ts';
import { checked } from './checked.ts';
import { unique, type CheckContext, type CheckSubjects, type ToCheck } from './subjects.ts';

type ImageContext = Pick<CheckContext, 'ecr' | 'ecrIn' | 'region'>;

/** The image: is it there, for the CPU that the tasks run on, and will it stay? */
export function imageChecks(
  context: ImageContext,
  { images, tasks }: Pick<CheckSubjects, 'images' | 'tasks'>,
): ToCheck[] {
  return images.flatMap((image) => checksOf(context, image, tasks));
}

function checksOf(context: ImageContext, image: PlannedImage, tasks: CheckSubjects['tasks']): ToCheck[] {
  const subject = image.tag === undefined ? image.uri : `${image.uri}:${image.tag}`;
  const running = tasks.filter(({ definition }) =>
    containersOf(definition)
      .map((container) => textOf(container['image']))
      // One that would be built has no digest yet, which makes it no reference.
      .some((text) => text.startsWith(`${image.uri}@`) || isImageOf(text, image.uri)),
  );
  const platforms = unique(running.map(({ definition }) => platformOf(definition) ?? ''));
  return [
    async () => [await checked('image', subject, () => judgeImage(context, image, platforms))],
    async () => [await checked('lifecycle', image.uri, () => judgeLifecycle(context, image))],
  ];
}

async function judgeImage(
  context: ImageContext,
  image: PlannedImage,
  platforms: readonly string[],
): Promise<Finding> {
  if (image.digest === undefined)
    return platforms.length > 1
      ? warn(`would be built; the task definitions want several platforms: ${platforms.join(', ')}`)
      : pass('would be built');
  // One that would be copied is not here yet, and arrives byte for byte.
  const uri = image.from ?? image.uri;
  const region = ecrRegion(uri) ?? context.region;
  const ecr = region === context.region ? context.ecr : context.ecrIn(region);
  const has = await ecr.platforms(ecrRepository(uri), image.digest);
  if (has === undefined || has.length === 0) return skip(`${image.digest} does not say for which CPU it is`);
  const lacking = platforms.filter((platform) => !has.includes(platform));
  if (lacking.length > 0)
    return fail(`it is for ${has.join(', ')}; the tasks run on ${lacking.join(', ')}: they could not start`);
  const cpus = `for ${has.join(', ')}`;
  return pass(
    image.from === undefined ? `ECR has it, ${cpus}` : `would be copied from ${image.from}, ${cpus}`,
  );
}

async function judgeLifecycle({ ecr }: ImageContext, image: PlannedImage): Promise<Finding> {
  const policy = await ecr.lifecyclePolicy(ecrRepository(image.uri));
  if (policy === undefined) return pass('no lifecycle policy');
  const rules = expiringRules(policy, image.tag === undefined ? [] : [image.tag]);
  if (rules === undefined) return skip('its lifecycle policy could not be read');
  return rules.length === 0
    ? pass('no rule of its lifecycle policy can expire the image')
    : warn(`its lifecycle policy can expire the image while it is in use: ${rules.join('; ')}`);
}
