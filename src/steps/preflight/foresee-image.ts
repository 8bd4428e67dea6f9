import type { ImagePlan } from '../../config/image-plan.ts';
import type { PreviewPlan } from '../../config/plan.ts';
import { DeployError, isAwsError } from '../../errors.ts';
import type { PlannedImage } from '../../report/plan-report.ts';
import { fail, skip, type Check } from '../../rules/preflight/check.ts';
import type { FindContext } from '../image/find-image.ts';
import { foreseeImage } from '../image/image.ts';
import { provideCurrent, usersByImage, type LiveUser } from '../image/provide-images.ts';
import { reasonOf } from './checked.ts';

/** Where each image comes from; or, where that cannot be said, the check that says why. Docker is not needed. */
export async function plannedImages(
  context: FindContext,
  plan: PreviewPlan,
  { account, users }: { account: string; users: readonly LiveUser[] },
): Promise<(PlannedImage | Check)[]> {
  const { images } = plan;
  const names = images.map(({ repository }) => repository);
  try {
    const byImage = images.length === 1 ? new Map([[images[0], users]]) : usersByImage({ images, users });
    return await Promise.all(
      images.map((image) => plannedImage(context, plan, { account, image, users: byImage.get(image) ?? [] })),
    );
  } catch (thrown) {
    return [{ check: 'image', subject: names.join(', '), ...findingOf(thrown) }];
  }
}

async function plannedImage(
  context: FindContext,
  { commit, event }: PreviewPlan,
  { account, image, users }: { account: string; image: ImagePlan; users: readonly LiveUser[] },
): Promise<PlannedImage | Check> {
  const definitions = users.map(({ coming }) => coming);
  const request = { image, commit, runId: event.runId, account, definitions };
  try {
    const name = image.name === undefined ? {} : { name: image.name };
    if (image.use !== 'current') return { ...name, ...(await foreseeImage(context, request)) };
    const { uri, digest, tag } = await provideCurrent(context, request, users);
    return { ...name, uri, action: 'reuse', digest, ...(tag === undefined ? {} : { tag }) };
  } catch (thrown) {
    return { check: 'image', subject: image.repository, ...findingOf(thrown) };
  }
}

/** What AWS would not tell is no fault of the image; what we found out about it is. */
function findingOf(thrown: unknown) {
  const isFound = thrown instanceof DeployError && !isAwsError(thrown) && thrown.code !== 'INTERNAL';
  return isFound ? fail(hinted(thrown)) : skip(reasonOf(thrown));
}

function hinted({ message, hint }: DeployError): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}
