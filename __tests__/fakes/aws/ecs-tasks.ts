import type { JsonObject } from '../../../src/rules/text/json.ts';
import type { Agenda } from './agenda.ts';
import type { Clusters } from './ecs-clusters.ts';
import type { Revision, Tag } from './ecs-task-definitions.ts';
import type { FakeLogs } from './logs.ts';
import type { Names } from './names.ts';
import { AwsException, defined, type Operations, seconds } from './wire.ts';

/** How one task fares. Times are seconds; a task of a service runs on for ever unless told otherwise. */
export interface TaskScript {
  /** How long the task is PROVISIONING, then PENDING. */
  provisionSeconds?: number;
  pullSeconds?: number;
  runSeconds?: number;
  /** Of the main container: the one whose command is overridden, else the first essential one. */
  exitCode?: number | null;
  /** Why the main container ended, as the agent says it: "OutOfMemoryError: Container killed due to memory usage". */
  containerReason?: string;
  /** Lines of the main container, counted from its start; `lateSeconds` until they can be read. */
  logLines?: readonly { afterSeconds: number; message: string; lateSeconds?: number; container?: string }[];
  /** Exit codes of the other containers; null: none. 0 when not named. */
  sidecars?: Readonly<Record<string, number | null>>;
  stopCode?: string;
  stoppedReason?: string;
  /** The task never gets to RUNNING: no container has an exit code. */
  neverStarts?: { stopCode?: string; stoppedReason: string; containerReason?: string };
  /** How long the containers take to end after StopTask, and then the task itself. */
  stopSeconds?: number;
  deprovisionSeconds?: number;
  /** DescribeTasks does not know the task for so long after RunTask. */
  missingFor?: number;
}

export interface TaskStart {
  cluster: string;
  revision: Revision;
  group: string;
  script: TaskScript;
  startedBy?: string | undefined;
  overrides?: TaskOverride | undefined;
  launchType?: string | undefined;
  capacityProviderName?: string | undefined;
  platformVersion?: string | undefined;
  enableExecuteCommand?: boolean | undefined;
  tags?: readonly Tag[] | undefined;
  /** Called when the containers have ended. */
  onStopped?: () => void;
}

export interface TaskOverride extends JsonObject {
  containerOverrides?: { name?: string; command?: string[] }[] & JsonObject[];
}

interface Container {
  containerArn: string;
  taskArn: string;
  name: string;
  image: string;
  lastStatus: string;
  networkInterfaces: object[];
  healthStatus: string;
  cpu: string;
  exitCode?: number;
  reason?: string;
  runtimeId?: string;
}

/** A task as DescribeTasks answers it. */
export interface TaskOnWire {
  taskArn: string;
  clusterArn: string;
  taskDefinitionArn: string;
  group: string;
  lastStatus: string;
  desiredStatus: string;
  containers: Container[];
  createdAt: number;
  overrides: object;
  startedBy?: string;
  stopCode?: string;
  stoppedReason?: string;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  version: number;
  tags: readonly Tag[];
  [other: string]: unknown;
}

export interface FakeTask {
  wire: TaskOnWire;
  cluster: string;
  family: string;
  revision: Revision;
  script: TaskScript;
  main: string;
  visibleFrom: number;
  onStopped: () => void;
}

const STOPPED_STAY_MS = 3_600_000;
const TASKS_A_CALL = 100;

/** All tasks of all clusters, whoever started them. */
export class Tasks {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #clusters: Clusters;
  readonly #logs: FakeLogs;
  readonly #tasks: FakeTask[] = [];

  constructor(names: Names, agenda: Agenda, clusters: Clusters, logs: FakeLogs) {
    this.#names = names;
    this.#agenda = agenda;
    this.#clusters = clusters;
    this.#logs = logs;
  }

  /** Every task there ever was. */
  get all(): readonly FakeTask[] {
    return this.#tasks;
  }

