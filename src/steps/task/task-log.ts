import type { Task } from '../../ports/ecs.ts';
import type { TaskReport } from '../../report/run-report.ts';
import { shortId } from '../../rules/aws/ecs-names.ts';
import { logStreamName } from '../../rules/task/log-location.ts';
import type { LogLocation } from '../../rules/task/log-location.ts';
import { followLog } from './follow-log.ts';
import type { FollowedLog } from './follow-log.ts';

const LOG_TAIL_LINES = 50;

/** The log of a task, once the name of its stream is known; undefined before that, and where it cannot be shown. */
export type TaskLog = (task: Task) => FollowedLog | undefined;

/** Shows the log of one container of a task, and keeps its last lines in the report. */
export function taskLog(
  context: Parameters<typeof followLog>[0],
  location: LogLocation,
  container: string,
  report: TaskReport,
): TaskLog {
  let followed: FollowedLog | undefined;
  return (task) => {
    if (followed !== undefined || 'unreadable' in location) return followed;
    const runtimeId = task.containers?.find(({ name }) => name === container)?.runtimeId;
    const stream = logStreamName(location.prefix, container, { id: shortId(task.taskArn ?? ''), runtimeId });
    if (stream === undefined) return undefined;
    report.logStream = { group: location.group, stream, region: location.region };
    followed = followLog(context, report.logStream, (lines) => {
      report.logTail = [...report.logTail, ...lines].slice(-LOG_TAIL_LINES);
    });
    return followed;
  };
}
