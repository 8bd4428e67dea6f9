import type { Service } from '@aws-sdk/client-ecs';
import type { JsonObject } from '../text/json.ts';

/** A service and what it is about to run. */
export interface LintSubject {
  /** As DescribeServices answers it. */
  service: Pick<
    Service,
    | 'serviceName'
    | 'desiredCount'
    | 'launchType'
    | 'schedulingStrategy'
    | 'deploymentConfiguration'
    | 'loadBalancers'
  >;
  /** The task definition that this deploy gives it, as RegisterTaskDefinition takes it. */
  definition: JsonObject;
  /** The platform that an image is built for, where one is built and the plan names it: "linux/arm64". */
  imagePlatform?: string;
  /** What all services of this deploy run on, as far as it is known. */
  platforms: readonly string[];
  /** The container that runs the migration, where this service lends it its definition. */
  migrationContainer?: string;
  /** Seconds of deregistration delay by the ARN of the target group, where it could be read. */
  deregistrationDelays: ReadonlyMap<string, number>;
}

/** What is found, each as a sentence with what to do; nothing on good input. */
export type LintRule = (subject: LintSubject) => string[];

export function nameOf({ service }: LintSubject): string {
  return `service ${service.serviceName ?? '?'}`;
}

/** Blue/green, linear and canary deployments know neither the counts nor need the breaker of a rolling update. */
export function isRolling({ service }: LintSubject): boolean {
  return (service.deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING';
}

/** Unset where an emulator answers nothing: then ECS's own defaults hold. */
export function countsOf({ service }: LintSubject): {
  desired: number;
  minimumPercent: number;
  maximumPercent: number;
} {
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.deploymentConfiguration ?? {};
  return { desired: service.desiredCount ?? 0, minimumPercent: minimumHealthyPercent, maximumPercent };
}
