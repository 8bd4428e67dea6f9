import { DeployError } from '../../errors.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import { replaceImages, type DeployedImage } from '../../rules/image/replace-images.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { DeployFacts, ResourceTag } from '../../rules/record/ledger.ts';
import { servingRevision } from '../../rules/rollout/serving-revision.ts';
import { textOf } from '../../rules/task-definition/task-definition.ts';
import { sameDefinition } from '../../rules/task-definition/task-definition-diff.ts';
import { comingDefinition, type DefinitionContext } from './coming-definition.ts';
import type { StepContext } from '../context.ts';
import type { LiveFamily } from './read-families.ts';
import type { LiveService } from '../services/read-services.ts';
import { reuseOrRegister } from './register-definition.ts';

/** A revision of a family, with the images of this deploy. */
export interface FamilyRevision {
  family: string;
  /** What is replaced, "family:revision"; absent for the first of its family. */
  from?: string;
  arn: string;
  /** "family:revision" */
  name: string;
  /** `unchanged`: it is what runs, or the newest, already. `reused`: the family's newest revision is it. */
  state: 'registered' | 'reused' | 'unchanged';
  definition: JsonObject;
  tags: readonly ResourceTag[];
  /** Those that are in it, in the order of the file. */
  images: readonly DeployedImage[];
}

/** The revision that a service is going to run. */
export interface Revision extends FamilyRevision {
  service: string;
  from: string;
}

export interface RegisterRequest {
  services: readonly LiveService[];
  families?: readonly LiveFamily[];
  /** In the order of the file. */
  images: readonly [DeployedImage, ...DeployedImage[]];
  ledger: DeployFacts;
}

type Context = Pick<
  StepContext,
  'ecs' | 'files' | 'environmentVariable' | 'clock' | 'log' | 'report' | 'signal'
>;

/** A revision as it is wanted, before we know whether there is one. */
export interface Wanted<Live> {
  live: Live;
  definition: JsonObject;
  images: DeployedImage[];
  /** Of the definition it is made from. */
  tags: readonly ResourceTag[];
}

/**
 * Brings about the revision of every service: unchanged, reused or registered, one after the other, because ECS
 * allows one registration a second. Nothing is registered before every definition is known to be good, those of
 * `families` included; services of one family that want the same get one revision.
 */
export async function registerRevisions(context: Context, request: RegisterRequest): Promise<Revision[]> {
  const wanted = await prepareAll(context, request);
  const revisions: Revision[] = [];
  for (const { live, definition, images, tags } of wanted.services) {
    context.signal.throwIfAborted();
    const sibling = revisions.find((revision) => sameDefinition(revision.definition, definition));
    const { stored, state } = runsAlready(live, definition)
      ? { stored: live.current, state: 'unchanged' as const }
      : sibling !== undefined
        ? { stored: sibling, state: sibling.state === 'unchanged' ? ('reused' as const) : sibling.state }
        : await reuseOrRegister(context, definition, tags, {
            ...ledgerOf(request, images),
            replaces: revisionName(servingRevision(live.service) ?? live.current.arn),
          });
    const revision: Revision = {
      service: live.plan.name,
      family: textOf(definition['family']),
      from: revisionName(live.current.arn),
      arn: stored.arn,
      name: revisionName(stored.arn),
      state,
      definition: stored.definition,
      tags: stored.tags,
      images,
    };
    revisions.push(revision);
    context.report.revisions.push({
      service: revision.service,
      family: revision.family,
      from: revision.from,
      to: revision.name,
      state,
    });
    const words = state === 'unchanged' ? `runs ${revision.name} already` : describe(revision);
    context.log.info(`${revision.service}: ${words}`);
  }
  return revisions;
}

/** The same for families that nobody runs by us. One that a service of this deploy runs has its revision already. */
export async function registerFamilies(
  context: Context,
  request: Omit<RegisterRequest, 'services'>,
  revisions: readonly Revision[] = [],
): Promise<FamilyRevision[]> {
  const wanted = await prepareAll(context, { ...request, services: [] });
  const families: FamilyRevision[] = [];
  for (const { live, definition, images, tags } of wanted.families) {
    context.signal.throwIfAborted();
    const { family } = live.plan;
    const ofService = revisions.find((revision) => revision.family === family);
    if (ofService !== undefined) {
      context.log.info(`${family}: ${ofService.name}, the revision of service ${ofService.service}`);
      continue;
    }
    const from = live.current === undefined ? undefined : revisionName(live.current.arn);
    const { stored, state } = await reuseOrRegister(context, definition, tags, {
      ...ledgerOf(request, images),
      ...(from === undefined ? {} : { replaces: from }),
    });
    const revision: FamilyRevision = {
      family,
      arn: stored.arn,
      name: revisionName(stored.arn),
      // What is the newest already needs nothing.
      state: state === 'reused' ? 'unchanged' : state,
      definition: stored.definition,
      tags: stored.tags,
      images,
      ...(from === undefined ? {} : { from }),
    };
    families.push(revision);
    context.report.families.push({
      family,
      to: revision.name,
      state: revision.state,
      ...(from === undefined ? {} : { from }),
    });
    context.log.info(`${family}: ${describe(revision)}`);
  }
  return families;
}

function describe({ state, from, name }: FamilyRevision): string {
  if (state === 'unchanged') return `${name} is up to date`;
  const change = from === undefined ? `${name}, the first` : `${from} → ${name}`;
  return state === 'reused' ? `${change}, which was registered before` : change;
}

function runsAlready(live: LiveService, definition: JsonObject): boolean {
  return sameDefinition(live.current.definition, definition);
}

/** The content tag on a revision is that of the (first) image in it. */
function ledgerOf(
  { ledger }: Pick<RegisterRequest, 'ledger'>,
  [image]: readonly DeployedImage[],
): DeployFacts {
  return image?.tag === undefined ? ledger : { ...ledger, content: image.tag };
}

/** Every definition with its images in place; what is wrong with any of them is reported together. */
async function prepareAll(
  context: Context,
  { services, families = [], images }: RegisterRequest,
): Promise<{ services: Wanted<LiveService>[]; families: Wanted<LiveFamily>[] }> {
  const [ofServices, ofFamilies] = await Promise.all([
    Promise.allSettled(services.map((live) => prepare(context, live, images, `service ${live.plan.name}`))),
    Promise.allSettled(families.map((live) => prepare(context, live, images, `family ${live.plan.family}`))),
  ]);
  const failures = [...ofServices, ...ofFamilies].flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length > 0) throw together(failures);
  return { services: ofServices.flatMap(valueOf), families: ofFamilies.flatMap(valueOf) };
}

function valueOf<T>(result: PromiseSettledResult<T>): T[] {
  return result.status === 'fulfilled' ? [result.value] : [];
}

/** One definition with its images in place. Changes nothing. */
export async function prepare<Live extends LiveService | LiveFamily>(
  context: DefinitionContext,
  live: Live,
  images: readonly DeployedImage[],
  who: string,
): Promise<Wanted<Live>> {
  const { definition, tags } = await comingDefinition(context, live);
  return { live, tags, ...replaceImages(definition, { ...live.plan, who }, images) };
}

function together(failures: readonly unknown[]): unknown {
  const [first, ...others] = failures;
  const known = others.filter((failure) => failure instanceof DeployError);
  if (!(first instanceof DeployError) || known.length === 0) return first;
  return new DeployError(first.code, [first, ...known].map(({ message }) => message).join('; '), {
    cause: first,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    details: [first, ...known].flatMap(({ details }) => details),
  });
}
