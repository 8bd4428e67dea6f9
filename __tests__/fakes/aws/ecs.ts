import type { JsonObject } from '../../../src/rules/text/json.ts';
import type { Agenda } from './agenda.ts';
import { Clusters } from './ecs-clusters.ts';
import { RunTask, type RunTaskScript, type TaskMatch } from './ecs-run-task.ts';
import { type NamedCurrent, type ServiceSetup, Services } from './ecs-services.ts';
import { type Revision, type Tag, TaskDefinitions } from './ecs-task-definitions.ts';
import { type FakeTask, Tasks } from './ecs-tasks.ts';
import type { FakeLogs } from './logs.ts';
import type { Names } from './names.ts';
import type { RolloutScript } from './rollouts.ts';
import { AwsException, type Operations } from './wire.ts';

/** Amazon ECS: what a test lays ready and looks at. What the product does goes through `operations`. */
export class FakeEcs {
  readonly taskDefinitions: TaskDefinitions;
  readonly operations: Operations;
  readonly #agenda: Agenda;
  readonly #clusters: Clusters;
  readonly #tasks: Tasks;
  readonly #runTask: RunTask;
  readonly #services: Services;
  /** Tags of what is no task definition, by ARN. */
  readonly #tags = new Map<string, Tag[]>();

  constructor(names: Names, agenda: Agenda, logs: FakeLogs) {
    this.#agenda = agenda;
    this.#clusters = new Clusters(names);
    this.taskDefinitions = new TaskDefinitions(names, agenda);
    this.#tasks = new Tasks(names, agenda, this.#clusters, logs);
    this.#runTask = new RunTask(this.#clusters, this.taskDefinitions, this.#tasks);
    this.#services = new Services(names, agenda, this.#clusters, this.taskDefinitions, this.#tasks);
    this.operations = {
      ...this.taskDefinitions.operations,
      ...this.#tasks.operations,
      ...this.#runTask.operations,
      ...this.#services.operations,
      TagResource: (input: { resourceArn?: string; tags?: Tag[] }) => this.#tagResource(input),
      ListTagsForResource: ({ resourceArn = '' }: { resourceArn?: string }) => ({
        tags: this.#tagsOf(resourceArn),
      }),
    };
  }

  addCluster(name: string): void {
    this.#clusters.add(name);
  }

  /** Registers a revision past the product. */
  register(definition: Readonly<Record<string, unknown>>, tags: readonly Tag[] = []): Revision {
    return this.taskDefinitions.register(JSON.parse(JSON.stringify(definition)) as JsonObject, tags);
  }

  /** A steady service with as many running tasks as it wants. */
  addService(setup: ServiceSetup): void {
    this.#services.add(setup);
  }

  /** What the next deployment of a service meets; "name" or "cluster/name". Without a script it completes in 5 s. */
  nextRollout(serviceName: string, script: RolloutScript): void {
    this.#services.next(serviceName, script);
  }

  /** Which service deployment a service calls its current one, from now on. */
  nameCurrent(serviceName: string, named: NamedCurrent): void {
    this.#services.nameCurrent(serviceName, named);
  }

  /** What the next one-off task that fits becomes. Without a script it runs for a second and exits with 0. */
  nextTask(match: TaskMatch, script: RunTaskScript): void {
    this.#runTask.next(match, script);
  }

  /** Somebody else's UpdateService: not one of the recorded calls. */
  updateService(
    serviceName: string,
    change: { taskDefinition?: string; desiredCount?: number; forceNewDeployment?: boolean },
  ): void {
    this.#agenda.catchUp();
    this.#services.update(serviceName, change);
  }

  /** How a service stands now, as DescribeServices answers it. */
  service(serviceName: string) {
    this.#agenda.catchUp();
    return this.#services.describe(serviceName);
  }

  /** All tasks there ever were, as DescribeTasks answers them; `group` "family:NAME" or "service:NAME". */
  tasks(filter: { group?: string; startedBy?: string } = {}): readonly FakeTask['wire'][] {
    this.#agenda.catchUp();
    return this.#tasks.all
      .map(({ wire }) => wire)
      .filter(
        ({ group, startedBy }) =>
          (filter.group ?? group) === group && (filter.startedBy ?? startedBy) === startedBy,
      );
  }

  /** False: the same client token starts a task each time, as MiniStack does. */
  set keepsClientTokens(keeps: boolean) {
    this.#runTask.keepsTokens = keeps;
  }

  #tagResource({ resourceArn = '', tags = [] }: { resourceArn?: string; tags?: Tag[] }): object {
    const kept = this.#tagsOf(resourceArn).filter(({ key }) => !tags.some((tag) => tag.key === key));
    const all = [...kept, ...tags];
    const revision = this.taskDefinitions.find(resourceArn);
    if (revision === undefined) this.#tags.set(resourceArn, all);
    else revision.tags = all;
    return {};
  }

  #tagsOf(arn: string): Tag[] {
    if (!/^arn:aws[^:]*:ecs:/.test(arn))
      throw new AwsException('InvalidParameterException', 'Invalid resource ARN.');
    return this.taskDefinitions.find(arn)?.tags ?? this.#tags.get(arn) ?? [];
  }
}
