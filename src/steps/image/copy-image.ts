import { DeployError } from '../../errors.ts';
import type { Ecr } from '../../ports/ecr.ts';
import { ecrRegion } from '../../rules/image/image-ref.ts';
import type { StepContext } from '../context.ts';
import { resolveRepository, type Repository } from './repository.ts';

export type CopyContext = Pick<
  StepContext,
  'ecr' | 'ecrIn' | 'copyImage' | 'log' | 'region' | 'clock' | 'signal'
>;

/** The repository that images are taken from, with the ECR of its region. */
export interface Source {
  ecr: Ecr;
  repository: Repository;
}

/** ECR shows a pushed image within a moment. */
const LOOKS = 6;

/** `copy-from` is a full URI: it names account and region. A token of ECR is good in its region alone. */
export async function sourceOf(
  context: CopyContext,
  { copyFrom, account }: { copyFrom: string; account: string },
): Promise<Source> {
  const region = ecrRegion(copyFrom) ?? context.region;
  const ecr = region === context.region ? context.ecr : context.ecrIn(region);
  const repository = await resolveRepository({ ecr, region }, { image: { repository: copyFrom }, account });
  return { ecr, repository };
}

/** Brings an image that one repository has into another, by digest, and holds against ECR that it is the same. */
export async function copyFrom(
  context: CopyContext,
  { repository: from }: Source,
  to: Repository,
  { digest, tag }: { digest: string; tag?: string },
): Promise<void> {
  const { log, signal } = context;
  log.info(`Copying ${from.uri}@${digest} to ${to.uri}: nothing to build`);
  const { sent, present, bytes } = await context.copyImage({
    from: { login: from.login, name: from.ecr.name },
    to: { login: to.login, name: to.ecr.name },
    digest,
    ...(tag === undefined ? {} : { tag }),
    signal,
  });
  log.info(`Copied ${sent} layers (${(bytes / 1e6).toFixed(1)} MB); ${present} were there`);
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await context.clock.sleep(500 * 2 ** (look - 1), signal);
    const found = await context.ecr.describeImage(to.ecr, tag === undefined ? { digest } : { tag });
    if (found?.digest === digest) return;
  }
  throw new DeployError('IMAGE_DIGEST_MISMATCH', `${to.uri}: copied as ${digest}, but ECR does not have it`, {
    hint: 'Somebody else may have pushed under the same tag meanwhile, or a lifecycle rule has removed it. Run the job again; it uses what ECR has then.',
  });
}
