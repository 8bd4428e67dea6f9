import { DeployError, isAwsError } from '../errors.ts';
import type { StoredTaskDefinition } from '../ports/ecs.ts';
import { containersToUpdate } from '../rules/task-definition/container-match.ts';
import { revisionName } from '../rules/aws/ecs-names.ts';
import type { JsonObject } from '../rules/text/json.ts';
import { belongsToAnother, tagsForRevision } from '../rules/record/ledger.ts';
import type { DeployFacts, ResourceTag } from '../rules/record/ledger.ts';
import { servingRevision } from '../rules/rollout/serving-revision.ts';
import { registrable, textOf, withImage } from '../rules/task-definition/task-definition.ts';
import { missingPaths, sameDefinition } from '../rules/task-definition/task-definition-diff.ts';
import { parseTaskDefinitionFile } from '../rules/task-definition/task-definition-file.ts';
import type { StepContext } from './context.ts';
import type { LiveService } from './read-services.ts';

/** The revision that a service is going to run. */
export interface Revision {
  service: string;
  family: string;
  /** What the service runs now, "family:revision". */
  from: string;
  arn: string;
  /** "family:revision" */
  name: string;
  /** `unchanged`: the service runs it already. `reused`: the family's newest revision is it. */
  state: 'registered' | 'reused' | 'unchanged';
  definition: JsonObject;
  tags: readonly ResourceTag[];
}

export interface RegisterRequest {
  services: readonly LiveService[];
  /** "registry/name" and "sha256:…". */
  image: { uri: string; digest: string };
  ledger: DeployFacts;
}

type Context = Pick<StepContext, 'ecs' | 'files' | 'clock' | 'log' | 'report' | 'signal'>;

/** A revision as a service wants it, before we know whether there is one. */
export interface Wanted {
  live: LiveService;
  definition: JsonObject;
  /** Of the definition it is made from. */
  tags: readonly ResourceTag[];
}

/** A registration whose answer is lost is tried this often, each time after a look whether it arrived. */
const MOST_ATTEMPTS = 3;

/**
 * Brings about the revision of every service: unchanged, reused or registered, one after the other, because ECS
 * allows one registration a second. Nothing is registered before every definition is known to be good; services of
 * one family that want the same get one revision.
 */
