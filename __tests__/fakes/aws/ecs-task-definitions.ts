import type { Json, JsonObject } from '../../../src/rules/text/json.ts';
import type { Agenda } from './agenda.ts';
import type { Names } from './names.ts';
import { AwsException, defined, type Operations, seconds } from './wire.ts';

export interface Tag {
  key: string;
  value: string;
}

export interface Revision {
  arn: string;
  family: string;
  revision: number;
  isActive: boolean;
  /** Everything that was registered, known to the SDK or not, with what ECS adds. */
  definition: JsonObject;
  tags: Tag[];
}

/** What ECS sets; whoever sends it along is not listened to. */
const SET_BY_ECS = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'tags',
];
const MAX_TAGS = 50;

/** Families and their revisions. */
export class TaskDefinitions {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #families = new Map<string, Revision[]>();

  constructor(names: Names, agenda: Agenda) {
    this.#names = names;
    this.#agenda = agenda;
  }

  register(definition: JsonObject, tags: readonly Tag[] = []): Revision {
    const { family } = definition;
    if (typeof family !== 'string' || family === '') {
      throw new AwsException('ClientException', 'Family should not be null or empty.');
    }
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) {
      throw new AwsException('ClientException', 'Family contains invalid characters.');
    }
    const containers = asList(definition['containerDefinitions']);
    if (containers.length === 0) throw new AwsException('ClientException', 'Container list cannot be empty.');
    for (const container of containers) {
      if (typeof container['name'] !== 'string')
        throw new AwsException('ClientException', 'Container.name should not be null or empty.');
      if (typeof container['image'] !== 'string')
        throw new AwsException('ClientException', 'Container.image should not be null or empty.');
    }
    if (tags.length > MAX_TAGS)
      throw new AwsException('InvalidParameterException', 'The maximum number of tags was exceeded.');

    const revisions = this.#families.get(family) ?? [];
    const revision = revisions.length + 1;
    const arn = this.#names.arn('ecs', `task-definition/${family}:${revision}`);
    const added: Revision = {
      arn,
      family,
      revision,
      isActive: true,
      definition: this.#asStored(definition, containers, { arn, revision }),
      tags: tags.map(({ key, value }) => ({ key, value })),
    };
    this.#families.set(family, [...revisions, added]);
    return added;
  }

  /** By ARN, "family:revision", or "family" for its newest active one. */
  find(name: string): Revision | undefined {
    const [, family = '', revision] =
      /^(?:arn:[^/]*:task-definition\/)?([^:/]+)(?::(\d+))?$/.exec(name) ?? [];
    const revisions = this.#families.get(family) ?? [];
    if (revision === undefined) return revisions.findLast(({ isActive }) => isActive);
    return revisions.find((candidate) => candidate.revision === Number(revision));
  }

  /** All of a family, oldest first. */
  revisions(family: string): readonly Revision[] {
    return this.#families.get(family) ?? [];
  }

  deregister(name: string): void {
    const revision = this.find(name);
    if (revision === undefined) throw new Error(`no task definition ${name}`);
    revision.isActive = false;
    revision.definition = {
      ...revision.definition,
      status: 'INACTIVE',
      deregisteredAt: seconds(this.#agenda.now),
    };
  }

  /** One that a task or a service may be started with. */
  usable(name: string): Revision {
    const revision = this.find(name);
    if (revision === undefined) throw new AwsException('ClientException', 'TaskDefinition not found.');
    if (!revision.isActive) throw new AwsException('ClientException', 'TaskDefinition is inactive');
    return revision;
  }

  readonly operations: Operations = {
    RegisterTaskDefinition: ({ tags, ...definition }: JsonObject & { tags?: Tag[] }) =>
      answer(this.register(definition, tags), true),
    DescribeTaskDefinition: ({
      taskDefinition = '',
      include = [],
    }: {
      taskDefinition?: string;
      include?: string[];
    }) => {
      const revision = this.find(taskDefinition);
      if (revision === undefined)
        throw new AwsException('ClientException', 'Unable to describe task definition.');
      return answer(revision, include.includes('TAGS'));
    },
    ListTaskDefinitions: ({
      familyPrefix = '',
      sort = 'ASC',
      status = 'ACTIVE',
      maxResults = 100,
    }: {
      familyPrefix?: string;
      sort?: string;
      status?: string;
      maxResults?: number;
    }) => {
      const found = this.revisions(familyPrefix)
        .filter(({ isActive }) => isActive === (status === 'ACTIVE'))
        .map(({ arn }) => arn);
      return { taskDefinitionArns: (sort === 'DESC' ? found.reverse() : found).slice(0, maxResults) };
    },
  };

  #asStored(
    definition: JsonObject,
    containers: readonly JsonObject[],
    { arn, revision }: { arn: string; revision: number },
  ): JsonObject {
    const sent = Object.entries(definition).filter(
      ([name, value]) => !SET_BY_ECS.includes(name) && value !== null,
    );
    const isAwsvpc = definition['networkMode'] === 'awsvpc';
    const isFargate = asStrings(definition['requiresCompatibilities']).includes('FARGATE');
    return {
      ...Object.fromEntries(sent),
      taskDefinitionArn: arn,
      containerDefinitions: containers.map((container) => containerAsStored(container, isAwsvpc)),
      revision,
      volumes: definition['volumes'] ?? [],
      status: 'ACTIVE',
      requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
      placementConstraints: definition['placementConstraints'] ?? [],
      compatibilities: isFargate ? ['EC2', 'FARGATE'] : ['EC2'],
      registeredAt: seconds(this.#agenda.now),
      registeredBy: this.#names
        .arn('sts', 'assumed-role/deploy/session')
        .replace(`:${this.#names.region}:`, '::'),
    };
  }
}

function answer({ definition, tags }: Revision, withTags: boolean): object {
  return defined({ taskDefinition: definition, tags: withTags ? tags : undefined });
}

/** ECS writes the defaults of a container out. */
function containerAsStored(container: JsonObject, isAwsvpc: boolean): JsonObject {
  const ports = asList(container['portMappings']).map((port) => ({
    ...port,
    ...(isAwsvpc && port['containerPort'] !== undefined ? { hostPort: port['containerPort'] } : {}),
    protocol: port['protocol'] ?? 'tcp',
  }));
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    portMappings: ports,
  };
}

function asList(json: Json | undefined): JsonObject[] {
  return Array.isArray(json) ? (json as JsonObject[]) : [];
}

function asStrings(json: Json | undefined): string[] {
  return Array.isArray(json) ? (json as string[]) : [];
}
