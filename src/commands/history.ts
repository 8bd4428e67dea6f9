import type { Outcome } from '../errors.ts';
import type { ServicesPlan } from '../config/plan.ts';
import { releasesOf } from '../rules/record/releases.ts';
import type { StepContext } from '../steps/context.ts';
import { readPastRevisions } from '../steps/revision/past-revisions.ts';
import { servicesChapter, signInChapter } from './chapters.ts';

/** The releases of an environment, newest first, as the ledger on the revisions tells them. Changes nothing. */
export async function history(plan: ServicesPlan, context: StepContext): Promise<Outcome> {
  const { log, report } = context;
  await signInChapter(plan, context);
  const services = await servicesChapter(plan, context, { guarded: false });
  const current = services.map(({ current: { arn } }) => arn);
  const releases = releasesOf(await readPastRevisions(context, current, plan.environment), current);
  report.releases = releases;
  if (releases.length === 0) log.info(`No release of ${plan.environment} is recorded yet`);
  for (const { release, verifiedAt, commit, actor, revisions, current: isCurrent } of releases) {
    const facts = [
      verifiedAt,
      commit?.slice(0, 12) ?? 'unknown commit',
      actor ?? 'unknown actor',
      revisions.join(' '),
    ];
    log.info(`${isCurrent ? '→' : ' '} release ${release}  ${facts.join('  ')}`);
  }
  return 'no-change';
}
