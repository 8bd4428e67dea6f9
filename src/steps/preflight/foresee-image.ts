import type { PreviewPlan } from '../../config/plan.ts';
import { DeployError, isAwsError } from '../../errors.ts';
import type { PlannedImage } from '../../report/plan-report.ts';
import { fail, skip, type Check } from '../../rules/preflight/check.ts';
import { provideCurrentImage } from '../current-image.ts';
import { foreseeImage, type ImageContext } from '../image.ts';
import type { LiveService } from '../read-services.ts';
import { reasonOf } from './checked.ts';

/** Where an image comes from; or, where that cannot be said, the check that says why. Docker is not needed. */
export async function plannedImage(
  context: ImageContext,
  { image, commit, event }: PreviewPlan,
  { account, services }: { account: string; services: readonly LiveService[] },
): Promise<PlannedImage | Check> {
  const definitions = services.map(({ current }) => current.definition);
  const request = { image, commit, runId: event.runId, account, definitions };
  try {
    const found =
      image.use === 'current'
        ? await provideCurrentImage(context, request, services)
        : await foreseeImage(context, request);
    const { uri, tag } = found;
    if (!('digest' in found)) return { uri, action: 'build', ...(tag === undefined ? {} : { tag }) };
    const { digest } = found;
    return { uri, action: 'reuse', digest, ...(tag === undefined ? {} : { tag }) };
  } catch (thrown) {
    const reason = reasonOf(thrown);
    // What AWS would not tell is no fault of the image; what we found out about it is.
    const isFound = thrown instanceof DeployError && !isAwsError(thrown) && thrown.code !== 'INTERNAL';
    const finding = isFound ? fail(hinted(thrown)) : skip(reason);
    return { check: 'image', subject: image.repository, ...finding };
  }
}

function hinted({ message, hint }: DeployError): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}
