import { revisionName } from './ecs-names.ts';

/** The command lines that we print for people: what ends or undoes something that still runs in AWS. */
export function rolloutCommand(cluster: string, service: string, previousTaskDefinition: string): string {
  return `aws ecs update-service --cluster ${cluster} --service ${service} --task-definition ${revisionName(previousTaskDefinition)}`;
}

export function stopTaskCommand(cluster: string, taskArn: string): string {
  return `aws ecs stop-task --cluster ${cluster} --task ${taskArn}`;
}
