import type { Agenda } from './agenda.ts';
import type { Names } from './names.ts';
import { AwsException, defined, seconds } from './wire.ts';

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

const ENDED: readonly ServiceDeploymentStatus[] = [
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

/** A service revision: what one deployment wants the service to be. */
export interface ServiceRevisionRecord {
  arn: string;
  serviceArn: string;
  clusterArn: string;
  taskDefinition: string;
  createdAt: number;
  [other: string]: unknown;
}

/** A lifecycle hook that a deployment has met. */
export interface HookRecord {
  hookId: string;
  targetType: 'PAUSE' | 'AWS_LAMBDA';
  targetArn?: string;
  status: 'AWAITING_ACTION' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  expiresAt?: number;
  timeoutAction?: 'CONTINUE' | 'ROLLBACK';
  /** What comes next once it is passed. */
  passed: () => void;
}

/** Where the traffic of the target service revision goes, in percent. */
export interface TrafficWeights {
  production: number;
  test: number;
}

export interface ServiceDeploymentRecord {
  arn: string;
  /** Which of deployments[] it is. */
  deploymentId: string;
  source: ServiceRevisionRecord | undefined;
  target: ServiceRevisionRecord;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  stoppedAt?: number;
  updatedAt: number;
  failureCount: number;
  rollback?: { reason: string; startedAt: number; serviceRevisionArn?: string };
  lifecycleStage?: string;
  hooks: HookRecord[];
  /** Of the target service revision; only where traffic is shifted. */
  weights?: TrafficWeights;
}

const NOT_STOPPABLE: readonly ServiceDeploymentStatus[] = [
  'SUCCESSFUL',
  'STOPPED',
  'ROLLBACK_SUCCESSFUL',
  'ROLLBACK_FAILED',
];

/** The service deployments and revisions of one service, for services that have them. */
export class ServiceDeployments {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #owner: { cluster: string; name: string; serviceArn: string; clusterArn: string };
  readonly #deployments: ServiceDeploymentRecord[] = [];
  readonly #revisions: ServiceRevisionRecord[] = [];

  constructor(
    names: Names,
    agenda: Agenda,
    owner: { cluster: string; name: string; serviceArn: string; clusterArn: string },
  ) {
    this.#names = names;
    this.#agenda = agenda;
    this.#owner = owner;
  }

  get all(): readonly ServiceDeploymentRecord[] {
    return this.#deployments;
  }

  get revisions(): readonly ServiceRevisionRecord[] {
    return this.#revisions;
  }

  of(deploymentId: string): ServiceDeploymentRecord | undefined {
    return this.#deployments.findLast((deployment) => deployment.deploymentId === deploymentId);
  }

  begin(deploymentId: string, taskDefinition: string, facts: object): ServiceDeploymentRecord {
    const { cluster, name, serviceArn, clusterArn } = this.#owner;
    const now = seconds(this.#agenda.now);
    const target: ServiceRevisionRecord = {
      arn: this.#names.arn('ecs', `service-revision/${cluster}/${name}/${this.#names.digits19()}`),
      serviceArn,
      clusterArn,
      taskDefinition,
      createdAt: now,
      ...facts,
    };
    const record: ServiceDeploymentRecord = {
      arn: this.#names.arn('ecs', `service-deployment/${cluster}/${name}/${this.#names.base62of21()}`),
      deploymentId,
      source: this.#revisions.at(-1),
      target,
      status: 'PENDING',
      createdAt: now,
      updatedAt: now,
      failureCount: 0,
      hooks: [],
    };
    this.#revisions.push(target);
    this.#deployments.push(record);
    return record;
  }

  /** Moves one on; what has ended stays as it ended. */
  move(record: ServiceDeploymentRecord | undefined, status: ServiceDeploymentStatus, reason?: string): void {
    if (record === undefined || ENDED.includes(record.status)) return;
    const now = seconds(this.#agenda.now);
    record.status = status;
    record.updatedAt = now;
    if (reason !== undefined) record.statusReason = reason;
    if (status === 'IN_PROGRESS') record.startedAt = now;
    if (status === 'STOPPED') record.stoppedAt = now;
    if (ENDED.includes(status)) record.finishedAt = now;
    if (status === 'ROLLBACK_IN_PROGRESS' || status === 'ROLLBACK_REQUESTED') {
      record.rollback ??= defined({
        reason: reason ?? 'Service deployment rolled back.',
        startedAt: now,
        serviceRevisionArn: record.source?.arn,
      }) as { reason: string; startedAt: number };
    }
  }

  assertStoppable(record: ServiceDeploymentRecord): void {
    if (NOT_STOPPABLE.includes(record.status)) {
      throw new AwsException(
        'ConflictException',
        `The service deployment cannot be stopped: it is ${record.status}.`,
      );
    }
  }

  brief(record: ServiceDeploymentRecord): object {
    const { serviceArn, clusterArn } = this.#owner;
    return defined({
      serviceDeploymentArn: record.arn,
      serviceArn,
      clusterArn,
      createdAt: record.createdAt,
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      targetServiceRevisionArn: record.target.arn,
      status: record.status,
      statusReason: record.statusReason,
    });
  }

  onWire(
    record: ServiceDeploymentRecord,
    counts: { desired: number; running: number; pending: number },
    deploymentConfiguration: object,
  ): object {
    const { serviceArn, clusterArn } = this.#owner;
    const { source, target, weights } = record;
    return defined({
      serviceDeploymentArn: record.arn,
      serviceArn,
      clusterArn,
      createdAt: record.createdAt,
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      stoppedAt: record.stoppedAt,
      updatedAt: record.updatedAt,
      sourceServiceRevisions:
        source === undefined
          ? []
          : [
              {
                arn: source.arn,
                requestedTaskCount: 0,
                runningTaskCount: 0,
                pendingTaskCount: 0,
                ...(weights &&
                  weightsOnWire({ production: 100 - weights.production, test: 100 - weights.test })),
              },
            ],
      targetServiceRevision: {
        arn: target.arn,
        requestedTaskCount: counts.desired,
        runningTaskCount: counts.running,
        pendingTaskCount: counts.pending,
        ...(weights && weightsOnWire(weights)),
      },
      status: record.status,
      statusReason: record.statusReason,
      lifecycleStage: record.lifecycleStage,
      lifecycleHookDetails: record.hooks.map(({ passed: _passed, ...detail }) => detail),
      deploymentConfiguration,
      rollback: record.rollback,
      deploymentCircuitBreaker: {
        status: record.failureCount > 0 && record.rollback !== undefined ? 'TRIGGERED' : 'MONITORING',
        failureCount: record.failureCount,
        threshold: 3,
      },
    });
  }

  revisionOnWire({ arn, ...revision }: ServiceRevisionRecord): object {
    return { serviceRevisionArn: arn, ...revision };
  }
}

function weightsOnWire({ production, test }: TrafficWeights): object {
  return { requestedProductionTrafficWeight: production, requestedTestTrafficWeight: test };
}
