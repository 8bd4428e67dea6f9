import type { TaskScript } from './ecs-tasks.ts';

/**
 * What happens after UpdateService started a deployment: a script is told once, at the start, and lays down what
 * is to come. Nothing of it happens any more once the deployment is no longer the PRIMARY one.
 */
export type RolloutScript = (rollout: Rollout) => void;

/** What a script can make ECS do. */
export interface Rollout {
  readonly serviceName: string;
  readonly deploymentId: string;
  readonly desiredCount: number;
  after(seconds: number, happen: () => void): void;
  /** Starts tasks of the new revision, with the event that ECS writes. */
  startTasks(count: number, script: TaskScript): void;
  /** Ends the tasks of all other deployments within the time, then drops those deployments. */
  drainOthers(seconds: number): void;
  complete(): void;
  /** Takes a failed task into account, as ECS does when one does not stay up. */
  countFailure(): void;
  /** What the circuit breaker does: FAILED, and with `rollback` the last completed deployment becomes PRIMARY again. */
  fail(rollback: { seconds: number; fails: boolean } | false): void;
  /** Somebody else updates the service. */
  supersede(taskDefinition: string, script: RolloutScript): void;
  /** Somebody else changes the desired count. */
  scale(desiredCount: number): void;
  event(message: string): void;
}

/** New tasks run after a while, the old ones leave, and the deployment completes. */
export function completes({
  afterSeconds = 5,
  drainSeconds = 0,
  ...tasks
}: { afterSeconds?: number; drainSeconds?: number } & TaskScript = {}): RolloutScript {
  return (rollout) => {
    rollout.startTasks(rollout.desiredCount, {
      provisionSeconds: afterSeconds / 2,
      pullSeconds: afterSeconds / 2,
      ...tasks,
    });
    rollout.after(afterSeconds, () => rollout.drainOthers(drainSeconds));
    rollout.after(afterSeconds + drainSeconds, () => rollout.complete());
  };
}

export interface Crash {
  stopCode?: string;
  stoppedReason?: string;
  exitCode?: number | null;
  containerReason?: string;
  logLines?: readonly string[];
}

/** Tasks fail one after the other until the circuit breaker has seen enough. */
export function breaker({
  failedTasks = 3,
  rollback = true,
  afterSeconds = 30,
  rollbackSeconds = 5,
  rollbackFails = false,
  ...crash
}: {
  failedTasks?: number;
  rollback?: boolean;
  afterSeconds?: number;
  rollbackSeconds?: number;
  /** Only seen where the service has service deployments: ROLLBACK_FAILED. */
  rollbackFails?: boolean;
} & Crash = {}): RolloutScript {
  return (rollout) => {
    const gap = afterSeconds / failedTasks;
    for (let task = 0; task < failedTasks; task += 1) {
      rollout.after(task * gap, () => rollout.startTasks(1, crashing(crash, gap)));
      rollout.after((task + 1) * gap, () => rollout.countFailure());
    }
    rollout.after(afterSeconds, () =>
      rollout.fail(rollback && { seconds: rollbackSeconds, fails: rollbackFails }),
    );
  };
}

/** Tasks fail one after the other, and no circuit breaker ends it. */
export function crashLoops({
  everySeconds = 10,
  ...crash
}: { everySeconds?: number } & Crash = {}): RolloutScript {
  return (rollout) => {
    const again = () => {
      rollout.startTasks(1, crashing(crash, everySeconds));
      rollout.after(everySeconds, () => {
        rollout.countFailure();
        again();
      });
    };
    again();
  };
}

/** The new tasks never get further than PENDING. */
export function neverSteady(): RolloutScript {
  return (rollout) => {
    rollout.startTasks(rollout.desiredCount, { provisionSeconds: Infinity });
    rollout.after(10, () =>
      rollout.event('was unable to place a task because no container instance met all of its requirements.'),
    );
  };
}

/** Somebody deploys another revision before ours is done. */
export function supersededBy(
  taskDefinition: string,
  { afterSeconds = 5 }: { afterSeconds?: number } = {},
): RolloutScript {
  return (rollout) => {
    rollout.startTasks(rollout.desiredCount, { provisionSeconds: afterSeconds * 2 });
    rollout.after(afterSeconds, () => rollout.supersede(taskDefinition, completes({ afterSeconds })));
  };
}

/** Somebody scales the service to zero before ours is done; the deployment then completes with nothing running. */
export function scaledToZero({ afterSeconds = 5 }: { afterSeconds?: number } = {}): RolloutScript {
  return (rollout) => {
    rollout.startTasks(rollout.desiredCount, { provisionSeconds: afterSeconds * 2 });
    rollout.after(afterSeconds, () => {
      rollout.scale(0);
      rollout.drainOthers(0);
      rollout.complete();
    });
  };
}

function crashing(
  {
    stopCode,
    stoppedReason = 'Essential container in task exited',
    exitCode = 1,
    containerReason,
    logLines = [],
  }: Crash,
  lifeSeconds: number,
): TaskScript {
  const phase = lifeSeconds / 4;
  const reason = containerReason === undefined ? {} : { containerReason };
  if (stopCode === 'TaskFailedToStart') {
    return {
      provisionSeconds: phase,
      pullSeconds: phase,
      neverStarts: { stopCode, stoppedReason, ...reason },
    };
  }
  return {
    provisionSeconds: phase,
    pullSeconds: phase,
    runSeconds: phase,
    exitCode,
    stoppedReason,
    ...reason,
    ...(stopCode === undefined ? {} : { stopCode }),
    logLines: logLines.map((message) => ({ afterSeconds: phase / 2, message })),
  };
}
