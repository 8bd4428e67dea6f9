import { parseImageReference, repositoryUri } from '../../rules/image/image-ref.ts';
import {
  digestInRepository,
  isPushNoise,
  judgePushFailure,
  readPushedDigest,
  type PushFailure,
} from '../../rules/image/docker-output.ts';
import type { DeployError } from '../../errors.ts';
import { noDigest, pushFailed } from './errors.ts';
import { askDocker, runDocker, type DockerSession } from './session.ts';
import type { ProcessResult } from '../process.ts';
import { copyTag } from '../registry/tag.ts';

/** Pushing is idempotent and what has arrived stays there, so trying again is cheap and safe. */
const TRIES = 3;
const FIRST_PAUSE_MS = 1000;

/** Runs a command that pushes, again where a later try may well succeed; gives back how the last one ended. */
export async function retryPush(
  { clock, debug, signal }: DockerSession,
  push: () => Promise<ProcessResult>,
  judge: (result: ProcessResult) => PushFailure = ({ tail }) => judgePushFailure(tail),
): Promise<ProcessResult> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await push();
    if (result.exitCode === 0 || judge(result) !== 'transient' || attempt === TRIES) return result;
    // 1 s and 4 s, spread so that jobs which were throttled together do not come back together.
    const pause = FIRST_PAUSE_MS * 4 ** (attempt - 1) * (0.5 + clock.random());
    debug(`The push failed for now (try ${attempt} of ${TRIES}), next try in ${(pause / 1000).toFixed(1)} s`);
    await clock.sleep(pause, signal);
  }
}

/** Pushes an image that the engine holds; gives back the digest of its manifest. */
export async function pushFromEngine(session: DockerSession, reference: string): Promise<string> {
  const onLine = (line: string) => {
    if (!isPushNoise(line)) session.onLine(line);
  };
  const result = await retryPush(session, () => runDocker({ ...session, onLine }, ['push', reference]));
  if (result.exitCode !== 0) throw pushFailed(reference, result);
  const digest = readPushedDigest(result.tail) ?? (await inspectDigest(session, reference));
  if (digest === undefined) throw noDigest(reference);
  return digest;
}

async function inspectDigest(session: DockerSession, reference: string): Promise<string | undefined> {
  const { output } = await askDocker(session, [
    'image',
    'inspect',
    '--format',
    '{{json .RepoDigests}}',
    reference,
  ]);
  const parsed = parseImageReference(reference);
  if (parsed === undefined || output.trim() === '') return undefined;
  return digestInRepository(JSON.parse(output) as string[], repositoryUri(parsed));
}

/** One more tag on an image that was pushed; false where an immutable tag of that name stands for another image. */
export async function addTag(session: DockerSession, from: string, to: string): Promise<boolean> {
  const isHere = session.client.keepsImage && (await askDocker(session, ['tag', from, to])).exitCode === 0;
  if (!isHere) return copyTag(session.login, from, to, session.signal);
  const result = await retryPush(session, () => askDocker(session, ['push', to]));
  if (result.exitCode === 0) return true;
  if (judgePushFailure(result.tail) === 'immutable') return false;
  throw pushFailed(to, result);
}

/**
 * BuildKit names the status of a refusal and keeps the registry's words to itself. That a tag was refused with 400 is
 * how ECR answers where it is immutable; whether it was that is seen by whether the tag is there.
 */
export async function refusedPush(
  session: DockerSession,
  reference: string,
  result: ProcessResult,
): Promise<DeployError> {
  if (judgePushFailure(result.tail) !== 'rejected') return pushFailed(reference, result);
  const look = await askDocker(session, ['buildx', 'imagetools', 'inspect', reference]);
  return pushFailed(reference, result, look.exitCode === 0 ? 'immutable' : 'other');
}
