import type { ImagePlans, ScanPlan } from '../../config/image-plan.ts';
import type { PlannedImage } from '../../report/plan-report.ts';
import { ecrRepository } from '../../rules/image/image-ref.ts';
import { scanVerdict } from '../../rules/image/scan-verdict.ts';
import { fail, pass, warn, type Finding } from '../../rules/preflight/check.ts';
import { checked } from './checked.ts';
import type { CheckContext, ToCheck } from './subjects.ts';

/** Whether the gate `image.scan` would let the images through, as far as ECR knows by now. */
export function scanChecks(
  context: Pick<CheckContext, 'ecr'>,
  { images, plans }: { images: readonly PlannedImage[]; plans: ImagePlans },
): ToCheck[] {
  return images.flatMap((image) => {
    const plan = plans.find(({ name }) => name === image.name);
    const scan = plan?.use === 'current' ? undefined : plan?.scan;
    if (scan === undefined) return [];
    return [async () => [await checked('scan', image.uri, () => judgeScan(context, image, scan))]];
  });
}

async function judgeScan(
  { ecr }: Pick<CheckContext, 'ecr'>,
  { uri, action, digest }: PlannedImage,
  { failOn }: ScanPlan,
): Promise<Finding> {
  if (digest === undefined || action !== 'reuse') return pass('would be judged once the image is pushed');
  const found = await ecr.describeImageScanFindings(ecrRepository(uri), digest);
  if (found === undefined) return warn('ECR knows no scan of it: without one a deploy is refused');
  const verdict = scanVerdict(found, failOn);
  switch (verdict.state) {
    case 'wait':
      return pass(`${found.status}: a deploy would wait for it`);
    case 'none':
      return fail(`no result: ${verdict.reason}`);
    case 'passed':
      return pass(verdict.told);
    case 'found':
      return fail(`${verdict.told} (fail-on: ${failOn})`);
  }
}
