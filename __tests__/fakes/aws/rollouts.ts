import type { TrafficWeights } from './ecs-service-deployments.ts';
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
  /** Of the service; members of the API. */
  readonly configuration: DeploymentConfiguration;
  after(seconds: number, happen: () => void): void;
  /** Starts tasks of the new revision, with the event that ECS writes. */
  startTasks(count: number, script: TaskScript): void;
  /** Ends the tasks of all other deployments within the time, then drops those deployments. */
  drainOthers(seconds: number): void;
  complete(): void;
  /** The deployment is COMPLETED in deployments[], while its service deployment goes on. */
  settle(): void;
  /** Takes a failed task into account, as ECS does when one does not stay up. */
  countFailure(): void;
  /** What the circuit breaker does: FAILED, and with `rollback` the last completed deployment becomes PRIMARY again. */
  fail(rollback: { seconds: number; fails: boolean } | false, because?: FailureWords): void;
  /** The service deployment reaches a stage of its lifecycle; without weights the traffic stays where it is. */
  reach(stage: string, weights?: TrafficWeights): void;
  /** Meets the hooks that the service has at a stage, one after the other; a PAUSE waits for ContinueServiceDeployment. */
  passHooks(stage: string, passed: () => void): void;
  /** Somebody else updates the service. */
  supersede(taskDefinition: string, script: RolloutScript): void;
  /** Somebody else changes the desired count. */
  scale(desiredCount: number): void;
  event(message: string): void;
}

/** Why a deployment failed: for deployments[] and events, and for the service deployment. */
export interface FailureWords {
  reason: string;
  statusReason: string;
}

/** The part of a service's deploymentConfiguration that decides how traffic is shifted. */
export interface DeploymentConfiguration {
  strategy?: 'ROLLING' | 'BLUE_GREEN' | 'LINEAR' | 'CANARY';
  bakeTimeInMinutes?: number;
  lifecycleHooks?: {
    targetType?: 'PAUSE' | 'AWS_LAMBDA';
    hookTargetArn?: string;
    lifecycleStages?: string[];
    timeoutConfiguration?: { timeoutInMinutes?: number; action?: 'CONTINUE' | 'ROLLBACK' };
  }[];
  linearConfiguration?: { stepPercent?: number; stepBakeTimeInMinutes?: number };
  canaryConfiguration?: { canaryPercent?: number; canaryBakeTimeInMinutes?: number };
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

interface Stage {
  name: string;
  seconds: number;
  weights?: TrafficWeights;
}

/**
 * Blue/green, linear or canary, as the service is configured: the stages of AWS's lifecycle in their order, its hooks,
 * traffic in steps, bake time, and only then the end of the old tasks ("Amazon ECS deployment lifecycle stages").
 */
export function shiftsTraffic({
  stageSeconds = 4,
  alarmAt,
  rollbackSeconds = 5,
  settlesInBake = false,
}: {
  stageSeconds?: number;
  /** A CloudWatch alarm goes off in the middle of this stage, and ECS rolls back. */
  alarmAt?: string;
  rollbackSeconds?: number;
  settlesInBake?: boolean;
} = {}): RolloutScript {
  return (rollout) => {
    const enter = ([stage, ...later]: readonly Stage[]) => {
      if (stage === undefined) {
        rollout.complete();
        return;
      }
      rollout.reach(stage.name, stage.weights);
      if (stage.name === 'SCALE_UP') {
        const half = stageSeconds / 2;
        rollout.startTasks(rollout.desiredCount, { provisionSeconds: half, pullSeconds: half });
      }
      if (stage.name === 'BAKE_TIME' && settlesInBake) rollout.settle();
      if (stage.name === 'CLEAN_UP') rollout.drainOthers(0);
      rollout.passHooks(stage.name, () => {
        if (stage.name === alarmAt) {
          rollout.after(stage.seconds / 2, () =>
            rollout.fail({ seconds: rollbackSeconds, fails: false }, ALARM_WORDS),
          );
        } else rollout.after(stage.seconds, () => enter(later));
      });
    };
    enter(stagesOf(rollout.configuration, stageSeconds));
  };
}

const ALARM_WORDS: FailureWords = {
  reason: 'alarm detected',
  statusReason: 'Service deployment rolled back because of CloudWatch alarm shop-5xx.',
};

function stagesOf(configuration: DeploymentConfiguration, seconds: number): Stage[] {
  const blue = { production: 0, test: 0 };
  const steps = trafficSteps(configuration);
  return [
    { name: 'PRE_SCALE_UP', seconds, weights: blue },
    { name: 'SCALE_UP', seconds },
    { name: 'POST_SCALE_UP', seconds },
    { name: 'TEST_TRAFFIC_SHIFT', seconds, weights: { production: 0, test: 100 } },
    { name: 'POST_TEST_TRAFFIC_SHIFT', seconds },
    ...steps.flatMap(({ percent, bakeSeconds }) => [
      { name: 'PRE_PRODUCTION_TRAFFIC_SHIFT', seconds: 0 },
      {
        name: 'PRODUCTION_TRAFFIC_SHIFT',
        seconds: seconds + bakeSeconds,
        weights: { production: percent, test: 100 },
      },
    ]),
    { name: 'POST_PRODUCTION_TRAFFIC_SHIFT', seconds },
    { name: 'BAKE_TIME', seconds: (configuration.bakeTimeInMinutes ?? 0) * 60 },
    { name: 'CLEAN_UP', seconds },
  ];
}

/** How much of the traffic goes over at a time, and how long each step but the last is watched. */
function trafficSteps({
  strategy,
  linearConfiguration,
  canaryConfiguration,
}: DeploymentConfiguration): { percent: number; bakeSeconds: number }[] {
  const all = { percent: 100, bakeSeconds: 0 };
  if (strategy === 'CANARY') {
    const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = canaryConfiguration ?? {};
    return [{ percent: canaryPercent, bakeSeconds: canaryBakeTimeInMinutes * 60 }, all];
  }
  if (strategy !== 'LINEAR') return [all];
  const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration ?? {};
  const before = Array.from({ length: Math.ceil(100 / stepPercent) - 1 }, (_, step) => ({
    percent: (step + 1) * stepPercent,
    bakeSeconds: stepBakeTimeInMinutes * 60,
  }));
  return [...before, all];
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
