import { DeployError } from '../../errors.ts';
import type { ImagePlan } from '../../config/image-plan.ts';
import type { StepContext } from '../context.ts';
import type { Repository } from './repository.ts';

export type BuildContext = Pick<
  StepContext,
  'ecr' | 'builder' | 'clock' | 'log' | 'report' | 'signal' | 'hasEnvironmentVariable'
> & { readonly git: Pick<StepContext['git'], 'originRepository'> };

/** ECR shows a pushed image within a moment; it is eventually consistent, so one look is not the last word. */
const LOOKS = 6;
const FIRST_PAUSE_MS = 500;

/** Builds, pushes under the tag and, at best effort, under `sha-<commit>`; gives back the digest that ECR has. */
export async function buildImage(
  context: BuildContext,
  {
    repository,
    image,
    tag,
    commit,
  }: { repository: Repository; image: ImagePlan; tag: string; commit: string },
): Promise<string> {
  const { builder, log, signal } = context;
  needSecrets(context, image.secrets);
  const reference = `${repository.uri}:${tag}`;
  const facts = await builder.probe();
  const driver = facts.driver === undefined ? '' : ` (driver ${facts.driver})`;
  log.info(
    `Building ${reference} with ${facts.kind === 'buildx' ? 'buildx' : 'BuildKit in docker'} ${facts.version}${driver}`,
  );

  const built = await builder.buildAndPush({
    login: repository.login,
    context: image.context,
    dockerfile: image.dockerfile,
    references: [reference],
    ...(image.target === undefined ? {} : { target: image.target }),
    ...(image.platform === undefined ? {} : { platform: image.platform }),
    buildArguments: image.buildArguments,
    secrets: image.secrets,
    cache: image.cache,
    labels: await labelsOf(context, commit),
    onLine: together((lines) => log.outside(lines)),
    signal,
  });
  // A builder that pushes by itself does not tell the two apart.
  const took =
    built.pushSeconds === 0
      ? `Built and pushed in ${built.buildSeconds.toFixed(1)} s`
      : `Built in ${built.buildSeconds.toFixed(1)} s, pushed in ${built.pushSeconds.toFixed(1)} s`;
  log.info(`${took}: ${built.digest}`);

  await checkDigest(context, repository, { tag, digest: built.digest });
  await tagCommit(context, repository, { reference, digest: built.digest, commit });
  return built.digest;
}

function needSecrets({ hasEnvironmentVariable }: BuildContext, secrets: readonly string[]): void {
  const missing = secrets.filter((name) => !hasEnvironmentVariable(name));
  if (missing.length === 0) return;
  const names = missing.join(', ');
  throw new DeployError(
    'BUILD_SECRET_MISSING',
    `build ${missing.length === 1 ? 'secret' : 'secrets'} ${names}: not in the environment`,
    {
      hint: `Set ${missing.length === 1 ? 'it' : 'them'} as \`env:\` of the step: ${missing.map((name) => `${name}: \${{ secrets.${name} }}`).join(', ')}. Pull requests from forks get no secrets.`,
    },
  );
}

/** The annotations of the OCI image specification that say where an image comes from. */
async function labelsOf({ report, git }: BuildContext, commit: string): Promise<Record<string, string>> {
  const repository = report.repository ?? (await git.originRepository());
  const source =
    report.commitUrl?.replace(/\/commits?\/.*$/, '') ??
    (repository === undefined ? undefined : `https://github.com/${repository}`);
  return {
    'org.opencontainers.image.revision': commit,
    ...(source === undefined ? {} : { 'org.opencontainers.image.source': source }),
  };
}

/** Lines that come in one go are printed in one go: each printing is wrapped in markers of its own. */
function together(print: (lines: readonly string[]) => void): (line: string) => void {
  let waiting: string[] = [];
  return (line) => {
    waiting.push(line);
    if (waiting.length > 1) return;
    queueMicrotask(() => {
      const lines = waiting;
      waiting = [];
      print(lines);
    });
  };
}

/** What ECR has under the tag must be what was built here; anything else must not be deployed. */
async function checkDigest(
  { ecr, clock, signal }: BuildContext,
  repository: Repository,
  { tag, digest }: { tag: string; digest: string },
): Promise<void> {
  let found: string | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await clock.sleep(FIRST_PAUSE_MS * 2 ** (look - 1), signal);
    found = (await ecr.describeImage(repository.ecr, { tag }))?.digest;
    if (found === digest) return;
  }
  throw new DeployError(
    'IMAGE_DIGEST_MISMATCH',
    found === undefined
      ? `${repository.uri}:${tag}: pushed as ${digest}, but ECR does not have it`
      : `${repository.uri}:${tag}: pushed as ${digest}, but ECR has ${found}`,
    {
      hint: 'Somebody else may have pushed under the same tag meanwhile, or a lifecycle rule has removed it. Run the job again; it uses what ECR has then.',
    },
  );
}

/** A name for people. It never moves: where the tag stands for another image already, that is only said. */
async function tagCommit(
  { ecr, builder, log, signal }: BuildContext,
  repository: Repository,
  { reference, digest, commit }: { reference: string; digest: string; commit: string },
): Promise<void> {
  const tag = `sha-${commit}`;
  try {
    const taken = await ecr.describeImage(repository.ecr, { tag });
    if (taken?.digest === digest) return;
    const isAdded =
      taken === undefined &&
      ((await builder.tagRemote?.(repository.login, reference, `${repository.uri}:${tag}`)) ?? true);
    if (!isAdded) log.info(`The tag ${tag} stands for another image already and stays where it is`);
  } catch (thrown) {
    signal.throwIfAborted();
    log.info(`The tag ${tag} could not be added, which changes nothing for this deploy`);
    log.debug(String(thrown));
  }
}
