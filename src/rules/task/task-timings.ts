/** The moments of a task that ECS writes down. */
export interface TaskMoments {
  createdAt?: Date | undefined;
  pullStartedAt?: Date | undefined;
  pullStoppedAt?: Date | undefined;
  startedAt?: Date | undefined;
  executionStoppedAt?: Date | undefined;
  stoppedAt?: Date | undefined;
}

/** Seconds a task waited for its place, pulled its images, and ran; what did not happen is absent. */
export interface TaskSeconds {
  provision?: number;
  pull?: number;
  run?: number;
}

/** From the task's own times, so that they hold for a task that was followed late too. One decimal. */
export function taskSeconds(task: TaskMoments): TaskSeconds {
  const provision = between(task.createdAt, task.pullStartedAt ?? task.startedAt);
  const pull = between(task.pullStartedAt, task.pullStoppedAt);
  const run = between(task.startedAt, task.executionStoppedAt ?? task.stoppedAt);
  return {
    ...(provision === undefined ? {} : { provision }),
    ...(pull === undefined ? {} : { pull }),
    ...(run === undefined ? {} : { run }),
  };
}

/** "provision 12 s, pull 8.2 s, run 3.4 s" */
export function describeSeconds(seconds: TaskSeconds): string {
  return Object.entries(seconds)
    .map(([phase, value]: [string, number]) => `${phase} ${value} s`)
    .join(', ');
}

function between(from: Date | undefined, to: Date | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, Math.round((to.getTime() - from.getTime()) / 100) / 10);
}
