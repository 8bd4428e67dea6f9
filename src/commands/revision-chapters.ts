import type { ImagePlans } from '../config/image-plan.ts';
import type { BuildPlan, DeployPlan, RegisterPlan } from '../config/plan.ts';
import { parseImageReference } from '../rules/image/image-ref.ts';
import type { DeployFacts } from '../rules/record/ledger.ts';
import { MANY } from '../rules/text/some-names.ts';
import { likelyDefinition, type DefinitionContext } from '../steps/revision/coming-definition.ts';
import type { StepContext } from '../steps/context.ts';
import type { ProvidedImage } from '../steps/image/image.ts';
import { provideImages, type LiveUser } from '../steps/image/provide-images.ts';
import { readFamilies, type LiveFamily } from '../steps/revision/read-families.ts';
import type { LiveService } from '../steps/services/read-services.ts';
import type { FamilyRevision, Revision } from '../steps/revision/register.ts';
import { scanGate } from '../steps/image/scan-gate.ts';
import { warnOfExpiry } from '../steps/warn-of-expiry.ts';

// From images to revisions: what a deploy with and without services has in common.

/** In the order of the file. */
export type DeployedImages = [ProvidedImage, ...ProvidedImage[]];

export async function familiesChapter(
  { families }: Pick<DeployPlan, 'families'>,
  context: StepContext,
): Promise<LiveFamily[]> {
  if (families.length === 0) return [];
  return context.log.step('services', 'Read the families', async (step) => {
    const live = await readFamilies(context, families);
    step.finish(live.map(({ plan }) => plan.family).join(', '));
    return live;
  });
}

export async function imagesChapter(
  plan: DeployPlan | RegisterPlan | BuildPlan,
  context: StepContext,
  { account, users }: { account: string; users: readonly LiveUser[] },
): Promise<DeployedImages> {
  const { images, commit, event } = plan;
  const title = images.length === 1 ? 'Provide the image' : `Provide ${images.length} images`;
  const provided = await context.log.step('image', title, async (step) => {
    const request = { images, commit, runId: event.runId, account, users };
    const found = await context.imageTurns.take(placesOf(images, account, context.region), () =>
      provideImages(context, request),
    );
    if (plan.command === 'deploy') await warnOfExpiry(context, found);
    step.finish(tellImages(found));
    return found;
  });
  await scanChapter(plan, context, provided);
  return provided;
}

/** A bare name is another repository in each account and region. */
function placesOf(images: ImagePlans, account: string, region: string): string[] {
  return images.map(({ repository }) =>
    parseImageReference(repository)?.registry === undefined
      ? `${account} ${region} ${repository}`
      : repository,
  );
}

/** What runs already is no risk that a deploy brings: `image: current` is not looked at. */
async function scanChapter(
  { images, force }: Pick<DeployPlan, 'images' | 'force'>,
  context: StepContext,
  provided: DeployedImages,
): Promise<void> {
  const gated = images.flatMap(({ scan, use }, index) => {
    const image = provided[index];
    return scan === undefined || use === 'current' || image === undefined ? [] : [{ image, scan }];
  });
  if (gated.length === 0) return;
  await context.log.step('scan', 'Read what the scan of ECR found', async (step) => {
    const told: string[] = [];
    for (const { image, scan } of gated) {
      const found = await scanGate(context, { image, scan, force });
      told.push(image.name === undefined ? found : `${image.name}: ${found}`);
    }
    step.finish(told.join('; '));
  });
}

function tellImages(images: DeployedImages): string {
  const [{ reused, reference }] = images;
  if (images.length === 1) return `${reused ? 'Reused' : 'Built and pushed'} ${reference}`;
  const kept = images.filter((image) => image.reused).length;
  return `${images.length} images: ${kept} reused, ${images.length - kept} built and pushed`;
}

/** Those who are going to run the images. */
export function imageUsers(
  context: DefinitionContext,
  services: readonly LiveService[],
  families: readonly LiveFamily[],
): Promise<LiveUser[]> {
  const lives = [
    ...services.map((live) => ({ live, who: `service ${live.plan.name}` })),
    ...families.map((live) => ({ live, who: `family ${live.plan.family}` })),
  ];
  return Promise.all(
    lives.map(async ({ live, who }) => {
      const { image, container } = live.plan;
      return {
        who,
        coming: await likelyDefinition(context, live),
        ...(live.current === undefined ? {} : { running: live.current.definition }),
        ...(image === undefined ? {} : { image }),
        ...(container === undefined ? {} : { container }),
      };
    }),
  );
}

/** The revisions that the new ones of families take the place of. */
export function replacedBy(families: readonly LiveFamily[]): Pick<LiveService, 'current'>[] {
  return families.flatMap(({ current }) => (current === undefined ? [] : [{ current }]));
}

export function tellRevisions(revisions: readonly Revision[], families: readonly FamilyRevision[]): string {
  const all = [...revisions, ...families];
  if (all.length <= MANY) return all.map(({ name, state }) => `${name} (${state})`).join(', ');
  // Each was told in its turn.
  const states = [...new Set(all.map(({ state }) => state))];
  return states.map((state) => `${all.filter((one) => one.state === state).length} ${state}`).join(', ');
}

/** Of a deploy with one image; with several, each revision carries the content tag of its own. */
export function ledgerFacts(
  { event, environment, commit, force }: DeployPlan | RegisterPlan,
  [image, ...others]: DeployedImages,
): DeployFacts {
  const content = others.length === 0 ? image.tag : undefined;
  return {
    environment,
    commit,
    run: event.runId,
    ...(event.repository === undefined ? {} : { repository: event.repository }),
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(content === undefined ? {} : { content }),
    ...(force === undefined ? {} : { forced: force }),
  };
}
