import { code, prose } from '../rules/text/markdown.ts';
import type { VerifyReport } from './run-report.ts';
import { logBlock, seconds } from './summary-parts.ts';

const SIGNS: Record<VerifyReport['state'], string> = {
  passed: '✅',
  failed: '❌',
  'timed-out': '⌛',
  stopped: '🛑',
  running: '🏃',
};

/** One verification, for the job summary. The log of a task stands with the task. */
export function verifySection(report: VerifyReport): string {
  const { kind, title, at, service, state, attempts, seconds: taken, reason, tail } = report;
  const when = at === 'end' ? 'after the rollout' : `at the lifecycle hook of ${code(service ?? '')}`;
  const effort = [
    ...(kind === 'url' ? [attempts === 1 ? '1 try' : `${attempts} tries`] : []),
    ...(taken === undefined ? [] : [seconds(taken)]),
  ].join(', ');
  return [
    '### Verification',
    '',
    `${SIGNS[state]} ${prose(title)} ${when}: ${state}${effort === '' ? '' : ` (${effort})`}${reason === undefined ? '' : `. ${prose(reason)}`}`,
    ...(kind === 'task' ? [] : logBlock(tail)),
  ].join('\n');
}
