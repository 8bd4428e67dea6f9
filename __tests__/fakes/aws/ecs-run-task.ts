import type { Clusters } from './ecs-clusters.ts';
import type { Tag, TaskDefinitions } from './ecs-task-definitions.ts';
import {
  containersOf,
  type FakeTask,
  onWire,
  type TaskOverride,
  type Tasks,
  type TaskScript,
} from './ecs-tasks.ts';
import { AwsException, type Operations } from './wire.ts';

/** Which one-off task a script is for: by family, by who started it, or by anything else of the request. */
export type TaskMatch =
  string | { family?: string; startedBy?: string | RegExp } | ((request: RunTaskRequest) => boolean);

/** What becomes of one RunTask: a task with its script, or the failures that are answered in its place. */
export type RunTaskScript = TaskScript & {
  failures?: readonly { reason: string; arn?: string; detail?: string }[];
};

export interface RunTaskRequest {
  cluster?: string;
  taskDefinition?: string;
  count?: number;
  startedBy?: string;
  clientToken?: string;
  group?: string;
  overrides?: TaskOverride;
  launchType?: string;
  capacityProviderStrategy?: { capacityProvider: string }[];
  platformVersion?: string;
  networkConfiguration?: { awsvpcConfiguration?: { subnets?: string[] } };
  enableExecuteCommand?: boolean;
  tags?: Tag[];
}

interface Remembered {
  request: string;
  tasks: FakeTask[];
  failures: object[];
}

/** RunTask: what is refused, what a client token promises, and the scripts that tests lay ready. */
export class RunTask {
  readonly #clusters: Clusters;
  readonly #definitions: TaskDefinitions;
  readonly #tasks: Tasks;
  readonly #scripts: { match: TaskMatch; script: RunTaskScript }[] = [];
  readonly #tokens = new Map<string, Remembered>();
  /** RunTask keeps the promise of a client token; MiniStack does not. */
  keepsTokens = true;

  constructor(clusters: Clusters, definitions: TaskDefinitions, tasks: Tasks) {
    this.#clusters = clusters;
    this.#definitions = definitions;
    this.#tasks = tasks;
  }

  next(match: TaskMatch, script: RunTaskScript): void {
    this.#scripts.push({ match, script });
  }

  readonly operations: Operations = { RunTask: (request: RunTaskRequest) => this.#run(request) };

  #run(request: RunTaskRequest): object {
    const cluster = this.#clusters.known(request.cluster);
    const { clientToken } = request;
    if (clientToken === undefined || !this.keepsTokens) return answer(this.#start(cluster, request));
    if (!/^[\x21-\x7e]{1,64}$/.test(clientToken)) {
      throw new AwsException('InvalidParameterException', 'clientToken must have up to 64 ASCII characters.');
    }
    const name = `${cluster}/${clientToken}`;
    const known = this.#tokens.get(name);
    if (known !== undefined) {
      if (known.request === JSON.stringify(request)) return answer(known);
      throw new AwsException('ConflictException', 'The clientToken was used with other parameters.', {
        members: { resourceIds: known.tasks.map(({ wire }) => wire.taskArn) },
      });
    }
    const started = { request: JSON.stringify(request), ...this.#start(cluster, request) };
    // A request that started nothing may be sent again with its token.
    if (started.tasks.length > 0) this.#tokens.set(name, started);
    return answer(started);
  }

  #start(cluster: string, request: RunTaskRequest): { tasks: FakeTask[]; failures: object[] } {
    const { count = 1, startedBy, overrides, launchType, capacityProviderStrategy } = request;
    const revision = this.#definitions.usable(request.taskDefinition ?? '');
    if (count < 1 || count > 10)
      throw new AwsException('InvalidParameterException', 'count must be between 1 and 10.');
    if (startedBy !== undefined && !/^[A-Za-z0-9/_-]{1,128}$/.test(startedBy)) {
      throw new AwsException(
        'InvalidParameterException',
        'startedBy must have up to 128 letters, numbers, hyphens, slashes and underscores.',
      );
    }
    if (launchType !== undefined && capacityProviderStrategy !== undefined) {
      throw new AwsException(
        'InvalidParameterException',
        'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
      );
    }
    const isAwsvpc = revision.definition['networkMode'] === 'awsvpc';
    if (isAwsvpc && request.networkConfiguration?.awsvpcConfiguration?.subnets === undefined) {
      throw new AwsException(
        'InvalidParameterException',
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      );
    }
    const names = containersOf(revision).map(({ name }) => name);
    for (const { name } of overrides?.containerOverrides ?? []) {
      if (name === undefined || !names.includes(name)) {
        throw new AwsException(
          'InvalidParameterException',
          `Override for container named ${name ?? ''} is not a container in the TaskDefinition.`,
        );
      }
    }

    const script = this.#takeScript(request, revision.family);
    if (script.failures !== undefined)
      return { tasks: [], failures: script.failures.map((failure) => ({ ...failure })) };
    const tasks = Array.from({ length: count }, () =>
      this.#tasks.start({
        cluster,
        revision,
        group: request.group ?? `family:${revision.family}`,
        script: { runSeconds: 1, ...script },
        startedBy,
        overrides,
        launchType: capacityProviderStrategy === undefined ? (launchType ?? 'EC2') : undefined,
        capacityProviderName: capacityProviderStrategy?.[0]?.capacityProvider,
        platformVersion: request.platformVersion,
        enableExecuteCommand: request.enableExecuteCommand,
        tags: request.tags,
      }),
    );
    return { tasks, failures: [] };
  }

  #takeScript(request: RunTaskRequest, family: string): RunTaskScript {
    const index = this.#scripts.findIndex(({ match }) => fits(match, request, family));
    return index === -1 ? {} : (this.#scripts.splice(index, 1)[0]?.script ?? {});
  }
}

function answer({ tasks, failures }: { tasks: readonly FakeTask[]; failures: readonly object[] }): object {
  return { tasks: tasks.map((task) => onWire(task, true)), failures };
}

function fits(match: TaskMatch, request: RunTaskRequest, family: string): boolean {
  if (typeof match === 'function') return match(request);
  if (typeof match === 'string') return match === '*' || match === family;
  const { startedBy } = match;
  return (
    (match.family === undefined || match.family === family) &&
    (startedBy === undefined ||
      (typeof startedBy === 'string'
        ? request.startedBy === startedBy
        : startedBy.test(request.startedBy ?? '')))
  );
}
