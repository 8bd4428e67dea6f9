import { connectAws, type AwsConnection } from '../../../src/adapters/aws/connect.ts';
import { ecsPace, type Pace } from '../../../src/adapters/aws/pace.ts';
import type { Aws } from '../../../src/ports/aws.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { Agenda } from './agenda.ts';
import { FakeCodeBuild } from './codebuild.ts';
import { FakeEcr } from './ecr.ts';
import { FakeEcs } from './ecs.ts';
import { type Fault, type FaultKind, Faults, refusal } from './faults.ts';
import { listen } from './http-server.ts';
import { FakeLoadBalancers } from './load-balancers.ts';
import { FakeLogs } from './logs.ts';
import { FakeNetwork } from './network.ts';
import { Names } from './names.ts';
import { type Call, readCall, writeAnswer, writeException } from './protocols.ts';
import { FakeS3 } from './s3.ts';
import { FakeEvents } from './events.ts';
import { FakeScheduler } from './scheduler.ts';
import { FakeRoles } from './roles.ts';
import { FakeSecrets } from './secrets.ts';
import { FakeSts } from './sts.ts';
import { Throttle } from './throttle.ts';
import { inProcess, retryWithoutWaiting } from './transport.ts';
import {
  AwsException,
  type Operations,
  type ServiceName,
  type WireAnswer,
  type WireRequest,
} from './wire.ts';

export {
  breaker,
  completes,
  crashLoops,
  neverSteady,
  scaledToZero,
  shiftsTraffic,
  supersededBy,
} from './rollouts.ts';
export type { Rollout, RolloutScript } from './rollouts.ts';
export { REGISTRY_PASSWORD } from './ecr.ts';

/** One request that reached the fake: every attempt is one. */
export interface RecordedCall extends Call {
  /** Milliseconds since the epoch. */
  at: number;
  /** Of the signature: who called, and for which region. */
  accessKeyId: string | undefined;
  region: string | undefined;
  userAgent: string;
  /** Which attempt the SDK says this is, and how many it would make: "attempt=1; max=9". */
  attempt: string;
  /** AWS did what was asked, whether or not the answer arrived. */
  carriedOut: boolean;
  /** What was answered, when it was carried out. */
  output?: object;
  /** The same as it went over the wire, refusals included, before a fault took it. */
  answered?: WireAnswer & { kind: 'answer' };
  /** The exception's name, when it was refused. */
  refused?: string;
  fault?: FaultKind;
}

const MUTATING: Readonly<Record<ServiceName, readonly string[]>> = {
  ecs: [
    'RegisterTaskDefinition',
    'UpdateService',
    'TagResource',
    'RunTask',
    'StopTask',
    'StopServiceDeployment',
    'ContinueServiceDeployment',
  ],
  ecr: [],
  logs: [],
  sts: [],
  elasticloadbalancing: [],
  codebuild: ['StartBuild', 'StopBuild'],
  s3: ['PutObject'],
  events: ['PutTargets'],
  scheduler: ['UpdateSchedule'],
  iam: [],
  ssm: [],
  secretsmanager: [],
  ec2: [],
};
const MAX_ATTEMPTS = 9;

/**
 * AWS at the level of its wire: one account, one region, state that the calls change and that moves on with the
 * clock. The product's own adapters talk to it in process (`connect`) or over HTTP (`listen`).
 */
export class FakeAws {
  readonly account: string;
  readonly region: string;
  readonly ecs: FakeEcs;
  readonly ecr: FakeEcr;
  readonly logs: FakeLogs;
  readonly sts: FakeSts;
  readonly loadBalancers = new FakeLoadBalancers();
  readonly codebuild: FakeCodeBuild;
  readonly s3 = new FakeS3();
  readonly events: FakeEvents;
  readonly scheduler: FakeScheduler;
  readonly roles: FakeRoles;
  readonly secrets: FakeSecrets;
  readonly network = new FakeNetwork();
  readonly calls: RecordedCall[] = [];
  /** Secrets that the adapters asked to hide. */
  readonly masked: string[] = [];
  /** Calls that this AWS does not have, as emulators lack some: "ListServiceDeployments". */
  readonly lacks = new Set<string>();
  readonly #agenda: Agenda;
  readonly #names: Names;
  readonly #faults = new Faults();
  #throttle: Throttle | undefined;
  readonly #pace: Pace | undefined;
  readonly #operations: Readonly<Record<ServiceName, Operations>>;

