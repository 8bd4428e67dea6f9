import type { JsonObject } from '../../../src/rules/text/json.ts';
import type { Agenda } from './agenda.ts';
import type { Clusters } from './ecs-clusters.ts';
import { ServiceDeployments } from './ecs-service-deployments.ts';
import type { Revision, Tag, TaskDefinitions } from './ecs-task-definitions.ts';
import type { FakeTask, Tasks, TaskScript } from './ecs-tasks.ts';
import type { Names } from './names.ts';
import { pageOf } from './pages.ts';
import {
  completes,
  type DeploymentConfiguration,
  type FailureWords,
  type Rollout,
  type RolloutScript,
  shiftsTraffic,
} from './rollouts.ts';
import { AwsException, defined, type Operations, seconds } from './wire.ts';

/** A service as a test sets it up: steady, with as many tasks as it wants. Members of the API pass as they are. */
export interface ServiceSetup {
  cluster: string;
  name: string;
  /** A family, family:revision or ARN. */
  taskDefinition: string;
  desiredCount?: number;
  launchType?: string;
  capacityProviderStrategy?: { capacityProvider: string; weight?: number; base?: number }[];
  platformVersion?: string;
  networkConfiguration?: object;
  deploymentController?: { type: string };
  deploymentConfiguration?: object;
  schedulingStrategy?: string;
  status?: string;
  tags?: Tag[];
  /** Whether the service has service deployments and service revisions (those from before 2024-10 have none). */
  serviceDeployments?: boolean;
  /** Its first deployment failed: nothing of it runs, and ECS has nothing to go back to. */
  neverServed?: boolean;
  [other: string]: unknown;
}

interface FakeDeployment {
  id: string;
  status: 'PRIMARY' | 'ACTIVE';
  taskDefinition: string;
  desiredCount: number;
  failedTasks: number;
  createdAt: number;
  updatedAt: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
}

interface FakeService {
  cluster: string;
  name: string;
  arn: string;
  status: string;
  taskDefinition: string;
  desiredCount: number;
  /** All else that DescribeServices answers, as set up or updated. */
  settings: Record<string, unknown>;
  tags: Tag[];
  /** Newest first, as ECS lists them. */
  deployments: FakeDeployment[];
  /** The deployments that completed and that a rollback can return to, oldest first. */
  completed: FakeDeployment[];
  events: { id: string; createdAt: number; message: string }[];
  scripts: RolloutScript[];
  serviceDeployments: ServiceDeployments | undefined;
}

interface UpdateServiceInput extends JsonObject {
  cluster: string;
  service: string;
  taskDefinition: string;
  desiredCount: number;
  forceNewDeployment: boolean;
}

const SERVICES_A_CALL = 10;
const SERVICE_DEPLOYMENTS_A_CALL = 20;
const EVENTS_KEPT = 100;
const FARGATE_NETWORK = {
  awsvpcConfiguration: {
    subnets: ['subnet-0a1b2c3d4e5f60718'],
    securityGroups: ['sg-0a1b2c3d4e5f60718'],
    assignPublicIp: 'DISABLED',
  },
};

/** The newest; the one before it, as in a late answer; or none. */
export type NamedCurrent = 'newest' | 'the one before' | 'none';
const NAMED: Readonly<Record<NamedCurrent, number>> = { newest: -1, 'the one before': -2, none: Infinity };

/** Services, their deployments, and how a rollout goes. */
export class Services {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #clusters: Clusters;
  readonly #definitions: TaskDefinitions;
  readonly #tasks: Tasks;
  readonly #services: FakeService[] = [];
  readonly #naming = new Map<string, NamedCurrent>();

  constructor(names: Names, agenda: Agenda, clusters: Clusters, definitions: TaskDefinitions, tasks: Tasks) {
    this.#names = names;
    this.#agenda = agenda;
    this.#clusters = clusters;
    this.#definitions = definitions;
    this.#tasks = tasks;
  }