  start(start: TaskStart): FakeTask {
    const { cluster, revision, script } = start;
    const taskArn = this.#names.arn('ecs', `task/${cluster}/${this.#names.hex32()}`);
    const definitions = containersOf(revision);
    const { definition } = revision;
    const task: FakeTask = {
      cluster,
      family: revision.family,
      revision,
      script,
      main: mainContainer(definitions, start.overrides),
      visibleFrom: this.#agenda.now + (script.missingFor ?? 0) * 1000,
      onStopped: start.onStopped ?? (() => undefined),
      wire: defined({
        taskArn,
        clusterArn: this.#clusters.arn(cluster),
        taskDefinitionArn: revision.arn,
        group: start.group,
        startedBy: start.startedBy,
        launchType: start.launchType,
        capacityProviderName: start.capacityProviderName,
        platformVersion: start.platformVersion,
        lastStatus: 'PROVISIONING',
        desiredStatus: 'RUNNING',
        healthStatus: 'UNKNOWN',
        connectivity: 'CONNECTED',
        availabilityZone: `${this.#names.region}a`,
        cpu: definition['cpu'] ?? '256',
        memory: definition['memory'] ?? '512',
        attachments: [],
        attributes: [],
        inferenceAccelerators: [],
        enableExecuteCommand: start.enableExecuteCommand ?? false,
        createdAt: seconds(this.#agenda.now),
        overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...start.overrides },
        version: 1,
        tags: start.tags ?? [],
        containers: definitions.map((container) => ({
          containerArn: this.#names.arn(
            'ecs',
            `container/${cluster}/${taskArn.split('/').at(-1) ?? ''}/${this.#names.uuid()}`,
          ),
          taskArn,
          name: container.name,
          image: container.image,
          lastStatus: 'PENDING',
          networkInterfaces: [],
          healthStatus: 'UNKNOWN',
          cpu: String(container.cpu),
        })),
      }) as TaskOnWire,
    };
    this.#tasks.push(task);
    this.#plan(task);
    return task;
  }

  /** Asks a task to end; what has ended stays as it is. */
  stop(
    task: FakeTask,
    { stopCode, reason, exitCode = 143, stopSeconds = task.script.stopSeconds ?? 2 }: StopRequest,
  ): void {
    const { wire } = task;
    if (wire.desiredStatus === 'STOPPED') return;
    wire.desiredStatus = 'STOPPED';
    wire.stopCode = stopCode;
    wire.stoppedReason = reason;
    wire.stoppingAt = seconds(this.#agenda.now);
    wire.version += 1;
    const hasRun = wire.lastStatus === 'RUNNING';
    const end = () => this.#end(task, hasRun ? all(task, exitCode) : {});
    if (stopSeconds === 0) end();
    else this.#agenda.after(stopSeconds, end);
  }

  /** Those that take part in a count: running, or on their way. */
  count(startedBy: string): { running: number; pending: number } {
    const tasks = this.#tasks.filter(({ wire }) => wire.startedBy === startedBy);
    return {
      running: tasks.filter(({ wire }) => wire.lastStatus === 'RUNNING').length,
      pending: tasks.filter(({ wire }) => wire.desiredStatus === 'RUNNING' && wire.lastStatus !== 'RUNNING')
        .length,
    };
  }

  startedBy(startedBy: string): FakeTask[] {
    return this.#tasks.filter(({ wire }) => wire.startedBy === startedBy);
  }

  readonly operations: Operations = {
    DescribeTasks: ({
      cluster,
      tasks = [],
      include = [],
    }: {
      cluster?: string;
      tasks?: string[];
      include?: string[];
    }) => {
      const name = this.#clusters.known(cluster);
      if (tasks.length === 0) throw new AwsException('InvalidParameterException', 'Tasks cannot be empty.');
      if (tasks.length > TASKS_A_CALL)
        throw new AwsException('InvalidParameterException', 'Tasks cannot have more than 100 elements.');
      const found = tasks.map((wanted) => ({ wanted, task: this.#find(name, wanted) }));
      return {
        tasks: found.flatMap(({ task }) =>
          task === undefined ? [] : [onWire(task, include.includes('TAGS'))],
        ),
        failures: found.flatMap(({ wanted, task }) =>
          task === undefined ? [{ arn: this.#arn(name, wanted), reason: 'MISSING' }] : [],
        ),
      };
    },

    ListTasks: (input: ListTasksInput) => this.#list(input),

    StopTask: ({ cluster, task = '', reason }: { cluster?: string; task?: string; reason?: string }) => {
      const found = this.#find(this.#clusters.known(cluster), task);
      if (found === undefined)
        throw new AwsException('InvalidParameterException', 'The referenced task was not found.');
      this.stop(found, { stopCode: 'UserInitiated', reason: reason ?? 'Task stopped by user' });
      return { task: onWire(found, false) };
    },
  };

  #list({
    cluster,
    desiredStatus = 'RUNNING',
    serviceName,
    family,
    startedBy,
    maxResults = 100,
    nextToken,
  }: ListTasksInput): object {
    const name = this.#clusters.known(cluster);
    // "When you specify startedBy as the filter, it must be the only filter that you use" (ListTasks, API reference).
    if (
      startedBy !== undefined &&
      (serviceName !== undefined || family !== undefined || desiredStatus !== 'RUNNING')
    ) {
      throw new AwsException('InvalidParameterException', 'startedBy must be the only filter.');
    }
    const service = serviceName?.split('/').at(-1);
    const arns = this.#tasks
      .filter(
        (task) => task.cluster === name && this.#isKnown(task) && task.wire.desiredStatus === desiredStatus,
      )
      .filter((task) => startedBy === undefined || task.wire.startedBy === startedBy)
      .filter((task) => family === undefined || task.family === family)
      .filter((task) => service === undefined || task.wire.group === `service:${service}`)
      .map(({ wire }) => wire.taskArn);
    const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64').toString());
    const end = start + maxResults;
    return {
      taskArns: arns.slice(start, end),
      ...(end < arns.length ? { nextToken: Buffer.from(String(end)).toString('base64') } : {}),
    };
  }

  #plan(task: FakeTask): void {
    const { wire, script } = task;
    const { provisionSeconds = 1, pullSeconds = 1, runSeconds = Infinity, neverStarts } = script;
    const isGoingOn = () => wire.desiredStatus === 'RUNNING';
    const started = provisionSeconds + pullSeconds;

    this.#agenda.after(provisionSeconds, () => {
      if (!isGoingOn()) return;
      wire.lastStatus = 'PENDING';
      wire.pullStartedAt = seconds(this.#agenda.now);
      wire.version += 1;
    });
    this.#agenda.after(started, () => {
      if (!isGoingOn()) return;
      if (neverStarts !== undefined) {
        for (const container of wire.containers) {
          if (neverStarts.containerReason !== undefined) container.reason = neverStarts.containerReason;
        }
        this.#askToEnd(task, neverStarts.stopCode ?? 'TaskFailedToStart', neverStarts.stoppedReason);
        this.#end(task, {});
        return;
      }
      this.#run(task);
    });
    if (neverStarts !== undefined) return;
    this.#agenda.after(started + runSeconds, () => {
      if (!isGoingOn()) return;
      this.#askToEnd(
        task,
        script.stopCode ?? 'EssentialContainerExited',
        script.stoppedReason ?? 'Essential container in task exited',
      );
      const main = wire.containers.find(({ name }) => name === task.main);
      if (main !== undefined && script.containerReason !== undefined) main.reason = script.containerReason;
      this.#end(task, {
        ...all(task, 0),
        ...script.sidecars,
        [task.main]: script.exitCode === undefined ? 0 : script.exitCode,
      });
    });
  }

  #run(task: FakeTask): void {
    const { wire, script } = task;
    wire.lastStatus = 'RUNNING';
    wire.pullStoppedAt = seconds(this.#agenda.now);
    wire.startedAt = seconds(this.#agenda.now);
    wire.version += 1;
    for (const container of wire.containers) {
      container.lastStatus = 'RUNNING';
      container.runtimeId = `${wire.taskArn.split('/').at(-1) ?? ''}-${container.name}`;
    }
    for (const line of script.logLines ?? []) {
      this.#agenda.after(line.afterSeconds, () => {
        const stream = logStream(task, line.container ?? task.main);
        if (stream === undefined || wire.executionStoppedAt !== undefined) return;
        this.#logs.append(
          stream.group,
          stream.stream,
          line.message,
          line.lateSeconds === undefined ? {} : { lateSeconds: line.lateSeconds },
        );
      });
    }
  }

  #askToEnd(task: FakeTask, stopCode: string, reason: string): void {
    Object.assign(task.wire, {
      desiredStatus: 'STOPPED',
      stopCode,
      stoppedReason: reason,
      stoppingAt: seconds(this.#agenda.now),
    });
  }

  /** The containers have ended; the task itself follows when its network is gone. */
  #end(task: FakeTask, exitCodes: Readonly<Record<string, number | null>>): void {
    const { wire } = task;
    wire.lastStatus = 'DEPROVISIONING';
    wire.executionStoppedAt = seconds(this.#agenda.now);
    wire.version += 1;
    for (const container of wire.containers) {
      container.lastStatus = 'STOPPED';
      const code = exitCodes[container.name];
      if (code !== undefined && code !== null) container.exitCode = code;
    }
    task.onStopped();
    this.#agenda.after(task.script.deprovisionSeconds ?? 1, () => {
      wire.lastStatus = 'STOPPED';
      wire.stoppedAt = seconds(this.#agenda.now);
      wire.version += 1;
    });
  }

  #find(cluster: string, idOrArn: string): FakeTask | undefined {
    return this.#tasks.find(
      (task) =>
        task.cluster === cluster && this.#isKnown(task) && task.wire.taskArn === this.#arn(cluster, idOrArn),
    );
  }

  #arn(cluster: string, idOrArn: string): string {
    return idOrArn.startsWith('arn:') ? idOrArn : this.#names.arn('ecs', `task/${cluster}/${idOrArn}`);
  }

  /** ECS shows a new task a little late, and a stopped one for an hour. */
  #isKnown({ visibleFrom, wire: { stoppedAt } }: FakeTask): boolean {
    const { now } = this.#agenda;
    return now >= visibleFrom && (stoppedAt === undefined || now < stoppedAt * 1000 + STOPPED_STAY_MS);
  }
}

