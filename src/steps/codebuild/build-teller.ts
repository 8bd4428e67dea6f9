import type { Build } from '../../ports/codebuild.ts';
import type { BuildReport } from '../../report/run-report.ts';
import { phaseLines, queueLine } from '../../rules/codebuild/build-progress.ts';
import type { BuildContext } from './build-context.ts';

/** Every build passes the queue; one that stays in it this long is worth a word, and so often again. */
const FIRST_QUEUE_LINE_MS = 10_000;
const QUEUE_LINE_EVERY_MS = 60_000;

/** Tells the phases of a build as they change, and what it waits behind while it is queued. */
export function buildTeller(context: BuildContext, report: BuildReport): (build: Build) => void {
  const { clock, log, builds } = context;
  const told = new Set<string>();
  let queuedSince: number | undefined;
  let nextQueueLine = 0;

  return (build) => {
    const { id = '', currentPhase } = build;
    if (currentPhase !== undefined) report.phase = currentPhase;
    for (const line of phaseLines(build, told)) log.info(`Build ${short(id)} ${line}`);
    if (currentPhase !== 'QUEUED') return;
    const now = clock.now();
    if (queuedSince === undefined) {
      queuedSince = now;
      nextQueueLine = now + FIRST_QUEUE_LINE_MS;
    } else if (now >= nextQueueLine) {
      nextQueueLine = now + QUEUE_LINE_EVERY_MS;
      void tellQueue(Math.round((now - queuedSince) / 1000), id);
    }
  };

  async function tellQueue(seconds: number, id: string): Promise<void> {
    // What is only told must not end the wait.
    const newest = await builds.newest(report.project, { fresh: false }).catch(() => []);
    if (newest.length > 0)
      log.info(`Build ${short(id)} is queued for ${seconds} s: ${queueLine(report.project, newest)}`);
  }
}

/** "shop-build:1a2b3c4d" of "shop-build:1a2b3c4d-…" */
function short(id: string): string {
  return id.replace(/(?<=:[0-9a-f]{8})-[0-9a-f-]+$/, '');
}
