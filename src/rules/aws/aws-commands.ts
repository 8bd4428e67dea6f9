import { revisionName } from './ecs-names.ts';

/** The command lines that we print for people: what ends or undoes something that still runs in AWS. */
export function rolloutCommand(cluster: string, service: string, previousTaskDefinition: string): string {
  return `aws ecs update-service --cluster ${cluster} --service ${service} --task-definition ${revisionName(previousTaskDefinition)}`;
}

/** Ends a shift of traffic that has not ended: ECS gives the traffic back at once. */
export function stopRolloutCommand(serviceDeploymentArn: string): string {
  return `aws ecs stop-service-deployment --service-deployment-arn ${serviceDeploymentArn} --stop-type ROLLBACK`;
}

/** Attaches to what is in flight, and tells how it ends. */
export function waitCommand({
  environment,
  cluster,
  services,
}: {
  environment: string | undefined;
  cluster: string;
  services: readonly string[];
}): string {
  return `deploy-action wait ${whereOf(environment, cluster)} --services ${services.join(',')}`;
}

function whereOf(environment: string | undefined, cluster: string): string {
  return environment === undefined ? `--cluster ${cluster}` : `--environment ${environment}`;
}

/** The command lines that act on a deployment which waits at a lifecycle hook: ours, and the AWS CLI's. */
export function hookCommands({
  environment,
  cluster,
  service,
  serviceDeploymentArn,
  hookId,
}: {
  environment: string | undefined;
  cluster: string;
  service: string;
  serviceDeploymentArn: string;
  hookId: string;
}): { continue: readonly string[]; rollback: readonly string[] } {
  const ours = `deploy-action continue ${whereOf(environment, cluster)} --services ${service} --hook-id ${hookId}`;
  const theirs = `aws ecs continue-service-deployment --service-deployment-arn ${serviceDeploymentArn} --hook-id ${hookId} --action`;
  return {
    continue: [ours, `${theirs} CONTINUE`],
    rollback: [`${ours} --rollback`, `${theirs} ROLLBACK`],
  };
}

export function stopTaskCommand(cluster: string, taskArn: string): string {
  return `aws ecs stop-task --cluster ${cluster} --task ${taskArn}`;
}

export function stopBuildCommand(id: string): string {
  return `aws codebuild stop-build --id ${id}`;
}
