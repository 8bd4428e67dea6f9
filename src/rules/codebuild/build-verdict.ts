import { hintForPhase } from './phase-hints.ts';

/** The facts of a build that decide; each may be missing in an answer. */
export interface BuildFacts {
  buildStatus?: string | undefined;
  buildComplete?: boolean | undefined;
  currentPhase?: string | undefined;
  phases?: readonly PhaseFacts[] | undefined;
}

export interface PhaseFacts {
  phaseType?: string | undefined;
  phaseStatus?: string | undefined;
  durationInSeconds?: number | undefined;
  contexts?: readonly { statusCode?: string | undefined; message?: string | undefined }[] | undefined;
}

export type BuildVerdict =
  | { state: 'running' }
  /** It is over, and the answer does not say how: a later look may. */
  | { state: 'unclear' }
  | { state: 'succeeded' }
  | { state: 'failed'; status: string; reason: string; phase?: string; hint?: string };

/** What each final status means (AWS API reference, Build). `SUCCEEDED` alone is a success. */
const ENDS: Readonly<Record<string, string>> = {
  FAILED: 'failed',
  FAULT: 'ended by a fault of CodeBuild',
  STOPPED: 'was stopped',
  TIMED_OUT: "ran into the project's own time-out",
};
const GOING_WELL = ['SUCCEEDED', 'IN_PROGRESS'];

/** CodeBuild says that the build is over. A phase may have failed long before: what follows it still runs. */
export function isBuildOver({ buildComplete, currentPhase }: BuildFacts): boolean {
  return buildComplete === true || currentPhase === 'COMPLETED';
}

/** Judges one look at a build. A status that nobody knows is no success. */
export function judgeBuild(build: BuildFacts): BuildVerdict {
  const { buildStatus: status } = build;
  if (!isBuildOver(build)) return { state: 'running' };
  if (status === undefined || status === 'IN_PROGRESS') return { state: 'unclear' };
  if (status === 'SUCCEEDED') return { state: 'succeeded' };
  const phase = failedPhase(build.phases);
  const type = phase?.phaseType;
  const said = phase === undefined ? '' : contextOf(phase);
  const hint = hintForPhase({ status, phase: type, said });
  const where = type === undefined ? '' : ` in phase ${type}`;
  return {
    state: 'failed',
    status,
    reason: `${ENDS[status] ?? `ended with status ${status}`}${where}${said === '' ? '' : `: ${said}`}`,
    ...(type === undefined ? {} : { phase: type }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/**
 * The first phase that went wrong: the later ones run all the same, and may go well. Beside the statuses of the API
 * reference there are others, such as CLIENT_ERROR of a phase QUEUED that got no network interface.
 */
function failedPhase(phases: readonly PhaseFacts[] = []): PhaseFacts | undefined {
  return phases.find(({ phaseStatus = 'IN_PROGRESS' }) => !GOING_WELL.includes(phaseStatus));
}

/** What CodeBuild says about a phase: "COMMAND_EXECUTION_ERROR: Error while executing command: …". */
export function contextOf({ contexts = [] }: PhaseFacts): string {
  return contexts
    .map(({ statusCode = '', message = '' }) =>
      [statusCode, message.trim()].filter((part) => part !== '').join(': '),
    )
    .filter((text) => text !== '')
    .join('; ');
}
