import { code, prose, table } from '../rules/text/markdown.ts';
import type { TargetReport } from './run-report.ts';

/** The targets of the environment and how each ended, for the job summary. */
export function targetsSection(targets: readonly TargetReport[]): string {
  const rows = targets.map(({ name, region, cluster, state, outcome, reason }) => [
    code(name),
    region === undefined ? '' : code(region),
    cluster === undefined ? '' : code(cluster),
    state === 'waiting' ? 'not begun' : (outcome ?? 'running'),
    reason === undefined ? '' : prose(reason),
  ]);
  return ['### Targets', '', table(['target', 'region', 'cluster', 'outcome', ''], rows)].join('\n');
}
