import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopServiceDeploymentCommand,
  StopTaskCommand,
  TagResourceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { isAwsError } from '../../errors.ts';
import type {
  Ecs,
  Failure,
  Service,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
  StoredTaskDefinition,
  Tag,
  Task,
} from '../../ports/ecs.ts';
import { shortId } from '../../rules/aws/ecs-names.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';
import { keepPace } from './pace.ts';
import { asObject, withRawJson } from './raw-json.ts';
import { sendOnce } from './send-once.ts';

// How many names one call may carry (ECS API reference).
const SERVICES_A_CALL = 10;
const TASKS_A_CALL = 100;
const SERVICE_DEPLOYMENTS_A_CALL = 20;

/** What AWS partitions without the service-deployment calls, and emulators, answer to them. */
const CALL_UNKNOWN = [
  'InvalidAction',
  'UnknownOperationException',
  'UnknownOperation',
  'UnsupportedFeatureException',
];

export function awsEcs({ config, pace, ...about }: AwsClientSettings): Ecs {
  const client = lazily(() => {
    const made = prepared('ecs', new ECSClient(config), about);
    if (pace !== undefined) keepPace(made, pace, about.signal);
    return made;
  });

  return {
    async listServices(cluster) {
      const names: string[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await client().send(
          expectMember(
            new ListServicesCommand({
              cluster,
              maxResults: 100,
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
            'serviceArns',
          ),
        );
        names.push(...(answer.serviceArns ?? []).map(shortId));
        nextToken = answer.nextToken;
      } while (nextToken !== undefined && nextToken !== '');
      return names;
    },

    async describeServices(cluster, names) {
      const services: Service[] = [];
      const failures: Failure[] = [];
      for (const some of inChunks(names, SERVICES_A_CALL)) {
        const answer = await client().send(
          expectMember(new DescribeServicesCommand({ cluster, services: some }), 'services'),
        );
        services.push(...(answer.services ?? []));
        failures.push(...(answer.failures ?? []));
      }
      return { services, failures };
    },

    async describeTaskDefinition(name) {
      const raw = withRawJson(
        expectMember(
          new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] }),
          'taskDefinition',
        ),
      );
      await client().send(raw.command);
      return storedTaskDefinition(raw.answer());
    },

    async registerTaskDefinition(definition, tags) {
      const body =
        tags.length === 0
          ? definition
          : { ...definition, tags: tags.map((tag) => ({ ...tag })) as JsonObject[] };
      // The command's own input is replaced; it only has to satisfy the SDK.
      const command = new RegisterTaskDefinitionCommand({ family: '', containerDefinitions: [] });
      const raw = withRawJson(sendOnce(expectMember(command, 'taskDefinition')), body);
      await client().send(raw.command);
      return storedTaskDefinition(raw.answer());
    },

    async updateService({ cluster, service, taskDefinition, forceNewDeployment }) {
      const answer = await client().send(
        sendOnce(
          expectMember(
            new UpdateServiceCommand({
              cluster,
              service,
              taskDefinition,
              ...(forceNewDeployment === undefined ? {} : { forceNewDeployment }),
            }),
            'service',
          ),
        ),
      );
      return answer.service ?? {};
    },

    async listRevisions(family, limit) {
      // `familyPrefix` is the family itself here, not the beginning of a longer one (API reference, ListTaskDefinitions).
      const answer = await client().send(
        expectMember(
          new ListTaskDefinitionsCommand({
            familyPrefix: family,
            sort: 'DESC',
            status: 'ACTIVE',
            maxResults: limit,
          }),
          'taskDefinitionArns',
        ),
      );
      return answer.taskDefinitionArns ?? [];
    },

    async tagResource(arn, tags) {
      await client().send(new TagResourceCommand({ resourceArn: arn, tags: [...tags] }));
    },

    async runTask(input) {
      const answer = await client().send(expectMember(new RunTaskCommand(input), 'tasks'));
      return { tasks: answer.tasks ?? [], failures: answer.failures ?? [] };
    },

    async describeTasks(cluster, arns) {
      const tasks: Task[] = [];
      const failures: Failure[] = [];
      for (const some of inChunks(arns, TASKS_A_CALL)) {
        const answer = await client().send(
          expectMember(new DescribeTasksCommand({ cluster, tasks: some }), 'tasks'),
        );
        tasks.push(...(answer.tasks ?? []));
        failures.push(...(answer.failures ?? []));
      }
      return { tasks, failures };
    },

    async listTasks({ cluster, status, service, family, startedBy }) {
      const arns: string[] = [];
      let nextToken: string | undefined;
      do {
        const answer = await client().send(
          expectMember(
            new ListTasksCommand({
              cluster,
              desiredStatus: status,
              ...(service === undefined ? {} : { serviceName: service }),
              ...(family === undefined ? {} : { family }),
              ...(startedBy === undefined ? {} : { startedBy }),
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
            'taskArns',
          ),
        );
        arns.push(...(answer.taskArns ?? []));
        nextToken = answer.nextToken;
      } while (nextToken !== undefined && nextToken !== '');
      return arns;
    },

    async stopTask(cluster, arn, reason) {
      await client().send(new StopTaskCommand({ cluster, task: arn, reason }));
    },

    async listServiceDeployments(cluster, service, since) {
      try {
        const answer = await client().send(
          expectMember(
            new ListServiceDeploymentsCommand({
              cluster,
              service,
              ...(since === undefined ? {} : { createdAt: { after: since } }),
            }),
            'serviceDeployments',
          ),
        );
        return (answer.serviceDeployments ?? []).flatMap(asBrief).toSorted((a, b) => time(b) - time(a));
      } catch (error) {
        if (isAwsError(error) && CALL_UNKNOWN.includes(error.awsCode)) return [];
        throw error;
      }
    },

    async describeServiceDeployments(arns) {
      const found: ServiceDeployment[] = [];
      for (const some of inChunks(arns, SERVICE_DEPLOYMENTS_A_CALL)) {
        const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: some });
        const answer = await client().send(expectMember(command, 'serviceDeployments'));
        found.push(...(answer.serviceDeployments ?? []));
      }
      return found;
    },

    async describeServiceRevisions(arns) {
      const found: ServiceRevision[] = [];
      for (const some of inChunks(arns, SERVICE_DEPLOYMENTS_A_CALL)) {
        const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: some });
        const answer = await client().send(expectMember(command, 'serviceRevisions'));
        found.push(...(answer.serviceRevisions ?? []));
      }
      return found;
    },

    async stopServiceDeployment(arn, stopType) {
      await client().send(new StopServiceDeploymentCommand({ serviceDeploymentArn: arn, stopType }));
    },

    async continueServiceDeployment(arn, hookId, action) {
      const command = new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId, action });
      await client().send(sendOnce(command));
    },
  };
}

function storedTaskDefinition(answer: JsonObject): StoredTaskDefinition {
  const definition = asObject(answer['taskDefinition']);
  const tags = Array.isArray(answer['tags']) ? (answer['tags'] as Tag[]) : [];
  const arn = definition['taskDefinitionArn'];
  return { arn: typeof arn === 'string' ? arn : '', definition, tags };
}

function asBrief({
  serviceDeploymentArn,
  status,
  targetServiceRevisionArn,
  createdAt,
}: {
  serviceDeploymentArn?: string | undefined;
  status?: string | undefined;
  targetServiceRevisionArn?: string | undefined;
  createdAt?: Date | undefined;
}): ServiceDeploymentBrief[] {
  if (serviceDeploymentArn === undefined) return [];
  return [
    {
      arn: serviceDeploymentArn,
      status: status ?? '',
      ...(targetServiceRevisionArn === undefined ? {} : { targetServiceRevisionArn }),
      ...(createdAt === undefined ? {} : { createdAt }),
    },
  ];
}

function time({ createdAt }: ServiceDeploymentBrief): number {
  return createdAt?.getTime() ?? 0;
}

/** One after another, not side by side: all services of an account share one bucket of calls. */
function* inChunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
