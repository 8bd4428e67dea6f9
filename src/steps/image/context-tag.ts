import { DeployError } from '../../errors.ts';
import type { CodeBuildPlan, ImagePlan } from '../../config/image-plan.ts';
import type { ContextEntry } from '../../ports/files.ts';
import { contentTag, type ContentEntry } from '../../rules/image/content-tag.ts';
import { parseDockerIgnore, type IgnoreRules } from '../../rules/image/docker-ignore.ts';
import { DEFAULT_BUILDSPEC, filesOf } from '../../rules/codebuild/buildspec.ts';
import type { StepContext } from '../context.ts';

export interface ContextTag {
  /** "src-" and 40 hex digits. */
  tag: string;
  /** The context holds `.git`, so the commit is part of the tag and every commit builds anew. */
  hasGit: boolean;
  files: number;
}

/**
 * Reads what the build would read and names it. Rejects with DOCKERFILE_NOT_FOUND before anything else is done,
 * listing what there is instead.
 */
export async function readContextTag(
  { files, signal }: Pick<StepContext, 'files' | 'signal'>,
  {
    image,
    commit,
  }: {
    image: Pick<
      ImagePlan,
      'context' | 'dockerfile' | 'target' | 'platform' | 'buildArguments' | 'secrets' | 'codebuild'
    >;
    commit: string;
  },
): Promise<ContextTag> {
  const { context, dockerfile, target, platform, buildArguments, secrets } = image;
  if (!(await files.exists(context))) throw contextNotFound(context);
  const dockerfileText = await files.read(dockerfile);
  if (dockerfileText === undefined) throw await dockerfileNotFound({ files }, dockerfile);

  const rules = await readIgnoreRules({ files }, { context, dockerfile });
  const hasGit = !rules.ignores('.git') && (await files.exists(`${context}/.git`));

  const entries = await readEntries({ files, signal }, { context, rules, hasGit });

  const tag = contentTag(entries, {
    dockerfile: dockerfileText,
    buildArguments,
    secrets,
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    ...(hasGit ? { commit } : {}),
    ...(image.codebuild === undefined ? {} : { buildspec: await buildspecOf({ files }, image.codebuild) }),
  });
  return { tag, hasGit, files: entries.length };
}

/** BuildKit takes the file named after the Dockerfile before the general one. */
export async function readIgnoreRules(
  { files }: Pick<StepContext, 'files'>,
  { context, dockerfile }: { context: string; dockerfile: string },
): Promise<IgnoreRules> {
  const ignoreText =
    (await files.read(`${dockerfile}.dockerignore`)) ?? (await files.read(`${context}/.dockerignore`)) ?? '';
  return parseDockerIgnore(ignoreText);
}

async function readEntries(
  { files, signal }: Pick<StepContext, 'files' | 'signal'>,
  { context, rules, hasGit }: { context: string; rules: IgnoreRules; hasGit: boolean },
): Promise<ContentEntry[]> {
  const found: ContextEntry[] = [];
  const walked = files.walk(context, (path, isFolder) => {
    // Its files differ on every clone (times in the index, logs); the commit stands for all of them.
    if (path === '.git' && hasGit) return true;
    return isFolder ? rules.ignoresAllBelow(path) : rules.ignores(path);
  });
  try {
    for await (const entry of walked) {
      signal.throwIfAborted();
      // A folder that was looked into only for what may be re-included in it, in vain.
      if (entry.kind === 'folder' && rules.ignores(entry.path)) continue;
      found.push(entry);
    }
    return await Promise.all(found.map(withHash));
  } catch (thrown) {
    signal.throwIfAborted();
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new DeployError('BUILD_FAILED', `build context ${context}: cannot be read: ${reason}`, {
      hint: 'Docker could not read it either. Give the job the right to read it, or leave it out in .dockerignore.',
      cause: thrown,
    });
  }
}

async function withHash(entry: ContextEntry): Promise<ContentEntry> {
  return entry.kind === 'file' ? { ...entry, sha256: await entry.sha256 } : entry;
}

/** What CodeBuild does, as far as the checkout tells: another buildspec may build another image. */
async function buildspecOf(
  { files }: Pick<StepContext, 'files'>,
  { buildspec = DEFAULT_BUILDSPEC }: Pick<CodeBuildPlan, 'buildspec'>,
): Promise<string> {
  const [path] = filesOf(buildspec);
  return (path === undefined ? undefined : await files.read(path)) ?? buildspec;
}

function contextNotFound(context: string): DeployError {
  return new DeployError('DOCKERFILE_NOT_FOUND', `build context ${context}: no such folder in the checkout`, {
    hint: 'Set `image.context` to the folder that the Dockerfile copies from, relative to the root of the repository.',
  });
}

/** How deep and how long the list of Dockerfiles may get that a person might have meant. */
const CANDIDATE_DEPTH = 4;
const MOST_CANDIDATES = 10;

async function dockerfileNotFound(
  { files }: Pick<StepContext, 'files'>,
  dockerfile: string,
): Promise<DeployError> {
  const candidates: string[] = [];
  const walked = files.walk('.', (path, isFolder) => {
    const parts = path.split('/');
    const name = parts.at(-1) ?? '';
    if (isFolder) return parts.length >= CANDIDATE_DEPTH || ['.git', 'node_modules', 'vendor'].includes(name);
    return !/dockerfile|containerfile/i.test(name) || name.endsWith('.dockerignore');
  });
  for await (const { kind, path } of walked) if (kind === 'file') candidates.push(path);
  return new DeployError('DOCKERFILE_NOT_FOUND', `${dockerfile}: no such Dockerfile in the checkout`, {
    hint:
      candidates.length === 0
        ? 'Add a Dockerfile, or check that the job checks the repository out before it deploys.'
        : `Set \`image.dockerfile\` to one of those that are there, relative to the root of the repository: ${candidates.slice(0, MOST_CANDIDATES).join(', ')}.`,
    details: candidates.slice(0, MOST_CANDIDATES),
  });
}