export async function registerRevisions(context: Context, request: RegisterRequest): Promise<Revision[]> {
  const wanted = await prepareAll(context, request);
  const revisions: Revision[] = [];
  for (const { live, definition, tags } of wanted) {
    context.signal.throwIfAborted();
    const sibling = revisions.find((revision) => sameDefinition(revision.definition, definition));
    const { stored, state } = runsAlready(live, definition)
      ? { stored: live.current, state: 'unchanged' as const }
      : sibling !== undefined
        ? { stored: sibling, state: sibling.state === 'unchanged' ? ('reused' as const) : sibling.state }
        : await reuseOrRegister(context, definition, tags, {
            ...request.ledger,
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
    };
    revisions.push(revision);
    context.report.revisions.push({
      service: revision.service,
      family: revision.family,
      from: revision.from,
      to: revision.name,
      state,
    });
    context.log.info(`${revision.service}: ${describe(revision)}`);
  }
  return revisions;
}

function describe({ state, from, name }: Revision): string {
  if (state === 'unchanged') return `runs ${name} already`;
  return state === 'reused' ? `${from} → ${name}, which was registered before` : `${from} → ${name}`;
}

function runsAlready(live: LiveService, definition: JsonObject): boolean {
  return sameDefinition(live.current.definition, definition);
}

/** Every definition with its image in place; what is wrong with any of them is reported together. */
async function prepareAll(context: Context, { services, image }: RegisterRequest): Promise<Wanted[]> {
  const results = await Promise.allSettled(services.map((live) => prepare(context, live, image)));
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length > 0) throw together(failures);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** The definition of one service with its image in place. Changes nothing. */
export async function prepare(
  context: Pick<Context, 'files'>,
  live: LiveService,
  image: RegisterRequest['image'],
): Promise<Wanted> {
  const { plan, current } = live;
  const file = plan.taskDefinition === undefined ? undefined : await readFile(context, plan.taskDefinition);
  const base = file?.definition ?? registrable(current.definition);
  const containers = containersToUpdate(base, {
    service: plan.name,
    repository: image.uri,
    ...(plan.container === undefined ? {} : { container: plan.container }),
  });
  return {
    live,
    definition: withImage(base, containers, `${image.uri}@${image.digest}`),
    tags: [
      ...(file?.tags ?? []),
      ...current.tags.filter(({ key }) => !file?.tags.some((tag) => tag.key === key)),
    ],
  };
}

async function readFile({ files }: Pick<Context, 'files'>, path: string) {
  const text = await files.read(path);
  if (text !== undefined) return parseTaskDefinitionFile(path, text);
  throw new DeployError('TASK_DEFINITION_INVALID', `task definition file ${path}: there is no such file`, {
    hint: 'The path is relative to the root of the checkout. Is the repository checked out before this step?',
  });
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

interface Ready {
  stored: StoredTaskDefinition;
  state: 'reused' | 'registered';
}

async function reuseOrRegister(
  context: Context,
  definition: JsonObject,
  existingTags: readonly ResourceTag[],
  ledger: DeployFacts,
): Promise<Ready> {
  const newest = await newestIdentical(context, definition, ledger.environment);
  if (newest !== undefined) return { stored: newest, state: 'reused' };

  const { tags, leftOut } = tagsForRevision(existingTags, ledger);
  if (leftOut.length > 0) {
    context.log.warn(
      'Ledger incomplete',
      `The task definition has too many tags; these do not fit: ${leftOut.join(', ')}.`,
    );
  }
  const stored = await registerOnce(context, definition, tags, ledger.environment);
  const missing = missingPaths(definition, stored.definition);
  if (missing.length === 0) return { stored, state: 'registered' };
  throw new DeployError(
    'TASK_DEFINITION_CHANGED',
    `${revisionName(stored.arn)} is not what was sent: ${missing.join(', ')} did not come back as sent`,
    {
      hint: 'No service was changed. Compare the revision with the one before it; a field that this region or this emulator does not know is dropped when it is stored.',
      details: missing,
    },
  );
}

/**
 * The newest revision of the family where it is what we want. One that another environment deployed is left to that
 * environment, because its tags are that environment's ledger.
 */
export async function newestIdentical(
  { ecs }: Pick<Context, 'ecs'>,
  definition: JsonObject,
  environment: string,
): Promise<StoredTaskDefinition | undefined> {
  try {
    const newest = await ecs.describeTaskDefinition(textOf(definition['family']));
    const isOurs = !belongsToAnother(newest.tags, environment);
    return isOurs && sameDefinition(newest.definition, definition) ? newest : undefined;
  } catch (error) {
    // ECS answers a family without an active revision with "Unable to describe task definition."
    if (isAwsError(error, 'ClientException')) return undefined;
    throw error;
  }
}

/** RegisterTaskDefinition carries no token: where its answer is lost, we look before we send it again. */
async function registerOnce(
  context: Context,
  definition: JsonObject,
  tags: readonly ResourceTag[],
  environment: string,
): Promise<StoredTaskDefinition> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await registerWithTags(context, definition, tags);
    } catch (error) {
      if (!isAwsError(error) || !error.retryable || attempt === MOST_ATTEMPTS) throw error;
      context.log.info(`The answer was lost, looking for the revision: ${error.message}`);
      await context.clock.sleep(1_000 * attempt * (1 + context.clock.random()), context.signal);
      const arrived = await newestIdentical(context, definition, environment);
      if (arrived !== undefined) return arrived;
    }
  }
}

async function registerWithTags(
  { ecs, log }: Context,
  definition: JsonObject,
  tags: readonly ResourceTag[],
): Promise<StoredTaskDefinition> {
  try {
    return await ecs.registerTaskDefinition(definition, [...tags]);
  } catch (error) {
    if (
      !isAwsError(error) ||
      error.code !== 'AWS_ACCESS_DENIED' ||
      !error.message.includes('ecs:TagResource')
    )
      throw error;
    warnOfNoLedger(log);
    return ecs.registerTaskDefinition(definition, []);
  }
}

/** Said once, whichever step finds it out. */
export function warnOfNoLedger(log: StepContext['log']): void {
  log.warn(
    'No ledger',
    'ecs:TagResource is denied, so nothing is recorded on the revisions: migrations always run, the tags of earlier revisions are not carried on, and who deployed what stays unknown. Allow it on task-definition/*.',
  );
}
