import { DeployError } from '../../errors.ts';
import {
  buildHint,
  judgePushFailure,
  linesOfFailure,
  readBuildFailure,
  readReason,
  type PushFailure,
} from '../../rules/image/docker-output.ts';
import type { ProcessResult } from '../process.ts';

/** Lines that go with an error; the rest stands in the log. */
const DETAIL_LINES = 30;

type Ended = Pick<ProcessResult, 'tail'>;

export function buildFailed(dockerfile: string, { tail }: Ended): DeployError {
  const { step, place, reason } = readBuildFailure(tail);
  const where = step === undefined ? '' : ` at ${step}${place === undefined ? '' : ` (${place})`}`;
  return new DeployError(
    'BUILD_FAILED',
    `build of ${dockerfile} failed${where}: ${reason ?? 'docker gives no reason'}`,
    {
      hint:
        buildHint(tail) ??
        'Nothing was deployed. The last lines of the build say why; it fails in the same way with `docker build` on your own machine.',
      details: lastLines(linesOfFailure(tail)),
    },
  );
}

export function pushFailed(
  reference: string,
  { tail }: Ended,
  failure: PushFailure = judgePushFailure(tail),
): DeployError {
  if (failure === 'immutable') {
    return new DeployError(
      'IMAGE_TAG_IMMUTABLE',
      `push of ${reference}: the tag exists with other content and the repository's tags are immutable`,
      {
        hint: 'Run again: the image that has the tag is then found and used. If it is not what should be deployed, delete it in ECR first.',
        details: lastLines(linesOfFailure(tail)),
      },
    );
  }
  const hints = {
    denied:
      'The role that pushes needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage on this repository, and ecr:GetAuthorizationToken on *.',
    missing: 'Create the repository, or mend `repository` in deploy.yml.',
    transient:
      'It failed three times in a row. Run the job again; what was built and pushed so far is used again.',
    rejected: 'The registry takes the layers but not this manifest under this tag.',
    other: 'Run the job again; what was built and pushed so far is used again.',
  };
  return new DeployError('PUSH_FAILED', `push of ${reference} failed: ${readReason(tail)}`, {
    hint: hints[failure],
    details: lastLines(linesOfFailure(tail)),
  });
}

export function noDigest(reference: string): DeployError {
  return new DeployError('PUSH_FAILED', `push of ${reference}: docker does not say which digest it pushed`, {
    hint: 'We deploy by digest only. Update docker and its buildx plugin.',
  });
}

function lastLines(tail: readonly string[]): string[] {
  return tail.filter((line) => line.trim() !== '' && !/^[0-9a-f]{12}: /.test(line)).slice(-DETAIL_LINES);
}
