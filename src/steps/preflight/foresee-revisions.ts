import pLimit from 'p-limit';
import { DeployError, isAwsError } from '../../errors.ts';
import type { PlannedDefinition, PlannedImage } from '../../report/plan-report.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { fail, type Check } from '../../rules/preflight/check.ts';
import type { ResourceTag } from '../../rules/record/ledger.ts';
import { definitionDiff } from '../../rules/task-definition/definition-diff.ts';
import { textOf } from '../../rules/task-definition/task-definition.ts';
import { sameDefinition } from '../../rules/task-definition/task-definition-diff.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { StepContext } from '../context.ts';
import type { LiveService } from '../read-services.ts';
import type { DeployedImage } from '../../rules/image/replace-images.ts';
import { prepare } from '../register.ts';
import { newestIdentical } from '../register-definition.ts';

/** The revision that a service would be given. */
export interface ForeseenRevision {
  service: string;
  family: string;
  from: string;
  action: PlannedDefinition['action'];
  definition: JsonObject;
  /** Those that are in it; without a digest where they would be built. */
  images: readonly DeployedImage[];
  /** Of the revision that is there already; absent where one would be registered. */
  known?: { arn: string; tags: readonly ResourceTag[] };
  diff: string[];
}

type Context = Pick<StepContext, 'ecs' | 'files'>;

const READS_AT_ONCE = 10;
const UNKNOWN_DIGEST = 'sha256:(known after the build)';

/** What `registerRevisions` would bring about, without registering. A definition that cannot be made is a failed check. */
export async function foreseeRevisions(
  context: Context,
  {
    services,
    images,
    environment,
  }: { services: readonly LiveService[]; images: readonly PlannedImage[]; environment: string },
): Promise<{ revisions: ForeseenRevision[]; checks: Check[] }> {
  const limit = pLimit(READS_AT_ONCE);
  const foreseen = await Promise.all(
    services.map((live) => limit(() => foresee(context, live, images, environment))),
  );
  return {
    revisions: foreseen.flatMap((one) => ('check' in one ? [] : [one])),
    checks: foreseen.flatMap((one) => ('check' in one ? [one] : [])),
  };
}

async function foresee(
  context: Context,
  live: LiveService,
  planned: readonly PlannedImage[],
  environment: string,
): Promise<ForeseenRevision | Check> {
  const { current, plan } = live;
  const from = revisionName(current.arn);
  let definition: JsonObject;
  let images: readonly DeployedImage[];
  try {
    const prepared = await prepare(context, live, planned.map(asDeployed), `service ${plan.name}`);
    ({ definition, images } = prepared);
  } catch (thrown) {
    if (!(thrown instanceof DeployError) || isAwsError(thrown)) throw thrown;
    const message = [thrown.message, ...(thrown.hint === undefined ? [] : [thrown.hint])].join('. ');
    return { check: 'task-definition', subject: plan.name, ...fail(message) };
  }
  const facts = { service: plan.name, family: textOf(definition['family']), from, definition, images };
  if (sameDefinition(current.definition, definition))
    return { ...facts, action: 'unchanged', known: current, diff: [] };
  const isBuilt = images.some(({ digest }) => digest === UNKNOWN_DIGEST);
  const known = isBuilt ? undefined : await newestIdentical(context, definition, environment);
  return {
    ...facts,
    action: known === undefined ? 'register' : 'reuse',
    ...(known === undefined ? {} : { known }),
    diff: definitionDiff(
      { name: from, definition: current.definition },
      { name: known === undefined ? `${facts.family}:(new)` : revisionName(known.arn), definition },
    ),
  };
}

/** An image that would be built has no digest yet. */
export function asDeployed({ uri, digest = UNKNOWN_DIGEST, name }: PlannedImage): DeployedImage {
  return { uri, digest, ...(name === undefined ? {} : { name }) };
}

/** One entry for all services that would run the same. */
export function plannedDefinitions(revisions: readonly ForeseenRevision[]): PlannedDefinition[] {
  const planned: PlannedDefinition[] = [];
  for (const { service, family, from, action, known, diff } of revisions) {
    const same = planned.find(
      (one) =>
        one.from === from && one.action === action && one.family === family && sameLines(one.diff, diff),
    );
    if (same !== undefined) same.services.push(service);
    else
      planned.push({
        family,
        services: [service],
        from,
        action,
        ...(known === undefined ? {} : { to: revisionName(known.arn) }),
        diff,
      });
  }
  return planned;
}

function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
