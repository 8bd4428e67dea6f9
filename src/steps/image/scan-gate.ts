import { DeployError } from '../../errors.ts';
import type { ScanPlan } from '../../config/image-plan.ts';
import { ecrRepository } from '../../rules/image/image-ref.ts';
import { scanVerdict, type ScanVerdict } from '../../rules/image/scan-verdict.ts';
import type { ProvidedImage } from './image.ts';
import type { StepContext } from '../context.ts';

type Context = Pick<StepContext, 'ecr' | 'clock' | 'log' | 'signal'>;

const LOOK_EVERY_MS = 3_000;
/** A scan begins with the push; an image that ECR knows no scan of after this is not going to get one. */
const SCAN_BEGINS_WITHIN_MS = 60_000;

/**
 * Lets an image through whose scan in ECR has no finding of the severity asked for, or a graver one. Resolves with what
 * was found. Rejects with IMAGE_SCAN_FINDINGS, or with IMAGE_SCAN_MISSING where there is no result within the time-out;
 * a reason given as `force` lets both through with a warning.
 */
export async function scanGate(
  context: Context,
  { image, scan, force }: { image: ProvidedImage; scan: ScanPlan; force: string | undefined },
): Promise<string> {
  const verdict = await resultOf(context, image, scan);
  if (verdict.state === 'passed') return verdict.told;
  const problem = problemOf(image, scan, verdict);
  if (force === undefined) throw problem;
  context.log.warn('Forced', `${problem.message} (forced: ${force})`);
  return `${verdict.state === 'found' ? verdict.told : 'no result'} (forced)`;
}

type Result = Exclude<ScanVerdict, { state: 'wait' }>;

async function resultOf(
  { ecr, clock, log, signal }: Context,
  { uri, digest }: ProvidedImage,
  { failOn, timeoutSeconds }: ScanPlan,
): Promise<Result> {
  const started = clock.now();
  for (let looks = 0; ; looks += 1) {
    const found = await ecr.describeImageScanFindings(ecrRepository(uri), digest);
    const verdict: ScanVerdict = found === undefined ? { state: 'wait' } : scanVerdict(found, failOn);
    if (verdict.state !== 'wait') return verdict;
    const waited = clock.now() - started;
    if (found === undefined && waited >= SCAN_BEGINS_WITHIN_MS)
      return { state: 'none', reason: 'ECR knows no scan of it' };
    if (waited >= timeoutSeconds * 1000)
      return { state: 'none', reason: `still ${found?.status ?? 'not begun'} after ${timeoutSeconds} s` };
    if (looks === 0) log.info(`ECR has no result for ${digest} yet; waiting up to ${timeoutSeconds} s`);
    await clock.sleep(LOOK_EVERY_MS * (0.9 + 0.2 * clock.random()), signal);
  }
}

const DETAILS = 10;

function problemOf(
  { reference }: ProvidedImage,
  { failOn }: ScanPlan,
  verdict: Exclude<Result, { state: 'passed' }>,
): DeployError {
  if (verdict.state === 'none') {
    return new DeployError('IMAGE_SCAN_MISSING', `${reference}: no result of a scan: ${verdict.reason}`, {
      hint: 'Let the registry scan on push (ECR: Private registry, Scanning), or leave `scan` out under `image`. An image that was pushed before is scanned with `aws ecr start-image-scan`.',
    });
  }
  const { told, findings } = verdict;
  const more = findings.length - DETAILS;
  return new DeployError('IMAGE_SCAN_FINDINGS', `${reference}: ${told} (fail-on: ${failOn})`, {
    details: [...findings.slice(0, DETAILS), ...(more > 0 ? [`… and ${more} more`] : [])],
    hint: 'Build on a base image that has the fixes, or raise the packages. To deploy all the same, give a reason as `force`.',
  });
}