  constructor({
    clock,
    account = '111111111111',
    region = 'ap-northeast-1',
  }: {
    /** One that can sleep paces the calls of those who connect, as the product does. */
    clock: Pick<Clock, 'now'> & Partial<Clock>;
    account?: string;
    region?: string;
  }) {
    this.account = account;
    this.region = region;
    this.#agenda = new Agenda(clock);
    this.#pace = isWhole(clock) ? ecsPace(clock) : undefined;
    this.#names = new Names(account, region);
    this.logs = new FakeLogs(this.#agenda);
    this.ecs = new FakeEcs(this.#names, this.#agenda, this.logs);
    this.ecr = new FakeEcr(this.#names, this.#agenda);
    this.sts = new FakeSts(this.#names, this.#agenda);
    this.codebuild = new FakeCodeBuild(this.#names, this.#agenda, { logs: this.logs, ecr: this.ecr });
    this.events = new FakeEvents(this.#names);
    this.scheduler = new FakeScheduler(this.#names, this.#agenda);
    this.roles = new FakeRoles(this.#names);
    this.secrets = new FakeSecrets(this.#names, this.#agenda);
    this.#operations = {
      ecs: this.ecs.operations,
      ecr: this.ecr.operations,
      logs: this.logs.operations,
      sts: this.sts.operations,
      elasticloadbalancing: this.loadBalancers.operations,
      codebuild: this.codebuild.operations,
      s3: this.s3.operations,
      events: this.events.operations,
      scheduler: this.scheduler.operations,
      iam: this.roles.operations,
      ssm: this.secrets.parameterOperations,
      secretsmanager: this.secrets.operations,
      ec2: this.network.operations,
    };
  }

  /** The calls that changed something, whether or not their answers arrived. */
  mutations(): RecordedCall[] {
    return this.calls.filter(
      ({ service, operation, carriedOut }) => carriedOut && MUTATING[service].includes(operation),
    );
  }

  callsOf(operation: string): RecordedCall[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  fault(fault: Fault): void {
    this.#faults.add(fault);
  }

  /** From now on, calls of ECS beyond what AWS documents are refused. */
  throttleLikeAws(): void {
    this.#throttle = new Throttle();
  }

  /** The product's adapters over this fake; the SDK retries as it does, without waiting. */
  connect(connection: Partial<AwsConnection> = {}): Promise<Aws> {
    const aws = connectAws({
      region: this.region,
      credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake-secret' },
      environment: {},
      userAgent: 'deploy-action/0.0.0',
      mask: (secret) => this.masked.push(secret),
      requestHandler: inProcess((request) => this.answer(request)),
      retry: retryWithoutWaiting(MAX_ATTEMPTS),
      download: (url) => Promise.resolve(this.ecr.download(url)),
      ...(this.#pace === undefined ? {} : { pace: this.#pace }),
      ...connection,
    });
    return Promise.resolve(aws);
  }

  /** The same state for a child process: give it the URL as AWS_ENDPOINT_URL. */
  listen(): Promise<{ url: string; close: () => Promise<void> }> {
    return listen((request) => this.answer(request));
  }

  answer(request: WireRequest): WireAnswer {
    this.#agenda.catchUp();
    const call = readCall(request);
    const requestId = this.#names.uuid();
    const fault = this.#faults.meet(call.operation);
    const record: RecordedCall = {
      ...call,
      at: this.#agenda.now,
      ...signatureOf(request),
      userAgent: request.headers['user-agent'] ?? '',
      attempt: request.headers['amz-sdk-request'] ?? '',
      carriedOut: false,
      ...(fault === undefined ? {} : { fault }),
    };
    this.calls.push(record);
    if (fault === 'connection-reset-before') return { kind: 'reset' };
    try {
      const refused =
        fault && refusal(fault, { ...call, callerArn: this.sts.callerArn, resource: this.#resource(call) });
      if (refused !== undefined) throw refused;
      if (this.#throttle?.allows(call, this.#agenda.now) === false)
        throw new AwsException('ThrottlingException', 'Rate exceeded');
      const operation = this.#operations[call.service][call.operation];
      if (operation === undefined || this.lacks.has(call.operation)) {
        throw new AwsException(
          'InvalidAction',
          `The action ${call.operation} is not valid for this endpoint.`,
        );
      }
      const output = operation(call.input);
      this.#agenda.catchUp();
      record.carriedOut = true;
      const answer = writeAnswer(call, requestId, output);
      record.output = JSON.parse(JSON.stringify(output)) as object;
      record.answered = answer;
      return lose(answer, fault);
    } catch (error) {
      if (!(error instanceof AwsException)) throw error;
      record.refused = error.name;
      const answer = writeException(call, requestId, error);
      record.answered = answer;
      return answer;
    }
  }

  /** What a denial would name. */
  #resource({ service, input }: Call): string {
    const {
      service: name,
      cluster,
      taskDefinition,
      family,
      repositoryName,
    } = input as Record<string, string | undefined>;
    if (service === 'ecr')
      return repositoryName === undefined ? '*' : this.#names.arn('ecr', `repository/${repositoryName}`);
    if (service !== 'ecs') return '*';
    if (name !== undefined) return this.#names.arn('ecs', `service/${cluster ?? 'default'}/${name}`);
    if (family !== undefined) return this.#names.arn('ecs', `task-definition/${family}:*`);
    return taskDefinition?.startsWith('arn:') === true ? taskDefinition : '*';
  }
}

function signatureOf({ headers }: WireRequest): {
  accessKeyId: string | undefined;
  region: string | undefined;
} {
  const [, accessKeyId, region] =
    /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers['authorization'] ?? '') ?? [];
  return { accessKeyId, region };
}

function lose(answer: WireAnswer & { kind: 'answer' }, fault: FaultKind | undefined): WireAnswer {
  if (fault === 'connection-reset-after') return { kind: 'reset' };
  if (fault === 'truncated-body') return { ...answer, kind: 'truncated' };
  if (fault === 'empty-answer')
    return { ...answer, headers: { ...answer.headers, 'content-length': '0' }, body: '' };
  return answer;
}

function isWhole(clock: Pick<Clock, 'now'> & Partial<Clock>): clock is Clock {
  return clock.sleep !== undefined;
}
