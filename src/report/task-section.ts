import { consoleLink } from '../rules/aws/console-link.ts';
import { code, link, prose } from '../rules/text/markdown.ts';
import type { RunReport, TaskReport } from './run-report.ts';
import { logBlock, seconds } from './summary-parts.ts';

/** A one-off task: its end, its times, where to look, and the last lines of its log. */
export function taskSection(report: RunReport, task: TaskReport): string {
  const title = TASK_TITLES[task.purpose];
  const { provision, pull, run } = task.seconds ?? {};
  const times = [
    provision === undefined ? undefined : `provisioning ${seconds(provision)}`,
    pull === undefined ? undefined : `pulling the image ${seconds(pull)}`,
    run === undefined ? undefined : `running ${seconds(run)}`,
  ].filter((time) => time !== undefined);
  const links = [
    task.arn === undefined || report.cluster === undefined
      ? undefined
      : link('task', consoleLink(report.region, { page: 'task', cluster: report.cluster, task: task.arn })),
    task.logStream === undefined
      ? undefined
      : link('log', consoleLink(task.logStream.region, { page: 'log-stream', ...task.logStream })),
  ].filter((target) => target?.startsWith('['));
  return [
    `### ${title}`,
    '',
    `${TASK_SIGNS[task.state]} ${code(task.command.join(' '))} on service ${code(task.service)}: ${taskEnd(task)}`,
    ...(times.length === 0 ? [] : ['', `Time: ${times.join(', ')}.`]),
    ...(links.length === 0 ? [] : ['', links.join(' · ')]),
    ...logBlock(task.logTail),
  ].join('\n');
}

const TASK_TITLES: Record<TaskReport['purpose'], string> = {
  migrate: 'Migration',
  'prove-previous': 'Proof that what serves can live with the new schema',
  'before-deploy': 'Before the deploy',
  verify: 'Verification task',
  run: 'Task',
};

const TASK_SIGNS: Record<TaskReport['state'], string> = {
  succeeded: '✅',
  failed: '❌',
  'timed-out': '⌛',
  skipped: '⏭️',
  running: '🏃',
};

function taskEnd({ state, exitCode, reason }: TaskReport): string {
  const words = state === 'running' ? 'still running' : state;
  return [
    exitCode === undefined ? words : `${words}, exit code ${exitCode}`,
    ...(reason === undefined ? [] : [prose(reason)]),
  ].join('. ');
}
