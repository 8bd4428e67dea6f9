import { contextOf, isBuildOver, type BuildFacts, type PhaseFacts } from './build-verdict.ts';

/** What people ask for first, in their words; the other phases are called by their names. */
const NOW: Readonly<Record<string, string>> = {
  SUBMITTED: 'submitted',
  QUEUED: 'queued',
  PROVISIONING: 'provisioning',
};

/**
 * What of a build's phases was not told yet: each that has ended with its seconds, and the one that goes on. `told` is
 * what was, and grows.
 */
export function phaseLines(build: BuildFacts, told: Set<string>): string[] {
  const ended = (build.phases ?? []).flatMap((phase) => endLine(phase) ?? []);
  const { currentPhase } = build;
  const now =
    currentPhase === undefined || isBuildOver(build)
      ? []
      : [{ key: `now ${currentPhase}`, line: `is ${NOW[currentPhase] ?? `in phase ${currentPhase}`}` }];
  return [...ended, ...now]
    .filter(({ key }) => !told.has(key))
    .map(({ key, line }) => {
      told.add(key);
      return line;
    });
}

function endLine(phase: PhaseFacts): { key: string; line: string } | undefined {
  const { phaseType = '', phaseStatus = 'IN_PROGRESS', durationInSeconds } = phase;
  const isEmpty = phaseStatus === 'SUCCEEDED' && (durationInSeconds ?? 0) === 0;
  if (phaseStatus === 'IN_PROGRESS' || phaseType === 'COMPLETED' || isEmpty) return undefined;
  const time = durationInSeconds === undefined ? '' : ` after ${durationInSeconds} s`;
  const said = phaseStatus === 'SUCCEEDED' ? '' : contextOf(phase);
  return {
    key: `${phaseType} ${phaseStatus}`,
    line: `${phaseType} ${phaseStatus.toLowerCase().replace('_', ' ')}${time}${said === '' ? '' : `: ${said}`}`,
  };
}

/** How full a project is: "20 builds of shop-build run, 3 are queued". */
export function queueLine(project: string, builds: readonly BuildFacts[]): string {
  const open = builds.filter((build) => !isBuildOver(build) && build.buildStatus === 'IN_PROGRESS');
  const queued = open.filter(
    ({ currentPhase = '' }) => currentPhase === 'QUEUED' || currentPhase === 'SUBMITTED',
  );
  const running = open.length - queued.length;
  return `${running} ${running === 1 ? 'build' : 'builds'} of ${project} ${running === 1 ? 'runs' : 'run'}, ${queued.length} ${queued.length === 1 ? 'is' : 'are'} queued`;
}