  add({
    cluster,
    name,
    taskDefinition,
    desiredCount = 1,
    status = 'ACTIVE',
    tags = [],
    serviceDeployments = false,
    neverServed = false,
    ...settings
  }: ServiceSetup): void {
    this.#clusters.add(cluster);
    const arn = this.#names.arn('ecs', `service/${cluster}/${name}`);
    const revision = this.#definitions.usable(taskDefinition);
    const service: FakeService = {
      cluster,
      name,
      arn,
      status,
      taskDefinition: revision.arn,
      desiredCount,
      settings: this.#settings(settings),
      tags,
      deployments: [],
      completed: [],
      events: [],
      scripts: [],
      serviceDeployments: serviceDeployments
        ? new ServiceDeployments(this.#names, this.#agenda, {
            cluster,
            name,
            serviceArn: arn,
            clusterArn: this.#clusters.arn(cluster),
          })
        : undefined,
    };
    this.#services.push(service);
    const deployment = this.#begin(service, revision);
    if (neverServed) {
      this.#fail(service, deployment, { seconds: 5, fails: false });
      return;
    }
    if (desiredCount > 0)
      this.#startTasks(service, deployment, desiredCount, { provisionSeconds: 0, pullSeconds: 0 });
    this.#complete(service, deployment);
    this.#agenda.catchUp();
  }

  /** What the next deployment of a service will meet; "name" or "cluster/name". Several are taken in turn. */
  next(serviceName: string, script: RolloutScript): void {
    this.#byName(serviceName).scripts.push(script);
  }

  /** Somebody else's UpdateService, past our adapters and not recorded as a call. */
  update(
    serviceName: string,
    change: { taskDefinition?: string; desiredCount?: number; forceNewDeployment?: boolean },
  ): void {
    const service = this.#byName(serviceName);
    this.#update({
      cluster: service.cluster,
      service: service.name,
      ...change,
    });
  }

  /** How a service stands, as DescribeServices would answer it now. */
  describe(serviceName: string): ReturnType<Services['onWire']> {
    return this.onWire(this.#byName(serviceName));
  }

  readonly operations: Operations = {
    ListServices: ({
      cluster,
      maxResults = 10,
      nextToken,
    }: {
      cluster?: string;
      maxResults?: number;
      nextToken?: string;
    }) => {
      const name = this.#clusters.known(cluster);
      const all = this.#services.filter((service) => service.cluster === name);
      const { page, NextToken } = pageOf(all, { token: nextToken, size: Math.min(maxResults, 100) });
      return {
        serviceArns: page.map((service) => this.#arn(name, service.name)),
        ...(NextToken === undefined ? {} : { nextToken: NextToken }),
      };
    },

    DescribeServices: ({
      cluster,
      services = [],
      include = [],
    }: {
      cluster?: string;
      services?: string[];
      include?: string[];
    }) => {
      const name = this.#clusters.known(cluster);
      if (services.length === 0)
        throw new AwsException('InvalidParameterException', 'Services cannot be empty.');
      if (services.length > SERVICES_A_CALL) {
        throw new AwsException('InvalidParameterException', 'Services cannot have more than 10 elements.');
      }
      const found = services.map((wanted) => ({ wanted, service: this.#find(name, wanted) }));
      return {
        services: found.flatMap(({ service }) => {
          if (service === undefined) return [];
          return [
            include.includes('TAGS') ? { ...this.onWire(service), tags: service.tags } : this.onWire(service),
          ];
        }),
        failures: found.flatMap(({ wanted, service }) =>
          service === undefined ? [{ arn: this.#arn(name, wanted), reason: 'MISSING' }] : [],
        ),
      };
    },

    UpdateService: (input: Partial<UpdateServiceInput>) => ({ service: this.onWire(this.#update(input)) }),

    ListServiceDeployments: (input: {
      cluster?: string;
      service?: string;
      createdAt?: { after?: number };
      status?: string[];
    }) => {
      const service = this.#existing(this.#clusters.known(input.cluster), input.service ?? '');
      const all = service.serviceDeployments?.all ?? [];
      return {
        serviceDeployments: all
          .filter(({ createdAt }) => createdAt > (input.createdAt?.after ?? -Infinity))
          .filter(({ status }) => input.status === undefined || input.status.includes(status))
          .toReversed()
          .map((record) => service.serviceDeployments?.brief(record)),
      };
    },

    DescribeServiceDeployments: ({ serviceDeploymentArns = [] }: { serviceDeploymentArns?: string[] }) => {
      if (serviceDeploymentArns.length > SERVICE_DEPLOYMENTS_A_CALL) {
        throw new AwsException(
          'InvalidParameterException',
          'serviceDeploymentArns cannot have more than 20 elements.',
        );
      }
      const found = serviceDeploymentArns.map((arn) => ({ arn, owner: this.#ownerOf(arn) }));
      return {
        serviceDeployments: found.flatMap(({ owner }) => {
          if (owner === undefined) return [];
          const { service, record, deployments } = owner;
          const counts = { desired: service.desiredCount, ...this.#tasks.count(record.deploymentId) };
          return [deployments.onWire(record, counts, service.settings['deploymentConfiguration'] as object)];
        }),
        failures: found.flatMap(({ arn, owner }) =>
          owner === undefined ? [{ arn, reason: 'MISSING' }] : [],
        ),
      };
    },

    DescribeServiceRevisions: ({ serviceRevisionArns = [] }: { serviceRevisionArns?: string[] }) => {
      if (serviceRevisionArns.length > SERVICE_DEPLOYMENTS_A_CALL) {
        throw new AwsException(
          'InvalidParameterException',
          'serviceRevisionArns cannot have more than 20 elements.',
        );
      }
      const all = this.#services.flatMap(({ serviceDeployments }) =>
        (serviceDeployments?.revisions ?? []).map((revision) => ({ revision, serviceDeployments })),
      );
      const found = serviceRevisionArns.map((arn) => ({
        arn,
        known: all.find(({ revision }) => revision.arn === arn),
      }));
      return {
        serviceRevisions: found.flatMap(({ known }) =>
          known === undefined ? [] : [known.serviceDeployments?.revisionOnWire(known.revision)],
        ),
        failures: found.flatMap(({ arn, known }) =>
          known === undefined ? [{ arn, reason: 'MISSING' }] : [],
        ),
      };
    },

    StopServiceDeployment: ({
      serviceDeploymentArn = '',
      stopType = 'ROLLBACK',
    }: {
      serviceDeploymentArn?: string;
      stopType?: string;
    }) => {
      const owner = this.#ownerOf(serviceDeploymentArn);
      if (owner === undefined)
        throw new AwsException('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
      const { service, record, deployments } = owner;
      deployments.assertStoppable(record);
      const deployment = service.deployments.find(({ id }) => id === record.deploymentId);
      if (stopType === 'ABORT') {
        deployments.move(record, 'STOP_REQUESTED');
        this.#agenda.after(1, () =>
          deployments.move(record, 'STOPPED', 'Service deployment stopped by user request.'),
        );
        if (deployment !== undefined)
          this.#setState(deployment, 'FAILED', `ECS deployment ${deployment.id} was stopped.`);
      } else if (deployment?.status === 'PRIMARY') {
        deployments.move(record, 'ROLLBACK_REQUESTED', 'Rollback requested by user.');
        this.#agenda.after(1, () => this.#fail(service, deployment, { seconds: 5, fails: false }));
      }
      return { serviceDeploymentArn };
    },

    ContinueServiceDeployment: ({
      serviceDeploymentArn = '',
      hookId,
      action = 'CONTINUE',
    }: {
      serviceDeploymentArn?: string;
      hookId?: string;
      action?: string;
    }) => {
      const owner = this.#ownerOf(serviceDeploymentArn);
      if (owner === undefined)
        throw new AwsException('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
      const { service, record, deployments } = owner;
      const hook = record.hooks.find((one) => one.hookId === hookId && one.status === 'AWAITING_ACTION');
      if (hook === undefined || record.status !== 'IN_PROGRESS') {
        throw new AwsException('InvalidParameterException', 'The lifecycle hook is not awaiting an action.');
      }
      if (action === 'CONTINUE') {
        hook.status = 'SUCCEEDED';
        hook.passed();
      } else {
        hook.status = 'FAILED';
        deployments.move(record, 'ROLLBACK_REQUESTED', 'Rollback requested at a lifecycle hook.');
        this.#rollBackSoon(service, record.deploymentId, {
          reason: 'rolled back at a lifecycle hook.',
          statusReason: 'Service deployment rolled back at a lifecycle hook.',
        });
      }
      return { serviceDeploymentArn };
    },
  };

  /** Which service deployment a service calls its current one. */
  nameCurrent(serviceName: string, named: NamedCurrent): void {
    this.#naming.set(serviceName, named);
  }

  /** As DescribeServices answers it. */
  onWire(service: FakeService) {
    const primary = service.deployments.find(({ status }) => status === 'PRIMARY');
    const counts = service.deployments.map(({ id }) => this.#tasks.count(id));
    const current = service.serviceDeployments?.all.at(NAMED[this.#naming.get(service.name) ?? 'newest']);
    return defined({
      serviceArn: service.arn,
      serviceName: service.name,
      clusterArn: this.#clusters.arn(service.cluster),
      status: service.status,
      ...service.settings,
      taskDefinition: service.taskDefinition,
      desiredCount: service.desiredCount,
      runningCount: counts.reduce((sum, { running }) => sum + running, 0),
      pendingCount: counts.reduce((sum, { pending }) => sum + pending, 0),
      deployments: service.deployments.map((deployment) => ({
        ...deployment,
        ...this.#deploymentCounts(deployment),
        ...placement(service),
      })),
      events: service.events,
      createdAt: primary?.createdAt,
      currentServiceDeployment: current?.arn,
      currentServiceRevisions:
        current === undefined
          ? undefined
          : [
              {
                arn: current.target.arn,
                requestedTaskCount: service.desiredCount,
                runningTaskCount: 0,
                pendingTaskCount: 0,
              },
            ],
    });
  }

  #deploymentCounts({ id }: FakeDeployment): { pendingCount: number; runningCount: number } {
    const { running, pending } = this.#tasks.count(id);
    return { pendingCount: pending, runningCount: running };
  }

  #update(input: Partial<UpdateServiceInput>): FakeService {
    const {
      cluster,
      service: name = '',
      taskDefinition,
      desiredCount,
      forceNewDeployment = false,
      ...settings
    } = input;
    const service = this.#existing(this.#clusters.known(cluster), name);
    if (service.status !== 'ACTIVE')
      throw new AwsException('ServiceNotActiveException', 'Service was not ACTIVE.');
    const controller = (service.settings['deploymentController'] as { type: string }).type;
    if (taskDefinition !== undefined && controller !== 'ECS') {
      throw new AwsException(
        'InvalidParameterException',
        controller === 'CODE_DEPLOY'
          ? 'Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.'
          : `Unable to update task definition on services with an ${controller} deployment controller.`,
      );
    }
    const revision = this.#definitions.usable(taskDefinition ?? service.taskDefinition);
    Object.assign(service.settings, settings);
    if (desiredCount !== undefined) this.#scale(service, desiredCount);
    if (revision.arn !== service.taskDefinition || forceNewDeployment) {
      this.#deploy(service, revision, service.scripts.shift() ?? usualScript(service));
    }
    return service;
  }

  #deploy(service: FakeService, revision: Revision, script: RolloutScript): void {
    for (const other of service.deployments.filter(({ status }) => status === 'PRIMARY')) {
      other.status = 'ACTIVE';
      service.serviceDeployments?.move(
        service.serviceDeployments.of(other.id),
        'STOPPED',
        'Service deployment was stopped because a new one started.',
      );
    }
    const deployment = this.#begin(service, revision);
    const record = service.serviceDeployments?.of(deployment.id);
    this.#agenda.after(0, () => service.serviceDeployments?.move(record, 'IN_PROGRESS'));
    script(this.#rollout(service, deployment));
  }

  #begin(service: FakeService, revision: Revision): FakeDeployment {
    const now = seconds(this.#agenda.now);
    const id = `ecs-svc/${this.#names.digits19()}`;
    const deployment: FakeDeployment = {
      id,
      status: 'PRIMARY',
      taskDefinition: revision.arn,
      desiredCount: service.desiredCount,
      failedTasks: 0,
      createdAt: now,
      updatedAt: now,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment ${id} in progress.`,
    };
    service.deployments.unshift(deployment);
    service.taskDefinition = revision.arn;
    service.serviceDeployments?.begin(id, revision.arn, placement(service));
    return deployment;
  }

  #rollout(service: FakeService, deployment: FakeDeployment): Rollout {
    return {
      serviceName: service.name,
      deploymentId: deployment.id,
      desiredCount: service.desiredCount,
      configuration: configurationOf(service),
      after: (delay, happen) =>
        this.#agenda.after(delay, () => {
          if (isGoingOn(service, deployment)) happen();
        }),
      startTasks: (count, script) => this.#startTasks(service, deployment, count, script),
      drainOthers: (delay) =>
        this.#drain(
          service,
          service.deployments.filter((other) => other !== deployment),
          delay,
        ),
      complete: () => this.#complete(service, deployment),
      settle: () => this.#setState(deployment, 'COMPLETED', `ECS deployment ${deployment.id} completed.`),
      countFailure: () => {
        deployment.failedTasks += 1;
        const record = service.serviceDeployments?.of(deployment.id);
        if (record !== undefined) record.failureCount += 1;
      },
      fail: (rollback, because) => this.#fail(service, deployment, rollback, because),
      reach: (stage, weights) => {
        const record = service.serviceDeployments?.of(deployment.id);
        if (record === undefined) return;
        // A hook can stand before a traffic shift, but the deployment is never said to be in that stage (API reference).
        if (stage !== 'PRE_PRODUCTION_TRAFFIC_SHIFT') record.lifecycleStage = stage;
        if (weights !== undefined) record.weights = weights;
      },
      passHooks: (stage, passed) => this.#passHooks(service, deployment, stage, passed),
      supersede: (taskDefinition, script) =>
        this.#deploy(service, this.#definitions.usable(taskDefinition), script),
      scale: (desiredCount) => this.#scale(service, desiredCount),
      event: (message) => this.#event(service, message),
    };
  }

  #passHooks(service: FakeService, deployment: FakeDeployment, stage: string, passed: () => void): void {
    const record = service.serviceDeployments?.of(deployment.id);
    const hooks = (configurationOf(service).lifecycleHooks ?? []).filter(
      ({ lifecycleStages = [] }) => record !== undefined && lifecycleStages.includes(stage),
    );
    const meet = ([hook, ...others]: typeof hooks) => {
      if (hook === undefined || record === undefined) {
        passed();
        return;
      }
      const { targetType = 'AWS_LAMBDA', hookTargetArn, timeoutConfiguration = {} } = hook;
      const { timeoutInMinutes = 1440, action = 'ROLLBACK' } = timeoutConfiguration;
      const met: (typeof record.hooks)[number] = {
        hookId: `ecs-${targetType === 'PAUSE' ? 'pause' : 'lambda'}-${this.#names.base64of43()}`,
        targetType,
        ...(hookTargetArn === undefined ? {} : { targetArn: hookTargetArn }),
        status: targetType === 'PAUSE' ? 'AWAITING_ACTION' : 'IN_PROGRESS',
        expiresAt: seconds(this.#agenda.now) + timeoutInMinutes * 60,
        timeoutAction: action,
        passed: () => {
          if (isGoingOn(service, deployment)) meet(others);
        },
      };
      record.hooks.push(met);
      if (targetType === 'AWS_LAMBDA') {
        this.#agenda.after(2, () => {
          met.status = 'SUCCEEDED';
          met.passed();
        });
        return;
      }
      this.#agenda.after(timeoutInMinutes * 60, () => {
        if (met.status !== 'AWAITING_ACTION' || !isGoingOn(service, deployment)) return;
        met.status = 'TIMED_OUT';
        if (action === 'CONTINUE') met.passed();
        else {
          this.#rollBackSoon(service, deployment.id, {
            reason: 'a lifecycle hook timed out.',
            statusReason: 'Service deployment rolled back because a lifecycle hook timed out.',
          });
        }
      });
    };
    meet(hooks);
  }

  #rollBackSoon(service: FakeService, deploymentId: string, because: FailureWords): void {
    this.#agenda.after(1, () => {
      const deployment = service.deployments.find(({ id }) => id === deploymentId);
      if (deployment !== undefined) this.#fail(service, deployment, { seconds: 5, fails: false }, because);
    });
  }

  #startTasks(service: FakeService, deployment: FakeDeployment, count: number, script: TaskScript): void {
    if (count === 0) return;
    const { launchType, capacityProviderStrategy, platformVersion } =
      service.settings as Partial<ServiceSetup>;
    const revision = this.#definitions.usable(deployment.taskDefinition);
    const started = Array.from({ length: count }, () =>
      this.#tasks.start({
        cluster: service.cluster,
        revision,
        group: `service:${service.name}`,
        script,
        startedBy: deployment.id,
        launchType,
        capacityProviderName: capacityProviderStrategy?.[0]?.capacityProvider,
        platformVersion,
      }),
    );
    this.#event(service, `has started ${count} tasks: ${listed(started)}.`);
  }

  #complete(service: FakeService, deployment: FakeDeployment): void {
    this.#setState(deployment, 'COMPLETED', `ECS deployment ${deployment.id} completed.`);
    service.completed = [...service.completed.filter((other) => other !== deployment), deployment];
    service.serviceDeployments?.move(service.serviceDeployments.of(deployment.id), 'SUCCESSFUL');
    this.#event(service, `(deployment ${deployment.id}) deployment completed.`);
    this.#event(service, 'has reached a steady state.');
  }

  #fail(
    service: FakeService,
    deployment: FakeDeployment,
    rollback: { seconds: number; fails: boolean } | false,
    { reason, statusReason }: FailureWords = BREAKER_WORDS,
  ): void {
    const isSettled = deployment.rolloutState !== 'IN_PROGRESS' && !isOpen(service, deployment);
    if (isSettled || deployment.status !== 'PRIMARY') return;
    const previous = service.completed.findLast(
      (other) => service.deployments.includes(other) && other !== deployment,
    );
    const deployments = service.serviceDeployments;
    const record = deployments?.of(deployment.id);
    this.#setState(deployment, 'FAILED', `ECS deployment circuit breaker: ${reason}`);
    this.#event(service, `(deployment ${deployment.id}) deployment failed: ${reason}`);
    this.#stopTasks(service, [deployment], 0);
    if (record?.weights !== undefined) record.weights = { production: 0, test: 0 };
    if (rollback === false || previous === undefined) {
      deployments?.move(record, 'STOPPED', 'Service deployment failed: tasks failed to start.');
      return;
    }
    deployments?.move(record, 'ROLLBACK_IN_PROGRESS', statusReason);
    deployment.status = 'ACTIVE';
    deployment.desiredCount = 0;
    previous.status = 'PRIMARY';
    previous.desiredCount = service.desiredCount;
    service.taskDefinition = previous.taskDefinition;
    service.deployments = [previous, ...service.deployments.filter((other) => other !== previous)];
    this.#setState(
      previous,
      'IN_PROGRESS',
      `ECS deployment circuit breaker: rolling back to deploymentId ${previous.id}.`,
    );
    this.#event(service, `rolling back to deployment ${previous.id}.`);
    this.#agenda.after(rollback.seconds, () => {
      if (previous.status !== 'PRIMARY') return;
      if (rollback.fails) {
        deployments?.move(record, 'ROLLBACK_FAILED', 'Service deployment rollback failed.');
        this.#setState(previous, 'FAILED', 'ECS deployment circuit breaker: tasks failed to start.');
        return;
      }
      service.deployments = service.deployments.filter((other) => other !== deployment);
      this.#setState(previous, 'COMPLETED', `ECS deployment ${previous.id} completed.`);
      deployments?.move(record, 'ROLLBACK_SUCCESSFUL');
      this.#event(service, `(deployment ${previous.id}) deployment completed.`);
      this.#event(service, 'has reached a steady state.');
    });
  }

  #drain(service: FakeService, deployments: readonly FakeDeployment[], delay: number): void {
    this.#stopTasks(service, deployments, delay);
    const drop = () => {
      service.deployments = service.deployments.filter(
        (deployment) => !deployments.includes(deployment) || deployment.status === 'PRIMARY',
      );
    };
    if (delay === 0) drop();
    else this.#agenda.after(delay, drop);
  }

  #stopTasks(service: FakeService, deployments: readonly FakeDeployment[], stopSeconds: number): void {
    for (const { id } of deployments) {
      const going = this.#tasks.startedBy(id).filter(({ wire }) => wire.desiredStatus === 'RUNNING');
      for (const task of going) {
        this.#tasks.stop(task, {
          stopCode: 'ServiceSchedulerInitiated',
          reason: `Scaling activity initiated by (deployment ${id})`,
          stopSeconds,
        });
      }
      if (going.length > 0)
        this.#event(service, `has stopped ${going.length} running tasks: ${listed(going)}.`);
    }
  }

  #scale(service: FakeService, desiredCount: number): void {
    service.desiredCount = desiredCount;
    const primary = service.deployments.find(({ status }) => status === 'PRIMARY');
    if (primary === undefined) return;
    primary.desiredCount = desiredCount;
    const going = this.#tasks.startedBy(primary.id).filter(({ wire }) => wire.desiredStatus === 'RUNNING');
    for (const task of going.slice(desiredCount)) {
      this.#tasks.stop(task, {
        stopCode: 'ServiceSchedulerInitiated',
        reason: `Scaling activity initiated by (deployment ${primary.id})`,
        stopSeconds: 0,
      });
    }
    if (primary.rolloutState === 'COMPLETED') {
      this.#startTasks(service, primary, desiredCount - Math.min(going.length, desiredCount), {});
    }
  }

  #setState(deployment: FakeDeployment, state: FakeDeployment['rolloutState'], reason: string): void {
    deployment.rolloutState = state;
    deployment.rolloutStateReason = reason;
    deployment.updatedAt = seconds(this.#agenda.now);
  }

  #event(service: FakeService, message: string): void {
    const event = {
      id: this.#names.uuid(),
      createdAt: seconds(this.#agenda.now),
      message: `(service ${service.name}) ${message}`,
    };
    service.events = [event, ...service.events].slice(0, EVENTS_KEPT);
  }

  #settings({
    launchType,
    capacityProviderStrategy,
    ...settings
  }: Partial<ServiceSetup>): Record<string, unknown> {
    const isFargate = capacityProviderStrategy === undefined && (launchType ?? 'FARGATE') === 'FARGATE';
    return defined({
      launchType: capacityProviderStrategy === undefined ? (launchType ?? 'FARGATE') : undefined,
      capacityProviderStrategy,
      platformVersion: isFargate ? '1.4.0' : undefined,
      platformFamily: isFargate ? 'Linux' : undefined,
      networkConfiguration: isFargate ? FARGATE_NETWORK : undefined,
      loadBalancers: [],
      serviceRegistries: [],
      roleArn: `arn:aws:iam::${this.#names.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      placementConstraints: [],
      placementStrategy: [],
      healthCheckGracePeriodSeconds: 0,
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      deploymentConfiguration: {
        deploymentCircuitBreaker: { enable: true, rollback: true },
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        strategy: 'ROLLING',
        bakeTimeInMinutes: 0,
      },
      enableECSManagedTags: false,
      propagateTags: 'NONE',
      enableExecuteCommand: false,
      availabilityZoneRebalancing: 'DISABLED',
      ...settings,
    });
  }

  #byName(name: string): FakeService {
    const found = this.#services.find(
      (service) => service.name === name || `${service.cluster}/${service.name}` === name,
    );
    if (found === undefined) throw new Error(`the fake has no service ${name}`);
    return found;
  }

  #find(cluster: string, nameOrArn: string): FakeService | undefined {
    return this.#services.find((service) => service.arn === this.#arn(cluster, nameOrArn));
  }

  #existing(cluster: string, nameOrArn: string): FakeService {
    const service = this.#find(cluster, nameOrArn);
    if (service === undefined) throw new AwsException('ServiceNotFoundException', 'Service not found.');
    return service;
  }

  #arn(cluster: string, nameOrArn: string): string {
    return nameOrArn.startsWith('arn:')
      ? nameOrArn
      : this.#names.arn('ecs', `service/${cluster}/${nameOrArn}`);
  }

  #ownerOf(arn: string) {
    for (const service of this.#services) {
      const record = service.serviceDeployments?.all.find((deployment) => deployment.arn === arn);
      if (service.serviceDeployments !== undefined && record !== undefined) {
        return { service, record, deployments: service.serviceDeployments };
      }
    }
    return undefined;
  }
}

const BREAKER_WORDS: FailureWords = {
  reason: 'tasks failed to start.',
  statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
};

function configurationOf({ settings }: FakeService): DeploymentConfiguration {
  return settings['deploymentConfiguration'] as DeploymentConfiguration;
}

function usualScript(service: FakeService): RolloutScript {
  return (configurationOf(service).strategy ?? 'ROLLING') === 'ROLLING' ? completes() : shiftsTraffic();
}

/** A script has no more say once another deployment is PRIMARY, or its own has failed. */
function isGoingOn(service: FakeService, deployment: FakeDeployment): boolean {
  return (
    deployment.status === 'PRIMARY' &&
    service.deployments.includes(deployment) &&
    deployment.rolloutState !== 'FAILED'
  );
}

/** Where tasks run, which deployments and service revisions repeat. */
function placement({ settings }: FakeService): object {
  const { launchType, capacityProviderStrategy, platformVersion, platformFamily, networkConfiguration } =
    settings;
  return defined({
    launchType,
    capacityProviderStrategy,
    platformVersion,
    platformFamily,
    networkConfiguration,
  });
}

function listed(tasks: readonly FakeTask[]): string {
  return tasks.map(({ wire }) => `(task ${wire.taskArn.split('/').at(-1) ?? ''})`).join(' ');
}

/** Its service deployment goes on, whatever deployments[] says of it. */
function isOpen({ serviceDeployments }: FakeService, { id }: FakeDeployment): boolean {
  const record = serviceDeployments?.of(id);
  return record !== undefined && record.finishedAt === undefined;
}
