import { DeployError } from '../../errors.ts';
import type { Build } from '../../ports/codebuild.ts';
import { judgeBuild } from '../../rules/codebuild/build-verdict.ts';
import { buildPollInterval } from '../../rules/codebuild/poll-intervals.ts';
import type { Look } from './build-looks.ts';
import type { BuildContext } from './build-context.ts';

/** A build may not be found right after its start. */
const MISSING_GRACE_MS = 60_000;
/** It is over, and CodeBuild does not say yet how it ended. */
const UNCLEAR_GRACE_MS = 60_000;

/**
 * Looks at a build until it is over, and gives it as CodeBuild describes it then; undefined when the deadline
 * (milliseconds since the epoch) passes first. An error that a retry can mend never ends the wait, any other does at
 * once, and so does the signal.
 */
export async function watchBuild(
  { builds, clock, signal }: Pick<BuildContext, 'builds' | 'clock' | 'signal'>,
  {
    id,
    first,
    deadline,
    onLook,
  }: { id: string; first: Build; deadline: number; onLook: (build: Build) => void },
): Promise<Build | undefined> {
  let look: Look = first;
  let phase = first.currentPhase;
  let missingSince: number | undefined;
  let unclearSince: number | undefined;
  for (;;) {
    const now = clock.now();
    if (look === 'missing') {
      missingSince ??= now;
      if (now - missingSince >= MISSING_GRACE_MS) throw vanished(id);
    } else if (look !== 'unclear') {
      missingSince = undefined;
      phase = look.currentPhase ?? phase;
      onLook(look);
      const { state } = judgeBuild(look);
      if (state === 'succeeded' || state === 'failed') return look;
      if (state === 'unclear') unclearSince ??= now;
      if (unclearSince !== undefined && now - unclearSince >= UNCLEAR_GRACE_MS) return look;
    }
    if (now >= deadline) return undefined;
    const ms = Math.min(buildPollInterval(phase, clock.random()), deadline - now);
    look = await builds.next(id, { ms, signal });
  }
}

function vanished(id: string): DeployError {
  return new DeployError(
    'CODEBUILD_FAILED',
    `build ${id}: CodeBuild does not know it any more, so how it ended is unknown`,
    { hint: 'Somebody may have deleted the build or its project. Run the job again.' },
  );
}
