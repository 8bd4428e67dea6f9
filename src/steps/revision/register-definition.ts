import { DeployError, isAwsError } from '../../errors.ts';
import type { StoredTaskDefinition } from '../../ports/ecs.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { belongsToAnother, tagsForRevision } from '../../rules/record/ledger.ts';
import type { DeployFacts, ResourceTag } from '../../rules/record/ledger.ts';
import { textOf } from '../../rules/task-definition/task-definition.ts';
import { missingPaths, sameDefinition } from '../../rules/task-definition/task-definition-diff.ts';
import type { StepContext } from '../context.ts';

type Context = Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>;

/** A registration whose answer is lost is tried this often, each time after a look whether it arrived. */
const MOST_ATTEMPTS = 3;

export interface ReadyDefinition {
  stored: StoredTaskDefinition;
  state: 'reused' | 'registered';
}

/** The family's newest revision where it is what we want, else a new one; the answer is held against what was sent. */
export async function reuseOrRegister(
  context: Context,
  definition: JsonObject,
  existingTags: readonly ResourceTag[],
  ledger: DeployFacts,
): Promise<ReadyDefinition> {
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
