import type { ErrorCode } from '../../errors.ts';

/** What may not be changed, or only with a reason (design, section 7 "Guards"). */
export interface Guard {
  code: ErrorCode;
  message: string;
  hint: string;
  /** `force` may override it. */
  forcible: boolean;
}

export interface GuardedService {
  serviceName?: string | undefined;
  desiredCount?: number | undefined;
  runningCount?: number | undefined;
  schedulingStrategy?: string | undefined;
  deploymentController?: { type?: string | undefined } | undefined;
  /** `ECS` where ECS itself manages the service and its task definition: Express Mode (API reference, Service). */
  resourceManagementType?: string | undefined;
}

/** The guard that stands before a service; undefined where it may be changed. */
export function guardOf(service: GuardedService, minimumTasks: number): Guard | undefined {
  const name = service.serviceName ?? '?';
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    return {
      code: 'SERVICE_UNSUPPORTED',
      message: `service ${name} is deployed by the ${controller} controller`,
      hint: 'deploy-action changes services of the ECS controller only (rolling, blue/green, linear, canary). Nothing was changed.',
      forcible: false,
    };
  }
  if (service.resourceManagementType === 'ECS') {
    return {
      code: 'SERVICE_UNSUPPORTED',
      message: `service ${name} is an Express Mode service: ECS manages its task definition`,
      hint: 'Update it with `aws ecs update-express-gateway-service`. Nothing was changed.',
      forcible: false,
    };
  }
  if (service.schedulingStrategy !== 'DAEMON' && (service.desiredCount ?? 0) === 0 && minimumTasks > 0) {
    return {
      code: 'SERVICE_SCALED_TO_ZERO',
      message: `service ${name} has a desired count of 0: a deploy to it would prove nothing`,
      hint: `Scale it up, or write \`- { name: ${name}, minimum-tasks: 0 }\` under \`services\` in deploy.yml when it is meant to be scaled to zero.`,
      forcible: true,
    };
  }
  return undefined;
}

/** A deployment of somebody else that has not ended. */
export interface InFlight {
  deploymentId: string;
  taskDefinition: string;
  /** Nothing of it is healthy and it keeps failing: replacing it at once harms nobody. */
  hopeless: boolean;
}

export interface InFlightDeployment {
  id?: string | undefined;
  status?: string | undefined;
  taskDefinition?: string | undefined;
  rolloutState?: string | undefined;
  runningCount?: number | undefined;
  failedTasks?: number | undefined;
}

export function deploymentInFlight(
  deployments: readonly InFlightDeployment[] | undefined,
): InFlight | undefined {
  const primary = deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary?.rolloutState !== 'IN_PROGRESS' || primary.id === undefined) return undefined;
  return {
    deploymentId: primary.id,
    taskDefinition: primary.taskDefinition ?? '',
    hopeless: (primary.runningCount ?? 0) === 0 && (primary.failedTasks ?? 0) > 0,
  };
}
