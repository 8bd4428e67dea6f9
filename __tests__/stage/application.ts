import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { awsClients, type AwsClients } from './aws.ts';
import { putBaseLayers } from './base-layers.ts';
import { createRepository, pushImage } from './images.ts';
import { serviceState } from './probes.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

export interface ApplicationOptions {
  cluster: string;
  repository: string;
  services: ServiceOptions[];
  /** An image in the engine to start from; by default a shell that does nothing until it is told to stop. */
  placeholder?: string;
  /** The image that the Dockerfile to be deployed starts from: its layers are put into the repository beforehand. */
  buildsFrom?: string;
  /** Of the tasks; by default one that EC2 does not have. */
  network?: { subnet: string; securityGroup: string };
}

export interface ServiceOptions {
  name: string;
  /** Default: `app`. */
  containerName?: string;
  /** Default: sleep until told to stop. */
  command?: string[];
  /** Default: 1. */
  desiredCount?: number;
  environment?: Record<string, string>;
}

export interface Application {
  cluster: string;
  repository: string;
  /** The placeholder by digest, `localhost:PORT/NAME@sha256:…`. */
  image: string;
  services: ApplicationService[];
}

export interface ApplicationService {
  name: string;
  family: string;
  /** `FAMILY:REVISION` that it starts from. */
  revision: string;
  containerName: string;
  logGroup: string;
}

const idle = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1; done'];

/**
 * What a team would have before it first deploys with us: a repository with an image, a cluster, and services that
 * run it with circuit breaker, rollback and logs. Returns when every service is steady.
 */
export async function createApplication(stage: Stage, options: ApplicationOptions): Promise<Application> {
  const { cluster, repository } = options;
  const clients = awsClients(stage);
  await createRepository(stage, repository);
  const image = await pushImage(
    stage,
    options.placeholder ?? stage.images.busybox,
    repository,
    'placeholder',
  );
  if (options.buildsFrom !== undefined) await putBaseLayers(stage, options.buildsFrom, repository);
  await clients.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const services = await Promise.all(
    options.services.map((service) => createService(clients, stage, { ...options, image }, service)),
  );
  await Promise.all(services.map((service) => untilSteady(stage, cluster, service.name)));
  return { cluster, repository, image, services };
}

/** Waits until a service's newest deployment is complete and all its tasks run. */
export async function untilSteady(stage: Stage, cluster: string, service: string): Promise<void> {
  await until(
    `service ${service} is steady`,
    () => serviceState(stage, cluster, service),
    ({ rollout, running, desired }) => rollout === 'COMPLETED' && running === desired,
  );
}

async function createService(
  { ecs, logs }: AwsClients,
  stage: Stage,
  {
    cluster,
    image,
    network = { subnet: 'subnet-0123456789abcdef0', securityGroup: 'sg-0123456789abcdef0' },
  }: ApplicationOptions & { image: string },
  service: ServiceOptions,
): Promise<ApplicationService> {
  const family = `${cluster}-${service.name}`;
  const logGroup = `/ecs/${family}`;
  const containerName = service.containerName ?? 'app';
  // The awslogs driver loses what it has no group for.
  await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));

  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: `arn:aws:iam::${stage.account}:role/ecs-execution`,
      containerDefinitions: [
        {
          name: containerName,
          image,
          essential: true,
          command: service.command ?? idle,
          environment: Object.entries(service.environment ?? {}).map(([name, value]) => ({ name, value })),
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': logGroup,
              'awslogs-region': stage.region,
              'awslogs-stream-prefix': 'ecs',
              mode: 'blocking',
            },
          },
        },
      ],
    }),
  );
  const revision = revisionOf(taskDefinition!);
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: service.name,
      taskDefinition: revision,
      desiredCount: service.desiredCount ?? 1,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [network.subnet],
          securityGroups: [network.securityGroup],
        },
      },
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        minimumHealthyPercent: 100,
        maximumPercent: 200,
      },
    }),
  );
  return { name: service.name, family, revision, containerName, logGroup };
}

function revisionOf({ family, revision }: TaskDefinition): string {
  return `${family}:${revision}`;
}
