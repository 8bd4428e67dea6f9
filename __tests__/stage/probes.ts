import { DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { awsClients } from './aws.ts';
import { docker, dockerJson, dockerLines } from './docker.ts';
import type { Stage } from './stage.ts';

export interface RunningContainer {
  id: string;
  /** Name in the task definition. */
  name: string;
  taskArn: string;
  /** `FAMILY:REVISION`. */
  revision: string;
  /** `sha256:…` of the image in the stage's registry. */
  digest: string | undefined;
}

/**
 * The containers of a family that run now, as the Docker engine itself tells: no emulator is asked.
 */
export async function runningContainers(stage: Stage, family: string): Promise<RunningContainer[]> {
  const labels = [
    `ministack.instance=${stage.instance}`,
    `com.amazonaws.ecs.task-definition-family=${family}`,
  ];
  const ids = await dockerLines(stage, [
    ...['ps', '--quiet', '--filter', 'status=running'],
    ...labels.flatMap((label) => ['--filter', `label=${label}`]),
  ]);
  if (ids.length === 0) return [];
  const inspected = (await dockerJson(stage, ['inspect', ...ids])) as InspectedContainer[];
  return Promise.all(
    inspected.map(async ({ Id, Image, Config: { Labels } }) => ({
      id: Id,
      name: Labels['com.amazonaws.ecs.container-name']!,
      taskArn: Labels['com.amazonaws.ecs.task-arn']!,
      revision: `${family}:${Labels['com.amazonaws.ecs.task-definition-version']!}`,
      digest: await digestOf(stage, Image),
    })),
  );
}

interface InspectedContainer {
  Id: string;
  /** Id of the image, which is not its digest in a registry. */
  Image: string;
  Config: { Labels: Record<string, string> };
}

async function digestOf(stage: Stage, imageId: string): Promise<string | undefined> {
  const format = '{{range .RepoDigests}}{{println .}}{{end}}';
  const names = (await docker(stage, ['image', 'inspect', '--format', format, imageId])).split('\n');
  return names.find((name) => name.startsWith(`${stage.registry}/`))?.split('@')[1];
}

export interface ServiceState {
  /** `FAMILY:REVISION` of the primary deployment. */
  revision: string;
  /** Rollout state of the primary deployment. */
  rollout: string | undefined;
  deploymentId: string;
  deployments: number;
  running: number;
  desired: number;
}

export async function serviceState(stage: Stage, cluster: string, name: string): Promise<ServiceState> {
  const { ecs } = awsClients(stage);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  const service = services?.[0];
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY');
  if (!service || !primary) throw new Error(`There is no service ${name} in cluster ${cluster}`);
  return {
    revision: primary.taskDefinition!.split('/').at(-1)!,
    rollout: primary.rolloutState,
    deploymentId: primary.id!,
    deployments: service.deployments!.length,
    running: service.runningCount!,
    desired: service.desiredCount!,
  };
}

/** All lines of a log group, stream after stream in the order in which the streams came up. */
export async function logLines(stage: Stage, logGroup: string): Promise<string[]> {
  const { logs } = awsClients(stage);
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: logGroup }));
  const inOrder = logStreams.toSorted((one, other) => one.creationTime! - other.creationTime!);
  const lines = await Promise.all(
    inOrder.map(async ({ logStreamName }) => {
      const command = new GetLogEventsCommand({ logGroupName: logGroup, logStreamName, startFromHead: true });
      return (await logs.send(command)).events!.map(({ message }) => message!);
    }),
  );
  return lines.flat();
}
