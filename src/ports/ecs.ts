import type {
  Deployment,
  Failure,
  RunTaskCommandInput,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Tag,
  Task,
} from '@aws-sdk/client-ecs';
import type { JsonObject } from '../rules/text/json.ts';

export type { Deployment, Failure, Service, ServiceDeployment, ServiceRevision, Tag, Task };

/** A task definition as AWS sent it, unknown fields included; see `TaskDefinitionFacts` for the typed part. */
export interface StoredTaskDefinition {
  arn: string;
  definition: JsonObject;
  tags: Tag[];
}

/**
 * The calls to ECS that the steps make. Every call rejects with `AwsError`.
 * Reads and calls that carry a token are retried by the adapter. `registerTaskDefinition` and `updateService`
 * are sent once: where the answer is lost (a retryable AwsError), the step reads back before it sends again.
 */
export interface Ecs {
  /** The names of all services of a cluster, all pages. */
  listServices(cluster: string): Promise<string[]>;
  /** All of them, ten to a call; `failures` names those that AWS does not find. */
  describeServices(
    cluster: string,
    names: readonly string[],
  ): Promise<{ services: Service[]; failures: Failure[] }>;
  /** A family (its newest active revision), family:revision or ARN; from the raw answer. */
  describeTaskDefinition(name: string): Promise<StoredTaskDefinition>;
  /** Sent as raw JSON, `tags` beside it; answers the raw definition that AWS stored. */
  registerTaskDefinition(definition: JsonObject, tags: readonly Tag[]): Promise<StoredTaskDefinition>;
  /** Changes the task definition and nothing else (no desired count, no network), unless `force` asks for new tasks. */
  updateService(update: {
    cluster: string;
    service: string;
    taskDefinition: string;
    forceNewDeployment?: boolean;
  }): Promise<Service>;
  /** ARNs of the active revisions of a family, newest first, at most `limit`. */
  listRevisions(family: string, limit: number): Promise<string[]>;
  tagResource(arn: string, tags: readonly Tag[]): Promise<void>;

  runTask(input: RunTaskInput): Promise<{ tasks: Task[]; failures: Failure[] }>;
  /** A hundred to a call. */
  describeTasks(cluster: string, arns: readonly string[]): Promise<{ tasks: Task[]; failures: Failure[] }>;
  /** ARNs, all pages. ECS takes `startedBy` as the only filter beside the status. */
  listTasks(filter: {
    cluster: string;
    status: 'RUNNING' | 'STOPPED';
    service?: string;
    family?: string;
    startedBy?: string;
  }): Promise<string[]>;
  stopTask(cluster: string, arn: string, reason: string): Promise<void>;

  /** Newest first, one page; empty where the service has none. */
  listServiceDeployments(cluster: string, service: string, since?: Date): Promise<ServiceDeploymentBrief[]>;
  /** Twenty to a call; those that AWS does not know are left out. */
  describeServiceDeployments(arns: readonly string[]): Promise<ServiceDeployment[]>;
  describeServiceRevisions(arns: readonly string[]): Promise<ServiceRevision[]>;
  stopServiceDeployment(arn: string, stopType: 'ROLLBACK' | 'ABORT'): Promise<void>;
  /** Acts on a lifecycle hook that awaits it. Sent once: an answer that is lost may have been carried out. */
  continueServiceDeployment(arn: string, hookId: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void>;
}

export type RunTaskInput = RunTaskCommandInput & { clientToken: string; startedBy: string };

export interface ServiceDeploymentBrief {
  arn: string;
  status: string;
  targetServiceRevisionArn?: string;
  createdAt?: Date;
}