interface ListTasksInput {
  cluster?: string;
  desiredStatus?: string;
  serviceName?: string;
  family?: string;
  startedBy?: string;
  maxResults?: number;
  nextToken?: string;
}

export interface StopRequest {
  stopCode: string;
  reason: string;
  exitCode?: number;
  stopSeconds?: number;
}

export function onWire({ wire }: FakeTask, withTags: boolean): object {
  return defined({ ...wire, tags: withTags ? wire.tags : [] });
}

/** The containers of a revision, as far as tasks need to know them. */
export interface ContainerDefinition {
  name: string;
  image: string;
  cpu: number;
  essential: boolean;
  logConfiguration?: { logDriver: string; options?: Record<string, string> };
}

export function containersOf({ definition }: Revision): ContainerDefinition[] {
  return definition['containerDefinitions'] as unknown as ContainerDefinition[];
}

/** The same exit code for every container. */
function all({ wire }: FakeTask, exitCode: number): Record<string, number | null> {
  return Object.fromEntries(wire.containers.map(({ name }): [string, number] => [name, exitCode]));
}

function mainContainer(
  definitions: readonly ContainerDefinition[],
  overrides: TaskOverride | undefined,
): string {
  const overridden = overrides?.containerOverrides?.find(({ command }) => command !== undefined)?.name;
  return overridden ?? definitions.find(({ essential }) => essential)?.name ?? '';
}

/** Where awslogs writes: "prefix/container/task-id", the Docker id without a prefix; undefined with any other driver. */
function logStream(
  { revision, wire }: FakeTask,
  container: string,
): { group: string; stream: string } | undefined {
  const definition = containersOf(revision).find(({ name }) => name === container);
  const log = definition?.logConfiguration;
  const group = log?.options?.['awslogs-group'];
  const prefix = log?.options?.['awslogs-stream-prefix'];
  if (log?.logDriver !== 'awslogs' || group === undefined) return undefined;
  if (prefix !== undefined)
    return { group, stream: `${prefix}/${container}/${wire.taskArn.split('/').at(-1) ?? ''}` };
  const stream = wire.containers.find(({ name }) => name === container)?.runtimeId;
  return stream === undefined ? undefined : { group, stream };
}
