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
import type { LiveFamily } from '../revision/read-families.ts';
import type { LiveService } from '../services/read-services.ts';
import type { DeployedImage } from '../../rules/image/replace-images.ts';
import { prepare } from '../revision/register.ts';
import { newestIdentical } from '../revision/register-definition.ts';

/** The revision that a family would get. */
export interface ForeseenFamily {
  family: string;
  /** Absent for the first of its family. */
  from?: string;
  action: PlannedDefinition['action'];
  definition: JsonObject;
  /** Those that are in it; without a digest where they would be built. */
  images: readonly DeployedImage[];
  /** Of the revision that is there already; absent where one would be registered. */
  known?: { arn: string; tags: readonly ResourceTag[] };
  diff: string[];
}

/** The revision that a service would be given. */
export interface ForeseenRevision extends ForeseenFamily {
  service: string;
  from: string;
}

export interface Foreseen {
  revisions: ForeseenRevision[];
  /** Of those that no service of the deploy runs. */
  families: ForeseenFamily[];
  checks: Check[];
}

interface ForeseeRequest {
  services: readonly LiveService[];
  families: readonly LiveFamily[];
  images: readonly PlannedImage[];
  environment: string;
}

type Context = Pick<StepContext, 'ecs' | 'files' | 'environmentVariable'>;

const READS_AT_ONCE = 10;
const UNKNOWN_DIGEST = 'sha256:(known after the build)';

/**
 * What `registerRevisions` and `registerFamilies` would bring about, without registering. A definition that cannot be
 * made is a failed check.
 */
export async function foreseeRevisions(context: Context, request: ForeseeRequest): Promise<Foreseen> {
  const limit = pLimit(READS_AT_ONCE);
  const ofServices = await Promise.all(
    request.services.map((live) =>
      limit(async () => {
        const prepared = await preparation(context, live, request, {
          name: live.plan.name,
          kind: 'service',
        });
        return 'check' in prepared ? prepared : foreseeService(context, live, prepared, request);
      }),
    ),
  );
  const revisions = ofServices.flatMap((one) => ('check' in one ? [] : [one]));
  // A family that a service of this deploy runs has its revision already.
  const alone = request.families.filter(
    ({ plan }) => !revisions.some(({ family }) => family === plan.family),
  );
  const ofFamilies = await Promise.all(
    alone.map((live) =>
      limit(async () => {
        const prepared = await preparation(context, live, request, {
          name: live.plan.family,
          kind: 'family',
        });
        return 'check' in prepared ? prepared : foreseeFamily(context, live, prepared, request);
      }),
    ),
  );
  return {
    revisions,
    families: ofFamilies.flatMap((one) => ('check' in one ? [] : [one])),
    checks: [...ofServices, ...ofFamilies].flatMap((one) => ('check' in one ? [one] : [])),
  };
}

type Prepared = Pick<ForeseenFamily, 'definition' | 'images'>;

async function preparation(
  context: Context,
  live: LiveService | LiveFamily,
  { images }: ForeseeRequest,
  { kind, name }: { kind: 'service' | 'family'; name: string },
): Promise<Prepared | Check> {
  try {
    return await prepare(context, live, images.map(asDeployed), `${kind} ${name}`);
  } catch (thrown) {
    if (!(thrown instanceof DeployError) || isAwsError(thrown)) throw thrown;
    const message = [thrown.message, ...(thrown.hint === undefined ? [] : [thrown.hint])].join('. ');
    return { check: 'task-definition', subject: name, ...fail(message) };
  }
}

async function foreseeService(
  context: Context,
  { plan, current }: LiveService,
  prepared: Prepared,
  request: ForeseeRequest,
): Promise<ForeseenRevision> {
  const from = revisionName(current.arn);
  const facts = { service: plan.name, from, ...factsOf(prepared) };
  if (sameDefinition(current.definition, prepared.definition))
    return { ...facts, action: 'unchanged', known: current, diff: [] };
  const known = await newest(context, prepared, request);
  return {
    ...facts,
    action: known === undefined ? 'register' : 'reuse',
    ...(known === undefined ? {} : { known }),
    diff: definitionDiff(
      { name: from, definition: current.definition },
      {
        name: known === undefined ? newName(facts.family) : revisionName(known.arn),
        definition: prepared.definition,
      },
    ),
  };
}

/** What is the newest of its family already needs nothing. */
async function foreseeFamily(
  context: Context,
  { current }: LiveFamily,
  prepared: Prepared,
  request: ForeseeRequest,
): Promise<ForeseenFamily> {
  const from = current === undefined ? undefined : revisionName(current.arn);
  const facts = { ...factsOf(prepared), ...(from === undefined ? {} : { from }) };
  const known = await newest(context, prepared, request);
  if (known !== undefined) return { ...facts, action: 'unchanged', known, diff: [] };
  return {
    ...facts,
    action: 'register',
    diff: definitionDiff(
      { name: from ?? '(none)', definition: current?.definition ?? {} },
      { name: newName(facts.family), definition: prepared.definition },
    ),
  };
}

function factsOf({ definition, images }: Prepared) {
  return { family: textOf(definition['family']), definition, images };
}

/** No revision has the digest of an image that is still to be built. */
async function newest(context: Context, { definition, images }: Prepared, { environment }: ForeseeRequest) {
  const isBuilt = images.some(({ digest }) => digest === UNKNOWN_DIGEST);
  return isBuilt ? undefined : newestIdentical(context, definition, environment);
}

/** One that is still to be registered has no number yet. */
export function newName(family: string): string {
  return `${family}:(new)`;
}

/** An image that would be built has no digest yet. */
export function asDeployed({ uri, digest = UNKNOWN_DIGEST, name }: PlannedImage): DeployedImage {
  return { uri, digest, ...(name === undefined ? {} : { name }) };
}

/** One entry for all services that would run the same, and one for each family that is only registered. */
export function plannedDefinitions({
  revisions,
  families,
}: Pick<Foreseen, 'revisions' | 'families'>): PlannedDefinition[] {
  const planned: PlannedDefinition[] = [];
  for (const revision of revisions) {
    const { service, from, action, family, diff } = revision;
    const same = planned.find(
      (one) =>
        one.from === from && one.action === action && one.family === family && sameLines(one.diff, diff),
    );
    if (same === undefined) planned.push(plannedOf(revision, [service]));
    else same.services.push(service);
  }
  return [...planned, ...families.map((family) => plannedOf(family, []))];
}

function plannedOf(
  { family, from, action, known, diff }: ForeseenFamily,
  services: string[],
): PlannedDefinition {
  return {
    family,
    services,
    ...(from === undefined ? {} : { from }),
    action,
    ...(known === undefined ? {} : { to: revisionName(known.arn) }),
    diff,
  };
}

function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
