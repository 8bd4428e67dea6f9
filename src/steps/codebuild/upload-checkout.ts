import { createHash } from 'node:crypto';
import { DeployError } from '../../errors.ts';
import { uploadedSource, type SourceOverride } from '../../rules/codebuild/source.ts';
import type { StepContext } from '../context.ts';
import { readIgnoreRules } from '../image/context-tag.ts';
import { zipOf, type ZipEntry } from './zip.ts';

type Context = Pick<StepContext, 's3' | 'files' | 'log' | 'signal'>;

export interface CheckoutPart {
  /** The build context; `.` for the whole checkout. */
  context: string;
  /** Absent where no image is built: then nothing but `.git` is left out. */
  dockerfile?: string;
  /** Further files that the build reads, where they are there. */
  files: readonly string[];
}

/**
 * Hands over what the build would read: the context after .dockerignore, the Dockerfile and the buildspec, at their
 * places in the checkout. The object is named by its content, so that another attempt hands over the same.
 */
export async function uploadCheckout(
  context: Context,
  { bucket, part }: { bucket: string; part: CheckoutPart },
): Promise<SourceOverride> {
  const { s3, log } = context;
  const entries = await readPart(context, part);
  const body = await zipOf(entries);
  const key = `deploy-action/${createHash('sha256').update(body).digest('hex')}.zip`;
  await s3.putObject({ bucket, key, body });
  log.info(
    `Handed over ${entries.length} files (${(body.byteLength / 1_000_000).toFixed(1)} MB) as s3://${bucket}/${key}`,
  );
  return uploadedSource(bucket, key);
}

async function readPart(
  { files, signal }: Context,
  { context, dockerfile, files: further }: CheckoutPart,
): Promise<ZipEntry[]> {
  const rules =
    dockerfile === undefined ? undefined : await readIgnoreRules({ files }, { context, dockerfile });
  const below = (path: string) => (context === '.' ? path : `${context}/${path}`);
  const found = new Map<string, ZipEntry>();
  const addFile = async (path: string, executable: boolean) => {
    const bytes = await files.readBytes(path);
    if (bytes !== undefined) found.set(path, { kind: 'file', path, executable, bytes });
  };

  const walked = files.walk(context, (path, isFolder) => {
    if (path === '.git') return true;
    if (rules === undefined) return false;
    return isFolder ? rules.ignoresAllBelow(path) : rules.ignores(path);
  });
  try {
    for await (const entry of walked) {
      signal.throwIfAborted();
      const path = below(entry.path);
      if (entry.kind === 'link') found.set(path, { kind: 'link', path, target: entry.target });
      else if (entry.kind === 'file') await addFile(path, entry.executable);
      else if (rules?.ignores(entry.path) !== true) found.set(path, { kind: 'folder', path });
    }
    const named =
      dockerfile === undefined ? [] : [dockerfile, `${dockerfile}.dockerignore`, below('.dockerignore')];
    for (const path of [...named, ...further]) if (!found.has(path)) await addFile(path, false);
  } catch (thrown) {
    signal.throwIfAborted();
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new DeployError('CODEBUILD_NOT_STARTED', `the checkout cannot be handed over: ${reason}`, {
      hint: 'Give the job the right to read its files, or leave them out in .dockerignore.',
      cause: thrown,
    });
  }
  return [...found.values()];
}
