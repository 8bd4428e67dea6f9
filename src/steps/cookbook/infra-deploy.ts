import { asDeployError, DeployError } from '../../errors.ts';
import { infraRef } from '../../rules/cookbook/plan.ts';
import type { ReleasedCookbook } from '../../rules/cookbook/released.ts';
import type { CookbookContext } from './context.ts';
import type { Released } from './find-released.ts';

export interface InfraDeployRequest {
  readonly command: readonly [string, ...string[]];
  readonly environment: string;
  readonly commit: string;
  readonly released: Released;
  /** What runs now, so that new servers get the deployed application and never a newer one. */
  readonly current: { readonly image?: string; readonly commit?: string };
}

/** The environment of the infrastructure deploy's command. */
export function infraEnvironment({
  environment,
  commit,
  released,
  current,
}: InfraDeployRequest): Record<string, string> {
  const { cookbooks } = released;
  return {
    COOKBOOKS: cookbooks.map(({ name }) => name).join(' '),
    COOKBOOK_VERSIONS: JSON.stringify(versionsOf(cookbooks)),
    DEPLOY_ENVIRONMENT: environment,
    DEPLOY_COMMIT: commit,
    CURRENT_IMAGE: current.image ?? '',
    CURRENT_COMMIT: current.commit ?? '',
  };
}

/** Name → version, in the order in which the cookbooks can be uploaded. */
export function versionsOf(cookbooks: readonly ReleasedCookbook[]): Record<string, string> {
  return Object.fromEntries(cookbooks.map(({ name, version }) => [name, version]));
}

/** Runs the user's command once; only its success moves the record, so that a failed deploy is made up for. */
export async function deployInfrastructure(
  context: CookbookContext,
  request: InfraDeployRequest,
): Promise<void> {
  const { runCommand, log, signal } = context;
  const { command, released } = request;
  const words = command.join(' ');
  const { exitCode } = await runCommand({
    command,
    environment: infraEnvironment(request),
    onLine: (line) => log.outside([line]),
    signal,
  }).catch((thrown: unknown) => {
    log.warn(
      'Infrastructure deploy',
      `\`${words}\` was ended before its end; the next run deploys the same versions again`,
    );
    throw thrown;
  });
  if (exitCode !== 0)
    throw new DeployError(
      'INFRA_DEPLOY_FAILED',
      `infrastructure deploy: \`${words}\` ${exitCode === undefined ? 'could not be run, or was ended by a signal' : `exited with code ${exitCode}`}`,
      {
        hint: 'Its output is above. The next run deploys the same versions again, with what is released by then.',
        details: released.cookbooks.map(({ name, version }) => `${name} ${version}`),
      },
    );
  await moveRecord(context, request);
}

/**
 * Where there is no record yet it begins at the commit that this push is compared with: a first deploy that fails, or
 * is cancelled, is made up for too. Where nothing is known of before, or a record points to a commit that is gone, it
 * begins here: what rises after this run is then seen, on hosts that tell of no push too.
 */
export async function startRecord(
  context: CookbookContext,
  { environment, released }: Pick<InfraDeployRequest, 'environment' | 'released'>,
): Promise<void> {
  const { since, record, begins = false } = released;
  if (record !== undefined && !begins) return;
  await write(context, { environment, before: record, after: since });
}

async function moveRecord(
  context: CookbookContext,
  { environment, commit, released: { record, since } }: InfraDeployRequest,
): Promise<void> {
  await write(context, { environment, before: record ?? since, after: commit });
}

/** The deploy stands whatever becomes of its record; what is lost without it is said. */
async function write(
  { github, log }: CookbookContext,
  { environment, before, after }: { environment: string; before: string | undefined; after: string },
): Promise<void> {
  const ref = infraRef(environment);
  const lost = 'a later run compares with the last record, and may deploy the same versions again';
  if (github === undefined) {
    log.warn('Infrastructure deploy', `without a token ${ref} cannot be written: ${lost}`);
    return;
  }
  try {
    if ((await github.moveRefs([{ ref, before, after }])) === 'stale')
      log.warn('Infrastructure deploy', `${ref} was moved by another run in the meantime and is left there`);
  } catch (thrown) {
    log.warn(
      'Infrastructure deploy',
      `${ref} could not be written, so ${lost}: ${asDeployError(thrown).message}`,
    );
  }
}
